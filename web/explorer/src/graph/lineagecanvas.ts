/** The canvas element: draws when something changed, pans and zooms, and tells what was pointed at. No framework. */

import { draw } from "./draw";
import { Gestures } from "./gestures";
import { type Hit, hit } from "./hit";
import { type Look, PLAIN } from "./look";
import { canvasMeasure, TextFitter } from "./measure";
import type { Palette } from "./palette";
import { CanvasPen } from "./pen";
import type { Scene } from "./scene";
import { fitBox, openingView, reveal, toWorld, type Viewport, visible, zoomAt } from "./viewport";

export interface CanvasEvents {
  hit(found: Hit): void;
  hover(found: Hit): void;
  /** The reader moved the view, and it has come to rest. A fit is no such movement: it needs no place in the address. */
  rest(view: Viewport): void;
  /** Every frame in which the viewport moved. */
  moved(view: Viewport): void;
}

/** Milliseconds without movement after which the picture is drawn once more, crisp. */
const REST = 140;
const GLIDE = 140;

export class LineageCanvas {
  view: Viewport = { x: 0, y: 0, k: 1 };
  private scene: Scene | null = null;
  private look: Look = PLAIN;
  private palette: Palette;
  private readonly fitter = new TextFitter(canvasMeasure());
  private readonly gestures: Gestures;
  private readonly observer: ResizeObserver;
  private width = 0;
  private height = 0;
  private frame = 0;
  private resting = 0;
  private moving = false;
  private byReader = false;
  /** Until the reader moves the view, a new size of the window is answered with the same view again. */
  private reopen: (() => void) | null = null;
  private glide: { from: Viewport; to: Viewport; start: number } | null = null;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly events: CanvasEvents,
    palette: Palette,
  ) {
    this.palette = palette;
    this.gestures = new Gestures(canvas, {
      pan: (dx, dy) => this.pan({ ...this.view, x: this.view.x + dx, y: this.view.y + dy }),
      zoom: (factor, x, y) => this.pan(zoomAt(this.view, factor, x, y)),
      press: (x, y) => this.events.hit(this.at(x, y)),
      point: (x, y) => this.point(x, y),
    });
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(canvas);
    this.resize();
  }

  setScene(scene: Scene): void {
    this.scene = scene;
    this.request();
  }

  setLook(look: Look): void {
    this.look = look;
    this.request();
  }

  setPalette(palette: Palette): void {
    this.palette = palette;
    this.request();
  }

  get size(): { width: number; height: number } {
    return { width: this.width, height: this.height };
  }

  /** Shows that view because the reader's hand asks for it, now. */
  pan(view: Viewport): void {
    this.glide = null;
    this.reopen = null;
    this.byReader = true;
    this.move(view);
  }

  fit(smooth = true): void {
    this.byReader = false;
    if (this.scene && this.width > 0) this.go(fitBox(this.scene.bounds, this.width, this.height), smooth);
    this.reopen = () => this.fit(false);
  }

  /** The first view of a new picture, around the root where it is large; without a root all of it. */
  open(root: number | undefined): void {
    if (!this.scene || this.width === 0) return;
    const box = root === undefined ? undefined : this.scene.boxes[root];
    this.byReader = false;
    this.go(openingView(this.scene.bounds, box, this.width, this.height), false);
    this.reopen = () => this.open(root);
  }

  reveal(node: number): void {
    const box = this.scene?.boxes[node];
    if (box) this.go(reveal(this.view, box, this.width, this.height), true);
  }

  zoom(factor: number): void {
    this.byReader = true;
    this.go(zoomAt(this.view, factor, this.width / 2, this.height / 2), true);
  }

  /** Moves the view there; glides unless the reader asked for less motion. */
  go(to: Viewport, smooth: boolean): void {
    this.reopen = null;
    const still = !smooth || matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) {
      this.glide = null;
      this.move(to);
    } else {
      this.glide = { from: this.view, to, start: performance.now() };
      this.request();
    }
  }

  close(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.resting);
    this.observer.disconnect();
    this.gestures.close();
  }

  private at(x: number, y: number): Hit {
    if (!this.scene) return { kind: "nothing" };
    const world = toWorld(this.view, x, y);
    return hit(this.scene, world.x, world.y, this.view.k, this.look.taken);
  }

  private point(x: number, y: number): void {
    const found = this.at(x, y);
    this.canvas.classList.toggle("pointing", found.kind !== "nothing");
    this.events.hover(found);
  }

  private move(view: Viewport): void {
    this.view = view;
    this.moving = true;
    clearTimeout(this.resting);
    this.resting = window.setTimeout(() => {
      this.moving = false;
      this.request();
      if (this.byReader) this.events.rest(this.view);
    }, REST);
    this.request();
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    if (clientWidth === this.width && clientHeight === this.height) return;
    this.width = clientWidth;
    this.height = clientHeight;
    this.reopen?.();
    // At once, not with the next frame: a resized canvas is blank, and the blank would be seen.
    this.paint();
  }

  private request(): void {
    if (this.frame) return;
    this.frame = requestAnimationFrame((now) => {
      this.frame = 0;
      this.step(now);
      this.paint();
    });
  }

  private step(now: number): void {
    if (!this.glide) return;
    const { from, to, start } = this.glide;
    const t = Math.min(1, (now - start) / GLIDE);
    const eased = 1 - (1 - t) ** 3;
    if (t === 1) this.glide = null;
    this.move({
      x: from.x + (to.x - from.x) * eased,
      y: from.y + (to.y - from.y) * eased,
      k: from.k + (to.k - from.k) * eased,
    });
  }

  private paint(): void {
    const context = this.canvas.getContext("2d", { alpha: false });
    if (!context || this.width === 0) return;
    // One device pixel per CSS pixel while moving: a quarter of the work on a sharp screen, and nobody reads in flight.
    const ratio = this.moving ? 1 : window.devicePixelRatio || 1;
    const [w, h] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.fillStyle = this.palette.canvas;
    context.fillRect(0, 0, w, h);
    if (this.scene) {
      const { x, y, k } = this.view;
      context.setTransform(k * ratio, 0, 0, k * ratio, x * ratio, y * ratio);
      const window = visible(this.view, this.width, this.height);
      const { scene, look, palette, fitter } = this;
      draw(new CanvasPen(context), { scene, look, palette, fitter, window, k });
    }
    if (this.moving) this.events.moved(this.view);
  }
}
