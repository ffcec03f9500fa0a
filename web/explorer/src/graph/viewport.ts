/** What part of the world the screen shows: screen = world × k + (x, y). */

export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const ZOOM = { min: 0.01, max: 2.5, blocks: 0.16, cards: 0.5 } as const;

export type Detail = "blocks" | "cards" | "full";

/** Below 0.16 blocks of colour, to 0.5 card and name, above the full card with columns. */
export function detail(k: number): Detail {
  if (k < ZOOM.blocks) return "blocks";
  return k < ZOOM.cards ? "cards" : "full";
}

export const toWorld = (view: Viewport, x: number, y: number) => ({
  x: (x - view.x) / view.k,
  y: (y - view.y) / view.k,
});
export const toScreen = (view: Viewport, x: number, y: number) => ({ x: x * view.k + view.x, y: y * view.k + view.y });

/** The part of the world that is on the screen. */
export function visible(view: Viewport, width: number, height: number): Rect {
  return { x: -view.x / view.k, y: -view.y / view.k, w: width / view.k, h: height / view.k };
}

/** Zooms by `factor` and keeps the point under the pointer where it is. */
export function zoomAt(view: Viewport, factor: number, x: number, y: number): Viewport {
  const k = Math.min(ZOOM.max, Math.max(ZOOM.min, view.k * factor));
  const f = k / view.k;
  return { k, x: x - (x - view.x) * f, y: y - (y - view.y) * f };
}

/** Shows all of `box` with a margin; never larger than life, so that a graph of two cards does not shout. */
export function fitBox(box: Rect, width: number, height: number, margin = 48, least: number = ZOOM.min): Viewport {
  const k = Math.min(1, (width - 2 * margin) / Math.max(1, box.w), (height - 2 * margin) / Math.max(1, box.h));
  const clamped = Math.max(least, k);
  return {
    k: clamped,
    x: width / 2 - (box.x + box.w / 2) * clamped,
    y: height / 2 - (box.y + box.h / 2) * clamped,
  };
}

/** Down to this a card's name is drawn as large as close up. */
const LEGIBLE = 0.3;

/** The first view: everything if it can be read so; else the root, close enough to read, and the map shows the rest. */
export function openingView(box: Rect, root: Rect | undefined, width: number, height: number): Viewport {
  const all = fitBox(box, width, height);
  if (all.k >= LEGIBLE || !root) return all;
  return centre({ x: 0, y: 0, k: 0.8 }, root.x + root.w / 2, root.y + root.h / 2, width, height);
}

/** Brings a point of the world to the middle of the screen. */
export function centre(view: Viewport, x: number, y: number, width: number, height: number): Viewport {
  return { k: view.k, x: width / 2 - x * view.k, y: height / 2 - y * view.k };
}

/** Moves as little as needed to have `box` on the screen with some air around it. */
export function reveal(view: Viewport, box: Rect, width: number, height: number, air = 32): Viewport {
  const a = toScreen(view, box.x, box.y);
  const b = toScreen(view, box.x + box.w, box.y + box.h);
  const nudge = (low: number, high: number, size: number) => {
    if (high - low > size - 2 * air) return size / 2 - (low + high) / 2;
    if (low < air) return air - low;
    return high > size - air ? size - air - high : 0;
  };
  return { k: view.k, x: view.x + nudge(a.x, b.x, width), y: view.y + nudge(a.y, b.y, height) };
}

export const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
