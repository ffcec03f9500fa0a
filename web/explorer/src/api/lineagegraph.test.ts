import { describe, expect, it } from "vitest";
import { graphOf, sayTransformation, traceOf } from "./lineagegraph";
import type { LineageAnswer, LineageEdge, LineageNode } from "./operations/lineage";
import { columnSelector } from "./operations/lineage";

const node = (id: string, more: Partial<LineageNode> = {}): LineageNode => ({
  id,
  depth: 0,
  moreUpstream: 0,
  moreDownstream: 0,
  node: { __typename: "Dataset", id, ref: `zone.${id}`, label: id, kind: "TABLE", zone: "zone" },
  ...more,
});
const edge = (from: string, to: string): LineageEdge => ({
  id: `${from}${to}`,
  from,
  to,
  status: "OBSERVED",
  method: "COLUMN",
  confidence: 1,
  firstSeen: "",
  lastSeen: "",
  closedAt: null,
  seenIn: 1,
  ofRuns: 1,
  byDefinition: false,
  via: [],
});
const answer = (nodes: LineageNode[], edges: LineageEdge[]): LineageAnswer => ({
  lineage: { roots: [], nodes, edges, complete: true, cut: [] },
});

describe("graphOf", () => {
  it("counts the neighbours in the answer and those left out, each pair once", () => {
    const graph = graphOf(answer([node("a", { moreDownstream: 2 }), node("b")], [edge("a", "b"), edge("a", "b")]));
    expect(graph.nodes.map(({ upstream, downstream }) => [upstream, downstream])).toEqual([
      [0, 3],
      [1, 0],
    ]);
  });
  it("has jobs as cards, each with how its last run went", () => {
    const job = { __typename: "Job", id: "j", ref: "etl/load", label: "load", lastRun: { state: "LOST" as const } };
    const [card] = graphOf(answer([node("j", { node: job })], [])).nodes;
    expect(card).toMatchObject({ name: "load", kind: "job", outcome: "failed" });
  });
  it("keeps a stub where the reader may not look", () => {
    const graph = graphOf(answer([node("a"), node("x", { node: null })], [edge("a", "x")]));
    expect(graph.nodes[1]).toMatchObject({ id: "x", kind: "hidden", upstream: 1 });
  });
});

describe("columns", () => {
  it("become edges between their datasets, with how the values come about", () => {
    const dataset = (id: string) => ({ __typename: "Dataset", id, ref: id, label: id });
    const field = (id: string, of: string) => ({ id, node: { id, path: "key", dataset: dataset(of) } });
    const transformations = [{ type: "DIRECT", subtype: "IDENTITY", masking: true }];
    const { edges, datasets } = traceOf({
      lineage: {
        nodes: [field("f1", "a"), field("f2", "b"), { id: "f3", node: null }],
        edges: [
          { from: "f1", to: "f2", method: "COLUMN", transformations },
          { from: "f2", to: "f3", method: "COLUMN", transformations },
        ],
        complete: true,
      },
    });
    expect(edges).toEqual([
      {
        from: "a",
        fromColumn: "key",
        to: "b",
        toColumn: "key",
        method: "column",
        transformation: "direct, identity, masked",
      },
    ]);
    expect(datasets.map(({ id }) => id)).toEqual(["a", "b"]);
  });
  it("are selected by name, quoted where they have signs", () => {
    expect(columnSelector("dataset:1", "customer.id")).toBe("dataset:1#customer.id");
    expect(columnSelector("dataset:1", 'odd "name"')).toBe('dataset:1#"odd ""name"""');
  });
  it("say a transformation in words", () => {
    expect(sayTransformation({ type: "INDIRECT", subtype: null, masking: false })).toBe("indirect");
  });
});
