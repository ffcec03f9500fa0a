import { describe, expect, it } from "vitest";
import { Adjacency, traceColumn } from "./adjacency";
import type { ColumnEdge } from "./model";
import { graph } from "./testgraph";

describe("cones", () => {
  it("are what a node rests on and what rests on it, not its siblings", () => {
    const of = graph("s>a s>b a>t b>t t>u");
    const adjacency = new Adjacency(of);
    const names = (set: Set<number>) => [...set].map((v) => of.nodes[v].id).sort();
    const { up, down } = adjacency.cone(adjacency.index.get("a") as number);
    expect(names(up)).toEqual(["a", "s"]);
    expect(names(down)).toEqual(["a", "t", "u"]);
  });
  it("end in a cycle too", () => {
    const adjacency = new Adjacency(graph("a>b b>a"));
    expect(adjacency.cone(0).down.size).toBe(2);
  });
});

describe("a column's trace", () => {
  const edge = (from: string, to: string): ColumnEdge => {
    const [a, b] = [from.split("#"), to.split("#")];
    return { from: a[0], fromColumn: a[1], to: b[0], toColumn: b[1], method: "column", transformation: null };
  };
  const edges = [edge("s#id", "a#id"), edge("s#id", "b#id"), edge("a#id", "t#id"), edge("s#x", "a#x")];

  it("follows the column up and down and leaves the others out", () => {
    const trace = traceColumn(edges, "a", "id");
    expect(Object.fromEntries(trace.columns)).toEqual({ a: ["id"], s: ["id"], t: ["id"] });
    expect(trace.edges).toHaveLength(2);
  });
  it("of a column without lineage is the column", () => {
    expect(Object.fromEntries(traceColumn(edges, "q", "z").columns)).toEqual({ q: ["z"] });
  });
});
