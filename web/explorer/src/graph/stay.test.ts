import { describe, expect, it } from "vitest";
import { Adjacency } from "./adjacency";
import { union } from "./model";
import { buildScene } from "./scene";
import { placeAround } from "./stay";
import { arrange, graph, scene } from "./testgraph";
import { overlap, type Rect } from "./viewport";

const pairs = (boxes: readonly Rect[]) => boxes.flatMap((a, i) => boxes.slice(i + 1).map((b) => [a, b] as const));

describe("when a node expands", () => {
  const before = graph("a>b a>c b>d");
  const known = arrange(before).spots;
  const after = union(before, graph("b>e b>f x>b y>b c>g"));
  const ids = after.nodes.map((node) => node.id);
  const sizes = ids.map(() => ({ w: 208, h: 48 }));
  const spots = placeAround(ids, sizes, new Adjacency(after), known);

  it("nobody else moves", () => {
    for (const [id, spot] of known) expect(spots[ids.indexOf(id)]).toEqual(spot);
  });
  it("nobody stands on another", () => {
    const boxes = spots.map((spot, i) => ({ ...spot, ...sizes[i] }));
    for (const [a, b] of pairs(boxes)) expect(overlap(a, b)).toBe(false);
  });
  it("newcomers stand on their side", () => {
    const x = (id: string) => spots[ids.indexOf(id)].x;
    expect(x("e")).toBeGreaterThan(x("b"));
    expect(x("x")).toBeLessThan(x("b"));
  });
});

describe("when a card opens", () => {
  const closed = scene("a>b a>c a>d");
  const opened = scene("a>b a>c a>d", ["b", "c"]);

  it("what is under it makes room", () => {
    for (const [a, b] of pairs(opened.boxes)) expect(overlap(a, b)).toBe(false);
  });
  it("everything returns when it closes", () => {
    const of = opened.graph;
    const again = buildScene(of, arrange(of), new Set(), null);
    expect(again.boxes).toEqual(closed.boxes);
  });
});
