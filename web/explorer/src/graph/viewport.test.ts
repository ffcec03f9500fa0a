import { describe, expect, it } from "vitest";
import { ellipsis, TextFitter } from "./measure";
import { fitBox, openingView, reveal, toScreen, toWorld, zoomAt } from "./viewport";

const view = { x: 30, y: -20, k: 0.8 };

describe("viewport", () => {
  it("keeps the point under the pointer while zooming", () => {
    const before = toWorld(view, 200, 100);
    const after = toWorld(zoomAt(view, 1.7, 200, 100), 200, 100);
    expect(after.x).toBeCloseTo(before.x);
    expect(after.y).toBeCloseTo(before.y);
  });
  it("fits all of a box and never shouts", () => {
    const wide = fitBox({ x: -500, y: 0, w: 4000, h: 100 }, 800, 600);
    expect(toScreen(wide, -500, 0).x).toBeGreaterThanOrEqual(48);
    expect(toScreen(wide, 3500, 100).x).toBeLessThanOrEqual(752);
    expect(fitBox({ x: 0, y: 0, w: 10, h: 10 }, 800, 600).k).toBe(1);
  });
  it("opens on everything while it can be read, else on the root", () => {
    const root = { x: 0, y: 0, w: 208, h: 48 };
    expect(openingView({ x: 0, y: 0, w: 900, h: 300 }, root, 1000, 600)).toEqual(
      fitBox({ x: 0, y: 0, w: 900, h: 300 }, 1000, 600),
    );
    const far = { x: 0, y: -900, w: 900, h: 1400 };
    expect(openingView(far, root, 1000, 600)).toEqual(fitBox(far, 1000, 600));
    const close = openingView({ x: 0, y: -9000, w: 900, h: 18_000 }, root, 1000, 600);
    expect(close.k).toBe(0.8);
    expect(openingView({ x: 0, y: -9000, w: 900, h: 18_000 }, undefined, 1000, 600).k).toBeLessThan(0.1);
    expect(toScreen(close, 104, 24)).toEqual({ x: 500, y: 300 });
  });
  it("reveals with the least movement", () => {
    expect(reveal(view, { x: 100, y: 100, w: 10, h: 10 }, 800, 600)).toEqual(view);
    const moved = reveal(view, { x: 2000, y: 100, w: 100, h: 10 }, 800, 600);
    expect(toScreen(moved, 2100, 100).x).toBeCloseTo(768);
    expect(moved.y).toBe(view.y);
  });
});

describe("text", () => {
  it("is cut in the middle to what fits", () => {
    const fitter = new TextFitter((text) => text.length * 10);
    expect(fitter.fit("short", "f", 100)).toBe("short");
    expect(fitter.fit("customer_orders_daily", "f", 100)).toBe("custo…aily");
    expect(ellipsis("abcdef", 3, "end")).toBe("abc…");
  });
});
