/** Pictures to take away: PNG of the view or of everything, SVG with real text. Nothing is cropped. */

import { draw } from "./draw";
import type { Look } from "./look";
import type { Measure } from "./measure";
import { TextFitter } from "./measure";
import type { Palette } from "./palette";
import { CanvasPen, SvgPen } from "./pen";
import type { Scene } from "./scene";
import type { Rect } from "./viewport";

const MARGIN = 56;
/** The longest side a browser will surely give us as a canvas, in pixels. */
const LONGEST = 12_000;

/** All of the scene with room for the chips that stand outside their cards. */
export function whole(scene: Scene): Rect {
  const { x, y, w, h } = scene.bounds;
  return { x: x - MARGIN, y: y - MARGIN, w: w + 2 * MARGIN, h: h + 2 * MARGIN };
}

export function toSvg(scene: Scene, look: Look, palette: Palette, measure: Measure, window: Rect): string {
  const pen = new SvgPen();
  draw(pen, { scene, look, palette, fitter: new TextFitter(measure), window, k: 1 });
  return pen.document(window.x, window.y, window.w, window.h, palette.canvas);
}

/** Twice life size, or what fits into the longest canvas. */
export async function toPng(scene: Scene, look: Look, palette: Palette, measure: Measure, window: Rect): Promise<Blob> {
  const k = Math.min(2, LONGEST / Math.max(window.w, window.h));
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(window.w * k);
  canvas.height = Math.ceil(window.h * k);
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) throw new Error("this browser gives no canvas to draw the picture on");
  context.fillStyle = palette.canvas;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(k, 0, 0, k, -window.x * k, -window.y * k);
  draw(new CanvasPen(context), { scene, look, palette, fitter: new TextFitter(measure), window, k });
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large for this browser"))));
  });
}
