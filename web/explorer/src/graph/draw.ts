/** Draws the scene with any pen. Edges first, then cards; what is dimmed before what is lit. */

import { type Curve, columnCurve, edgeCurve } from "./curves";
import { drawBlocks, drawCard, drawSmallCard } from "./drawcards";
import type { Look } from "./look";
import type { TextFitter } from "./measure";
import type { EdgeStatus } from "./model";
import type { Palette } from "./palette";
import type { Pen } from "./pen";
import type { Scene } from "./scene";
import { detail, overlap, type Rect } from "./viewport";

export interface Drawing {
  readonly scene: Scene;
  readonly look: Look;
  readonly palette: Palette;
  readonly fitter: TextFitter;
  /** The part of the world that is drawn. */
  readonly window: Rect;
  readonly k: number;
}

const DIM = 0.6;
/** Chips stand outside their cards, so the window for cards is this much wider. */
const AIR = 48;

export function draw(pen: Pen, drawing: Drawing): void {
  const { scene, look, window } = drawing;
  drawEdges(pen, drawing);
  const wide = { x: window.x - AIR, y: window.y - AIR, w: window.w + 2 * AIR, h: window.h + 2 * AIR };
  const cards = scene.grid.within(wide);
  const dimmed = look.lit ? cards.filter((v) => !look.lit?.has(v)) : [];
  const lit = look.lit ? cards.filter((v) => look.lit?.has(v)) : cards;
  pen.opacity(DIM);
  drawCards(pen, drawing, dimmed);
  pen.opacity(1);
  drawCards(pen, drawing, lit);
}

function drawCards(pen: Pen, drawing: Drawing, cards: readonly number[]) {
  const level = detail(drawing.k);
  if (level === "blocks") drawBlocks(pen, drawing, cards);
  else for (const v of cards) (level === "cards" ? drawSmallCard : drawCard)(pen, drawing, v);
}

/** Solid is observed, dashed declared, dotted unconfirmed: readable without colour. */
const DASH: Readonly<Record<EdgeStatus, readonly number[]>> = {
  observed: [],
  declared: [6, 4],
  unconfirmed: [2, 4],
};

function drawEdges(pen: Pen, drawing: Drawing) {
  const { scene, look, palette, k } = drawing;
  // A hairline is never more than one pixel of the device; wide strokes of twenty thousand curves cost a frame each.
  const hair = 1 / Math.max(k, 0.0001);
  const heads: [number, number][] = [];
  const litHeads: [number, number][] = [];
  for (const status of ["observed", "declared", "unconfirmed"] as const) {
    const dash = DASH[status].map((n) => n * Math.max(1, hair));
    pen.opacity(look.lit ? DIM * 0.7 : 1);
    pen.begin();
    if (
      eachEdge(drawing, (e) => scene.graph.edges[e].status === status && !look.litEdges?.has(e), trace(pen, heads)) > 0
    )
      pen.stroke(palette.edge, Math.min(hair, 1.25), dash);
    pen.opacity(1);
    if (!look.litEdges?.size) continue;
    pen.begin();
    const lit = (e: number) => scene.graph.edges[e].status === status && look.litEdges?.has(e) === true;
    if (eachEdge(drawing, lit, trace(pen, litHeads)) > 0) pen.stroke(palette.accent, Math.max(1.75, hair), dash);
  }
  drawColumnEdges(pen, drawing, litHeads);
  if (detail(k) !== "full") return;
  pen.opacity(look.lit ? DIM * 0.7 : 1);
  drawHeads(pen, heads, palette.edge);
  pen.opacity(1);
  drawHeads(pen, litHeads, palette.accent);
}

function trace(pen: Pen, heads: [number, number][]) {
  return (course: Curve) => {
    pen.move(course[0], course[1]);
    for (let i = 2; i < course.length; i += 6)
      pen.bezier(course[i], course[i + 1], course[i + 2], course[i + 3], course[i + 4], course[i + 5]);
    heads.push([course[course.length - 2], course[course.length - 1]]);
  };
}

/** Visits the edges that may show in the window; returns how many. */
function eachEdge({ scene, window }: Drawing, wanted: (e: number) => boolean, visit: (course: Curve) => void): number {
  let drawn = 0;
  for (let e = 0; e < scene.ends.length; e++) {
    if (!wanted(e)) continue;
    const [a, b] = scene.ends[e];
    if (a < 0 || b < 0) continue;
    const [p, q] = [scene.boxes[a], scene.boxes[b]];
    const left = Math.min(p.x, q.x) - 160;
    const right = Math.max(p.x + p.w, q.x + q.w) + 160;
    if (right < window.x || left > window.x + window.w) continue;
    // A way point may lead an edge above or below both its ends, so only edges without any are judged by their ends.
    if (scene.bends.size === 0) {
      const top = Math.min(p.y, q.y);
      const bottom = Math.max(p.y + p.h, q.y + q.h);
      if (!overlap({ x: left, y: top, w: right - left, h: bottom - top }, window)) continue;
    }
    const course = edgeCurve(scene, e);
    if (!course) continue;
    visit(course);
    drawn++;
  }
  return drawn;
}

function drawColumnEdges(pen: Pen, { scene, palette, k }: Drawing, heads: [number, number][]) {
  if (!scene.trace) return;
  pen.begin();
  let drawn = 0;
  for (const edge of scene.trace.edges) {
    const course = columnCurve(scene, edge);
    if (!course) continue;
    trace(pen, heads)(course);
    drawn++;
  }
  if (drawn > 0) pen.stroke(palette.accent, Math.max(1.5, 1 / k));
}

/** All edges enter from the left, so every head points to the right. */
function drawHeads(pen: Pen, heads: readonly [number, number][], colour: string) {
  if (heads.length === 0) return;
  pen.begin();
  for (const [x, y] of heads) {
    pen.move(x, y);
    pen.line(x - 6, y - 3);
    pen.line(x - 6, y + 3);
    pen.line(x, y);
  }
  pen.fill(colour);
}
