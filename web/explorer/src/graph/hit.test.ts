import { describe, expect, it } from "vitest";
import { CARD, rowMiddle } from "./cards";
import { chipBox, edgeCurve } from "./curves";
import { hit } from "./hit";
import { buildScene } from "./scene";
import { arrange, graph, scene } from "./testgraph";

const NONE = new Set<string>();

describe("hit", () => {
  const opened = scene("a>b a>c", ["b"]);
  const box = (v: number) => opened.boxes[v];

  it("finds every card at its middle", () => {
    opened.boxes.forEach((own, v) => {
      expect(hit(opened, own.x + own.w / 2, own.y + 10, 1, NONE)).toEqual({ kind: "node", node: v });
    });
  });
  it("finds a column of an open card, but not from afar", () => {
    const y = box(1).y + rowMiddle(1);
    expect(hit(opened, box(1).x + 20, y, 1, NONE)).toEqual({ kind: "column", node: 1, column: "amount" });
    expect(hit(opened, box(1).x + 20, y, 0.3, NONE)).toEqual({ kind: "node", node: 1 });
  });
  it("finds an edge near its curve", () => {
    const course = edgeCurve(opened, 0) as number[];
    const x = (course[0] + course[course.length - 2]) / 2;
    const y = (course[1] + course[course.length - 1]) / 2;
    expect(hit(opened, x, y + 2, 1, NONE)).toEqual({ kind: "edge", edge: 0 });
  });
  it("finds nothing where nothing is", () => {
    expect(hit(opened, -4000, -4000, 1, NONE)).toEqual({ kind: "nothing" });
  });
  it("finds the chip of a side that has more, before the card under it", () => {
    const of = graph("a>b");
    const nodes = of.nodes.map((node) => (node.id === "b" ? { ...node, downstream: 3 } : node));
    const more = buildScene({ ...of, nodes }, arrange(of), NONE, null);
    const chip = chipBox(more, 1, "down");
    expect(hit(more, chip.x + 4, chip.y + 4, 1, NONE)).toEqual({ kind: "chip", node: 1, side: "down" });
    expect(chip.y + chip.h / 2).toBe(more.boxes[1].y + CARD.header);
  });
});
