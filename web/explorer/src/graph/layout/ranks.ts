/** Gives every node a layer: longest path from the sources, then sources pulled in beside what they feed. */

import { type Directed, incidence } from "./cycles";

/** Layers by node, smallest 0. Every edge leads to a higher layer; the graph must be acyclic. */
export function ranks({ count, from, to }: Directed): Int32Array {
  const out = incidence(count, from);
  const waiting = new Int32Array(count);
  for (const node of to) waiting[node]++;
  const isSource = Uint8Array.from(waiting, (n) => (n === 0 ? 1 : 0));
  const rank = new Int32Array(count);
  const queue: number[] = [];
  for (let v = 0; v < count; v++) if (isSource[v]) queue.push(v);
  for (let head = 0; head < queue.length; head++) {
    const v = queue[head];
    for (let i = out.start[v]; i < out.start[v + 1]; i++) {
      const w = to[out.edges[i]];
      if (rank[w] < rank[v] + 1) rank[w] = rank[v] + 1;
      if (--waiting[w] === 0) queue.push(w);
    }
  }
  pullSourcesIn(rank, isSource, out.start, out.edges, to);
  return rank;
}

/** A source that feeds only layer 7 belongs at layer 6, not at the far left with an edge across the picture. */
function pullSourcesIn(rank: Int32Array, isSource: Uint8Array, start: Int32Array, edges: Int32Array, to: Int32Array) {
  for (let v = 0; v < rank.length; v++) {
    if (!isSource[v] || start[v] === start[v + 1]) continue;
    let nearest = Number.POSITIVE_INFINITY;
    for (let i = start[v]; i < start[v + 1]; i++) nearest = Math.min(nearest, rank[to[edges[i]]]);
    rank[v] = nearest - 1;
  }
}
