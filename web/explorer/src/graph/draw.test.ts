import { describe, expect, it } from "vitest";
import { draw } from "./draw";
import { light, PLAIN } from "./look";
import { TextFitter } from "./measure";
import { readPalette } from "./palette";
import type { Align, Pen } from "./pen";
import { SvgPen } from "./pen";
import type { Scene } from "./scene";
import { bounds } from "./scene";
import { scene } from "./testgraph";

/** Writes down what is drawn. */
class ListPen implements Pen {
  readonly texts: { text: string; x: number; room: number; opacity: number; font: string }[] = [];
  readonly strokes: { colour: string; width: number; dash: readonly number[]; curves: number }[] = [];
  boxes = 0;
  private curves = 0;
  private alpha = 1;
  opacity(value: number) {
    this.alpha = value;
  }
  begin() {
    this.curves = 0;
  }
  move() {}
  line() {}
  bezier() {
    this.curves++;
  }
  box() {
    this.boxes++;
  }
  fill() {}
  stroke(colour: string, width: number, dash: readonly number[] = []) {
    this.strokes.push({ colour, width, dash, curves: this.curves });
  }
  text(text: string, x: number, _y: number, font: string, _colour: string, align: Align = "left") {
    if (align === "left") this.texts.push({ text, x, room: 0, opacity: this.alpha, font });
  }
}

const palette = readPalette((name) => name);
/** Every letter half as wide as it is high: monospaced arithmetic for tests. */
const measure = (text: string, font: string) => text.length * Number.parseInt(font.split(" ")[1], 10) * 0.6;
const drawing = (of: Scene, k: number, window = bounds(of.boxes)) => ({
  scene: of,
  look: PLAIN,
  palette,
  fitter: new TextFitter(measure),
  window,
  k,
});

describe("draw", () => {
  const of = scene("a>b b>c a>a_very_long_name_that_no_card_could_ever_hold_in_one_line", ["b"]);

  it("shows names and columns close up, names midway, blocks far away", () => {
    const at = (k: number) => {
      const pen = new ListPen();
      draw(pen, drawing(of, k));
      return pen.texts.map((one) => one.text);
    };
    expect(at(1)).toContain("amount");
    expect(at(0.3)).toContain("a");
    expect(at(0.3)).not.toContain("amount");
    expect(at(0.1)).toEqual([]);
  });

  it("never lets a text run over its card", () => {
    for (const k of [1, 0.3]) {
      const pen = new ListPen();
      draw(pen, drawing(of, k));
      for (const { text, x, font } of pen.texts) {
        const card = of.boxes.find((box) => x >= box.x && x <= box.x + box.w);
        expect(card && x + measure(text, font) <= card.x + card.w).toBe(true);
      }
    }
  });

  it("draws edges as hairlines, at most one pixel of the screen", () => {
    for (const k of [0.05, 0.3]) {
      const pen = new ListPen();
      draw(pen, drawing(of, k));
      const edges = pen.strokes.filter((stroke) => stroke.colour === "--edge" && stroke.curves > 0);
      expect(edges).not.toHaveLength(0);
      for (const stroke of edges) expect(stroke.width * k).toBeLessThanOrEqual(1);
    }
  });

  it("draws only what the window shows", () => {
    const pen = new ListPen();
    draw(pen, drawing(of, 1, { x: 90_000, y: 90_000, w: 100, h: 100 }));
    expect(pen.boxes).toBe(0);
    expect(pen.strokes).toEqual([]);
  });

  it("dims what the selection does not reach to 0.6", () => {
    const pen = new ListPen();
    const start = of.adjacency.index.get("c") as number;
    draw(pen, { ...drawing(of, 1), look: { ...PLAIN, selected: start, ...light(of, start, null) } });
    const opacity = (name: string) => pen.texts.find((one) => one.text === name)?.opacity;
    expect(opacity("c")).toBe(1);
    expect(opacity("a")).toBe(1);
    expect(pen.texts.find((one) => one.text.includes("…"))?.opacity).toBe(0.6);
  });

  it("writes SVG with real and harmless text", () => {
    const pen = new SvgPen();
    pen.text('<script>"&', 1, 2, "600 13px sans", "red");
    const svg = pen.document(0, 0, 10, 10, "white");
    expect(svg).toContain("&lt;script&gt;&quot;&amp;");
    expect(svg).not.toContain("<script");
  });
});
