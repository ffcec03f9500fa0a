import { describe, expect, it } from "vitest";
import type { StepEdge } from "../../api/operations/paths";
import { endsOf, rowsOf } from "./steps";

const node = (id: string) => ({ __typename: "Dataset", id, ref: id, label: id });
const edge = (job: string, more: Partial<StepEdge> = {}): StepEdge => ({
  id: job,
  status: "OBSERVED",
  method: "EXPLICIT",
  seenIn: 2,
  ofRuns: 3,
  lastSeen: "2026-01-01T00:00:00Z",
  via: [node(job)],
  transformations: [],
  ...more,
});

describe("a path as rows", () => {
  it("begins with the bare node, and says of each other how it was made and by whom", () => {
    const steps = [{ edges: [edge("load")] }, { edges: [edge("clean", { status: "DECLARED", ofRuns: 0 })] }];
    const rows = rowsOf({ length: 2, nodes: [node("a"), node("b"), null], steps });
    expect(rows.map(({ how }) => how)).toEqual([
      "",
      "the producer's own dataset lineage",
      "the producer's own dataset lineage (declared)",
    ]);
    expect(rows.map(({ jobs }) => jobs.map(({ id }) => id))).toEqual([[], ["load"], ["clean"]]);
    expect(rows.map(({ seen }) => seen)).toEqual(["", "2 of 3 runs", ""]);
  });
  it("tells what several edges of a step say once, and when any was seen last", () => {
    const late = edge("load", { lastSeen: "2026-01-02T00:00:00Z" });
    const [, row] = rowsOf({ length: 1, nodes: [node("a"), node("b")], steps: [{ edges: [late, edge("load")] }] });
    expect([row?.how, row?.jobs.length, row?.last]).toEqual([
      "the producer's own dataset lineage",
      1,
      "2026-01-02T00:00:00Z",
    ]);
  });
  it("prefers what is said of the values to how the edge is known", () => {
    const step = { type: "INDIRECT", subtype: "FILTER", masking: false };
    const [, row] = rowsOf({
      length: 1,
      nodes: [node("a"), node("b")],
      steps: [{ edges: [edge("load", { transformations: [step, step] })] }],
    });
    expect(row?.how).toBe("indirect, filter");
  });
});

describe("ends to choose from", () => {
  it("are what was reached, the farthest first, without where one begins and what one may not see", () => {
    const nodes = [
      { id: "a", depth: 0, node: node("a") },
      { id: "b", depth: -1, node: node("b") },
      { id: "c", depth: -2, node: node("c") },
      { id: "d", depth: -3, node: null },
    ];
    const ends = endsOf({ lineage: { complete: true, roots: ["a"], nodes } });
    expect(ends.map(({ node, steps }) => [node.id, steps])).toEqual([
      ["c", 2],
      ["b", 1],
    ]);
  });
});
