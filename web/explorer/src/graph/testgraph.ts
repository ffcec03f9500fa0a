/** Small graphs for tests. */

import { Adjacency } from "./adjacency";
import type { Graph, GraphEdge, GraphNode } from "./model";
import { type Arrangement, buildScene, type Scene } from "./scene";
import { placeAround } from "./stay";

export const node = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  name: id,
  fullName: `zone.${id}`,
  kind: "table",
  zone: "trusted",
  columns: ["key", "amount", "name"].map((name) => ({ name, type: "text" })),
  outcome: "ok",
  upstream: 0,
  downstream: 0,
  ...more,
});

export const edge = (from: string, to: string, more: Partial<GraphEdge> = {}): GraphEdge => ({
  from,
  to,
  status: "observed",
  method: "column",
  confidence: 1,
  firstSeen: null,
  lastSeen: null,
  closedAt: null,
  seenIn: 1,
  ofRuns: 1,
  byDefinition: false,
  via: [],
  ...more,
});

/** `graph("a>b b>c d")`: names, and arrows between them. */
export function graph(text: string): Graph {
  const names = new Set<string>();
  const edges: GraphEdge[] = [];
  for (const part of text.split(" ")) {
    const ends = part.split(">");
    for (const name of ends) names.add(name);
    if (ends.length === 2) edges.push(edge(ends[0], ends[1]));
  }
  return { nodes: [...names].map((name) => node(name)), edges };
}

export function arrange(of: Graph): Arrangement {
  const ids = of.nodes.map((one) => one.id);
  const sizes = ids.map(() => ({ w: 208, h: 48 }));
  const spots = placeAround(ids, sizes, new Adjacency(of), new Map([[ids[0], { x: 0, y: 0 }]]));
  return { spots: new Map(ids.map((id, i) => [id, spots[i]])), bends: new Map() };
}

export const scene = (text: string, open: readonly string[] = []): Scene => {
  const of = graph(text);
  return buildScene(of, arrange(of), new Set(open), null);
};
