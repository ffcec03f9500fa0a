/** One component as layers of vertices: real nodes and the dummies that carry long edges past the layers between. */

import { type Directed, incidence } from "./cycles";

export interface Layered {
  /** Vertices 0..real-1 are nodes, the rest are dummies. */
  readonly real: number;
  readonly count: number;
  readonly rank: Int32Array;
  readonly layers: number[][];
  /** Neighbours in the layer before and after. */
  readonly before: number[][];
  readonly after: number[][];
  /** For each edge, its dummies in rising layer; empty when it is short. */
  readonly chains: number[][];
}

/** Dummies an edge may have at each of its ends; the middle of a longer one runs free and costs nothing. */
const DUMMIES_AT_AN_END = 6;

export function layered(graph: Directed, rank: Int32Array): Layered {
  const ranksOf: number[] = Array.from(rank);
  const before: number[][] = Array.from({ length: graph.count }, () => []);
  const after: number[][] = Array.from({ length: graph.count }, () => []);
  const chains: number[][] = [];
  const join = (a: number, b: number) => {
    after[a].push(b);
    before[b].push(a);
  };
  for (let e = 0; e < graph.from.length; e++) {
    const a = graph.from[e];
    const b = graph.to[e];
    const chain: number[] = [];
    let previous = a;
    for (let r = rank[a] + 1; r < rank[b]; r++) {
      if (r - rank[a] > DUMMIES_AT_AN_END && rank[b] - r > DUMMIES_AT_AN_END) {
        previous = -1;
        continue;
      }
      const dummy = ranksOf.length;
      ranksOf.push(r);
      before.push([]);
      after.push([]);
      if (previous >= 0) join(previous, dummy);
      chain.push(dummy);
      previous = dummy;
    }
    if (previous >= 0) join(previous, b);
    chains.push(chain);
  }
  const real = graph.count;
  return {
    real,
    count: ranksOf.length,
    rank: Int32Array.from(ranksOf),
    layers: firstOrder(graph, ranksOf, after),
    before,
    after,
    chains,
  };
}

/** First order: depth first from the sources, so that what belongs together starts together. */
function firstOrder(graph: Directed, rank: number[], after: number[][]): number[][] {
  const layers: number[][] = Array.from({ length: Math.max(0, ...rank) + 1 }, () => []);
  const seen = new Uint8Array(rank.length);
  const entering = incidence(graph.count, graph.to);
  const visit = (root: number) => {
    const stack = [root];
    while (stack.length > 0) {
      const v = stack.pop() as number;
      if (seen[v]) continue;
      seen[v] = 1;
      layers[rank[v]].push(v);
      for (let i = after[v].length - 1; i >= 0; i--) if (!seen[after[v][i]]) stack.push(after[v][i]);
    }
  };
  for (let v = 0; v < graph.count; v++) if (entering.start[v] === entering.start[v + 1]) visit(v);
  for (let v = 0; v < rank.length; v++) if (!seen[v]) visit(v);
  return layers;
}
