/** What lies under a point of the world. */

import { CARD } from "./cards";
import { chipBox, curveBounds, distanceTo, edgeCurve } from "./curves";
import { type Scene, unseen } from "./scene";
import { detail, overlap, type Rect } from "./viewport";

export type Hit =
  | { readonly kind: "nothing" }
  | { readonly kind: "node"; readonly node: number }
  | { readonly kind: "column"; readonly node: number; readonly column: string }
  | { readonly kind: "more"; readonly node: number }
  | { readonly kind: "chip"; readonly node: number; readonly side: "up" | "down" }
  | { readonly kind: "edge"; readonly edge: number };

const NOTHING: Hit = { kind: "nothing" };
/** Pixels on the screen that a pointer may miss an edge by. */
const NEAR_EDGE = 6;
/** Beyond this many edges, pointing at one is guesswork and asking each of them takes longer than a frame. */
const EDGES_ASKED = 4000;

const inside = (box: Rect, x: number, y: number) => x >= box.x && x < box.x + box.w && y >= box.y && y < box.y + box.h;

/** `taken` tells which sides have been expanded: their chip stands there to take the hop back. */
export function hit(scene: Scene, x: number, y: number, k: number, taken: ReadonlySet<string>): Hit {
  const reach = CARD.chip.width;
  const near = scene.grid.within({ x: x - reach, y: y - reach, w: reach * 2, h: reach * 2 });
  if (detail(k) === "full")
    for (const v of near)
      for (const side of ["up", "down"] as const)
        if (hasChip(scene, v, side, taken) && inside(chipBox(scene, v, side), x, y))
          return { kind: "chip", node: v, side };
  for (const v of near) if (inside(scene.boxes[v], x, y)) return inCard(scene, v, y, k);
  return nearestEdge(scene, x, y, NEAR_EDGE / k);
}

export function hasChip(scene: Scene, v: number, side: "up" | "down", taken: ReadonlySet<string>): boolean {
  return unseen(scene, v, side) > 0 || taken.has(expansion(side, scene.graph.nodes[v].id));
}

/** How an expanded side is written, here and in the address: `u:` or `d:` and the node's id. */
export const expansion = (side: "up" | "down", id: string): string => `${side === "up" ? "u" : "d"}:${id}`;

function inCard(scene: Scene, v: number, y: number, k: number): Hit {
  const row = Math.floor((y - scene.boxes[v].y - CARD.header) / CARD.row);
  const column = detail(k) === "full" ? scene.rows[v][row] : undefined;
  if (!column || row < 0) return { kind: "node", node: v };
  return column.more ? { kind: "more", node: v } : { kind: "column", node: v, column: column.name };
}

function nearestEdge(scene: Scene, x: number, y: number, reach: number): Hit {
  if (scene.ends.length > EDGES_ASKED) return NOTHING;
  const around = { x: x - reach, y: y - reach, w: reach * 2, h: reach * 2 };
  let best = NOTHING;
  let least = reach;
  for (let e = 0; e < scene.ends.length; e++) {
    const course = edgeCurve(scene, e);
    if (!course || !overlap(curveBounds(course), around)) continue;
    const distance = distanceTo(course, x, y);
    if (distance < least) {
      least = distance;
      best = { kind: "edge", edge: e };
    }
  }
  return best;
}
