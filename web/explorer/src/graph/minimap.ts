/** The small picture of the whole graph with the window the screen shows; pressing or dragging moves that window. */

import type { Look } from "./look";
import { kindFamily, type Palette } from "./palette";
import type { Scene } from "./scene";
import { centre, fitBox, type Rect, toWorld, type Viewport, visible } from "./viewport";

/** A card on the map is never more than a chip, or a graph of one would fill it. */
const LARGEST = 0.14;

function overview(scene: Scene, w: number, h: number): Viewport {
  const { k } = fitBox(scene.bounds, w, h, 8, 0);
  const { x, y, w: wide, h: high } = scene.bounds;
  return centre({ x: 0, y: 0, k: Math.min(k, LARGEST) }, x + wide / 2, y + high / 2, w, h);
}

interface Sheet {
  readonly scene: Scene;
  readonly look: Look;
  readonly palette: Palette;
  readonly canvas: HTMLCanvasElement;
}

/** The cards of each map, drawn once a scene; a frame in which only the window moves copies them. */
const sheets = new WeakMap<HTMLCanvasElement, Sheet>();

export function drawMiniMap(
  canvas: HTMLCanvasElement,
  scene: Scene,
  look: Look,
  palette: Palette,
  view: Viewport,
  screen: { width: number; height: number },
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: w, clientHeight: h } = canvas;
  // Where the page is narrow the map is not shown, and a sheet of no size cannot be copied.
  if (w === 0 || h === 0) return;
  canvas.width = w * ratio;
  canvas.height = h * ratio;
  let sheet = sheets.get(canvas);
  const stale = sheet?.scene !== scene || sheet.look !== look || sheet.palette !== palette;
  if (!sheet || stale || sheet.canvas.width !== canvas.width) {
    sheet = { scene, look, palette, canvas: document.createElement("canvas") };
    sheet.canvas.width = canvas.width;
    sheet.canvas.height = canvas.height;
    drawCards(sheet, w, h, ratio);
    sheets.set(canvas, sheet);
  }
  context.drawImage(sheet.canvas, 0, 0);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawWindow(context, overview(scene, w, h), palette, visible(view, screen.width, screen.height), w, h);
}

function drawCards({ canvas, scene, look, palette }: Sheet, w: number, h: number, ratio: number) {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const small = overview(scene, w, h);
  scene.boxes.forEach((box, v) => {
    context.globalAlpha = look.lit && !look.lit.has(v) ? 0.4 : 1;
    context.fillStyle = v === look.selected ? palette.accent : palette.kinds[kindFamily(scene.graph.nodes[v].kind)];
    context.fillRect(
      box.x * small.k + small.x,
      box.y * small.k + small.y,
      Math.max(1.5, box.w * small.k),
      Math.max(1.5, box.h * small.k),
    );
  });
}

function drawWindow(
  context: CanvasRenderingContext2D,
  small: Viewport,
  palette: Palette,
  seen: Rect,
  w: number,
  h: number,
) {
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  const left = Math.max(1, seen.x * small.k + small.x);
  const top = Math.max(1, seen.y * small.k + small.y);
  const right = Math.min(w - 1, (seen.x + seen.w) * small.k + small.x);
  const bottom = Math.min(h - 1, (seen.y + seen.h) * small.k + small.y);
  const all = left <= 1 && top <= 1 && right >= w - 1 && bottom >= h - 1;
  if (!all && right > left && bottom > top) context.strokeRect(left, top, right - left, bottom - top);
}

/** Whether the map is of use: not where all is in sight, and less so where it lies over a card. `map`: its place on the screen. */
export function mapStanding(
  scene: Scene,
  view: Viewport,
  screen: { width: number; height: number },
  map: Rect,
): "needless" | "covering" | "clear" {
  const { x, y, w, h } = scene.bounds;
  const seen = visible(view, screen.width, screen.height);
  if (x >= seen.x && y >= seen.y && x + w <= seen.x + seen.w && y + h <= seen.y + seen.h) return "needless";
  const corner = toWorld(view, map.x, map.y);
  const under = scene.grid.within({ ...corner, w: map.w / view.k, h: map.h / view.k });
  return under.length > 0 ? "covering" : "clear";
}

/** The viewport after pressing the map at a place on it. */
export function pointMiniMap(
  canvas: HTMLCanvasElement,
  scene: Scene,
  view: Viewport,
  screen: { width: number; height: number },
  x: number,
  y: number,
): Viewport {
  const world = toWorld(overview(scene, canvas.clientWidth, canvas.clientHeight), x, y);
  return centre(view, world.x, world.y, screen.width, screen.height);
}
