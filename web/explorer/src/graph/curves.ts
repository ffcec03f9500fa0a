/** The course of an edge: cubic curves that leave and enter level, through the layout's way points. */

import { CARD } from "./cards";
import { type ColumnEdge, edgeKey } from "./model";
import { port, type Scene } from "./scene";

/** Flat: x0,y0, then six numbers for every cubic (two controls and an end). */
export type Curve = number[];

export function curve(x0: number, y0: number, x1: number, y1: number, bends: readonly number[] = []): Curve {
  const course: Curve = [x0, y0];
  let x = x0;
  let y = y0;
  const to = (nx: number, ny: number) => {
    // Backwards, the curve swings out on both sides so that it is seen to turn round.
    const reach = nx >= x ? (nx - x) / 2 : Math.min(160, 48 + (x - nx) / 4);
    course.push(x + reach, y, nx - reach, ny, nx, ny);
    x = nx;
    y = ny;
  };
  for (let i = 0; i < bends.length; i += 2) to(bends[i], bends[i + 1]);
  to(x1, y1);
  return course;
}

/** Curves already made, by scene: twenty thousand of them a frame would be all that the frame has time for. */
const made = new WeakMap<Scene, (Curve | null)[]>();

export function edgeCurve(scene: Scene, e: number): Curve | null {
  let curves = made.get(scene);
  if (!curves) {
    curves = [];
    made.set(scene, curves);
  }
  let course = curves[e];
  if (course === undefined) {
    course = makeCurve(scene, e);
    curves[e] = course;
  }
  return course;
}

function makeCurve(scene: Scene, e: number): Curve | null {
  const [a, b] = scene.ends[e];
  if (a < 0 || b < 0 || a === b) return null;
  const from = scene.boxes[a];
  return curve(
    from.x + from.w,
    port(scene, a),
    scene.boxes[b].x,
    port(scene, b),
    scene.bends.get(edgeKey(scene.graph.edges[e])),
  );
}

export function columnCurve(scene: Scene, edge: ColumnEdge): Curve | null {
  const a = scene.adjacency.index.get(edge.from);
  const b = scene.adjacency.index.get(edge.to);
  if (a === undefined || b === undefined) return null;
  const from = scene.boxes[a];
  return curve(from.x + from.w, port(scene, a, edge.fromColumn), scene.boxes[b].x, port(scene, b, edge.toColumn));
}

/** Distance from a point to a curve, by sampling; 24 steps a cubic err by less than a pixel at our sizes. */
export function distanceTo(course: Curve, x: number, y: number): number {
  let best = Number.POSITIVE_INFINITY;
  let px = course[0];
  let py = course[1];
  for (let i = 2; i < course.length; i += 6) {
    const [ax, ay, bx, by, ex, ey] = course.slice(i, i + 6);
    const [sx, sy] = [px, py];
    for (let step = 1; step <= 24; step++) {
      const t = step / 24;
      const s = 1 - t;
      const qx = s * s * s * sx + 3 * s * s * t * ax + 3 * s * t * t * bx + t * t * t * ex;
      const qy = s * s * s * sy + 3 * s * s * t * ay + 3 * s * t * t * by + t * t * t * ey;
      best = Math.min(best, toSegment(x, y, px, py, qx, qy));
      px = qx;
      py = qy;
    }
  }
  return best;
}

function toSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

/** A box that surely holds the curve. */
export function curveBounds(course: Curve): { x: number; y: number; w: number; h: number } {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < course.length; i += 2) {
    left = Math.min(left, course[i]);
    right = Math.max(right, course[i]);
    top = Math.min(top, course[i + 1]);
    bottom = Math.max(bottom, course[i + 1]);
  }
  return { x: left, y: top, w: right - left, h: bottom - top };
}

/** Outer box of the chip on one side of a card. */
export function chipBox(scene: Scene, v: number, side: "up" | "down") {
  const box = scene.boxes[v];
  const { width, height } = CARD.chip;
  const corner = side === "up" ? box.x + 4 : box.x + box.w - 4;
  return { x: corner - width / 2, y: box.y + box.h - height / 2, w: width, h: height };
}
