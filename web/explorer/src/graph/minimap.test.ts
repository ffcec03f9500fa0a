import { describe, expect, it } from "vitest";
import { mapStanding } from "./minimap";
import { scene } from "./testgraph";
import { fitBox } from "./viewport";

const screen = { width: 1000, height: 600 };
const map = { x: 796, y: 460, w: 192, h: 128 };

describe("mapStanding", () => {
  const of = scene("a>b b>c c>d d>e e>f");
  it("is needless with everything in sight", () => {
    expect(mapStanding(of, fitBox(of.bounds, screen.width, screen.height), screen, map)).toBe("needless");
  });
  it("covers the card that lies under it", () => {
    const { x, y } = of.boxes[0];
    expect(mapStanding(of, { x: 850 - x, y: 500 - y, k: 1 }, screen, map)).toBe("covering");
  });
  it("is clear of cards elsewhere", () => {
    const { x, y } = of.boxes[0];
    expect(mapStanding(of, { x: 500 - x, y: 100 - y, k: 1 }, screen, map)).toBe("clear");
  });
});
