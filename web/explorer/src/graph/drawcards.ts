/** Draws cards at their three levels of detail. */

import { CARD, type Row, rowMiddle } from "./cards";
import { chipBox } from "./curves";
import { cardName } from "./cutnames";
import type { Drawing } from "./draw";
import { expansion, hasChip } from "./hit";
import { kindFamily } from "./palette";
import type { Pen } from "./pen";
import { unseen } from "./scene";

/** Far away: blocks of colour, one path a kind, because ten thousand single fills miss the frame. */
export function drawBlocks(pen: Pen, { scene, look, palette, k }: Drawing, cards: readonly number[]): void {
  const byKind = new Map<string, number[]>();
  for (const v of cards) {
    const family = kindFamily(scene.graph.nodes[v].kind);
    const list = byKind.get(family);
    if (list) list.push(v);
    else byKind.set(family, [v]);
  }
  for (const [family, list] of byKind) {
    pen.begin();
    for (const v of list) {
      const { x, y, w, h } = scene.boxes[v];
      pen.box(x, y, w, h, 0, 0);
    }
    pen.fill(palette.kinds[family]);
  }
  for (const v of cards) {
    if (v !== look.selected && !look.found?.has(v)) continue;
    const { x, y, w, h } = scene.boxes[v];
    const air = 3 / k;
    pen.begin();
    pen.box(x - air, y - air, w + 2 * air, h + 2 * air, 0, 0);
    pen.stroke(v === look.selected ? palette.accent : palette.text, 2 / k);
  }
}

/** Midway: a card and its name, the name as large on the screen as it would be close up. */
export function drawSmallCard(pen: Pen, drawing: Drawing, v: number): void {
  const { scene, palette, fitter, k } = drawing;
  const { x, y, w, h } = scene.boxes[v];
  frame(pen, drawing, v);
  const size = Math.min(36, 11 / k);
  const font = `600 ${Math.round(size)}px ${palette.sans}`;
  const name = cardName(scene, fitter, v, font, w - CARD.pad - CARD.stripe * 2);
  const middle = Math.min(h, CARD.header) / 2;
  pen.text(name, x + CARD.stripe + 8, y + middle + size * 0.36, font, palette.text);
}

/** Close up: name, kind and zone, last run, columns, chips. */
export function drawCard(pen: Pen, drawing: Drawing, v: number): void {
  const { scene, palette, fitter } = drawing;
  const node = scene.graph.nodes[v];
  const { x, y, w } = scene.boxes[v];
  frame(pen, drawing, v);
  const room = w - 2 * CARD.pad;
  const bold = `600 13px ${palette.sans}`;
  const small = `400 11px ${palette.sans}`;
  const mark = node.outcome === "failed" || node.outcome === "running" ? 18 : 0;
  pen.text(cardName(scene, fitter, v, bold, room - mark), x + CARD.pad, y + 20, bold, palette.text);
  const second = [node.kind, node.zone].filter(Boolean).join(" · ");
  pen.text(fitter.fit(second, small, room, "end"), x + CARD.pad, y + 36, small, palette.muted);
  if (mark) outcome(pen, drawing, x + w - CARD.pad - 6, y + 16, node.outcome === "failed");
  if (scene.rows[v].length > 0) rows(pen, drawing, v);
  for (const side of ["up", "down"] as const) chip(pen, drawing, v, side);
}

function frame(pen: Pen, { scene, look, palette, k }: Drawing, v: number) {
  const { x, y, w, h } = scene.boxes[v];
  const node = scene.graph.nodes[v];
  const { radius, stripe } = CARD;
  pen.begin();
  pen.box(x, y, w, h, radius, radius);
  pen.fill(palette.surface);
  pen.begin();
  pen.box(x, y, stripe + 1, h, radius - 1, 0);
  pen.fill(palette.kinds[kindFamily(node.kind)]);
  pen.begin();
  pen.box(x, y, w, h, radius, radius);
  const chosen = v === look.selected;
  const strong = chosen || v === look.hovered || look.lit?.has(v);
  const root = look.roots.has(v);
  const width = chosen ? 2.5 : root ? 2 : 1;
  pen.stroke(
    strong ? palette.accent : root ? palette.text : palette.border,
    Math.max(width, 0.75 / k),
    node.kind === "hidden" ? [4, 3] : [],
  );
  if (!look.found?.has(v)) return;
  pen.begin();
  pen.box(x - 4, y - 4, w + 8, h + 8, radius + 3, radius + 3);
  pen.stroke(palette.accent, Math.max(1.5, 1 / k), [4, 3]);
}

/** A shape besides the colour: a filled disc with a stroke through it failed, a ring is running. */
function outcome(pen: Pen, { palette }: Drawing, x: number, y: number, failed: boolean) {
  pen.begin();
  pen.box(x - 5, y - 5, 10, 10, 5, 5);
  if (!failed) return pen.stroke(palette.accent, 2, [4, 2]);
  pen.fill(palette.bad);
  pen.begin();
  pen.move(x - 2.25, y - 2.25);
  pen.line(x + 2.25, y + 2.25);
  pen.move(x + 2.25, y - 2.25);
  pen.line(x - 2.25, y + 2.25);
  pen.stroke(palette.surface, 1.5);
}

function rows(pen: Pen, drawing: Drawing, v: number) {
  const { scene, look, palette } = drawing;
  const { x, y, w } = scene.boxes[v];
  pen.begin();
  pen.move(x + CARD.stripe + 1, y + CARD.header - 0.5);
  pen.line(x + w, y + CARD.header - 0.5);
  pen.stroke(palette.border, 1);
  const traced = scene.trace?.columns.has(scene.graph.nodes[v].id) === true;
  scene.rows[v].forEach((row, i) => {
    const chosen = look.column?.node === v && look.column.name === row.name;
    drawRow(pen, drawing, row, x, y + rowMiddle(i), w, traced && !row.more, chosen);
  });
}

function drawRow(
  pen: Pen,
  drawing: Drawing,
  row: Row,
  x: number,
  middle: number,
  w: number,
  lit: boolean,
  chosen: boolean,
) {
  const { palette, fitter } = drawing;
  const font = row.more ? `400 11px ${palette.sans}` : `${chosen ? 600 : 400} 11px ${palette.mono}`;
  const small = `400 10px ${palette.mono}`;
  if (lit) {
    pen.begin();
    pen.box(x + CARD.stripe + 1, middle - CARD.row / 2 + 0.5, w - CARD.stripe - 2, CARD.row - 1, 0, 0);
    pen.fill(palette.accentSoft);
  }
  const type = fitter.fit(row.type, small, w * 0.36, "end");
  const typeWidth = type ? fitter.width(type, small) + 8 : 0;
  const name = fitter.fit(row.name, font, w - 2 * CARD.pad - typeWidth);
  pen.text(name, x + CARD.pad, middle + 4, font, row.more ? palette.muted : palette.text);
  if (type) pen.text(type, x + w - CARD.pad, middle + 3.5, small, palette.muted, "right");
}

function chip(pen: Pen, { scene, look, palette }: Drawing, v: number, side: "up" | "down") {
  if (!hasChip(scene, v, side, look.taken)) return;
  const box = chipBox(scene, v, side);
  const middle = box.y + box.h / 2;
  const more = unseen(scene, v, side);
  const taken = look.taken.has(expansion(side, scene.graph.nodes[v].id));
  pen.begin();
  pen.box(box.x, box.y, box.w, box.h, box.h / 2, box.h / 2);
  pen.fill(palette.surface);
  pen.stroke(palette.border, 1);
  const label = taken && more === 0 ? "−" : more > 99 ? "99+" : `+${more}`;
  pen.text(label, box.x + box.w / 2, middle + 3.5, `600 10px ${palette.sans}`, palette.accent, "center");
}
