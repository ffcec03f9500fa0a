/** Who feeds whom: neighbours, cones and column traces over a graph. */

import type { ColumnEdge, Graph } from "./model";

export class Adjacency {
  readonly index = new Map<string, number>();
  /** Node indices by node index. */
  readonly up: number[][];
  readonly down: number[][];

  /** `also`: pairs that count as edges here though the graph does not have them. */
  constructor(graph: Graph, also: readonly { from: string; to: string }[] = []) {
    graph.nodes.forEach((node, i) => {
      this.index.set(node.id, i);
    });
    this.up = graph.nodes.map(() => []);
    this.down = graph.nodes.map(() => []);
    for (const edge of [...graph.edges, ...also]) {
      const a = this.index.get(edge.from);
      const b = this.index.get(edge.to);
      if (a === undefined || b === undefined || a === b) continue;
      this.down[a].push(b);
      this.up[b].push(a);
    }
  }

  /** Everything that `start` rests on and everything that rests on it, itself included. */
  cone(start: number): { up: Set<number>; down: Set<number> } {
    return { up: reach(start, this.up), down: reach(start, this.down) };
  }
}

function reach(start: number, next: number[][]): Set<number> {
  const seen = new Set([start]);
  const queue = [start];
  for (const v of queue)
    for (const w of next[v])
      if (!seen.has(w)) {
        seen.add(w);
        queue.push(w);
      }
  return seen;
}

/** What one column's trace touches: its columns by node id, and the edges between them. */
export interface Trace {
  readonly columns: ReadonlyMap<string, readonly string[]>;
  readonly edges: readonly ColumnEdge[];
}

/** Follows column edges up and down from one column, each direction on its own: siblings of a common source stay out. */
export function traceColumn(edges: readonly ColumnEdge[], node: string, column: string): Trace {
  const key = (id: string, name: string) => `${id}#${name}`;
  const into = new Map<string, ColumnEdge[]>();
  const outOf = new Map<string, ColumnEdge[]>();
  const add = (map: Map<string, ColumnEdge[]>, at: string, edge: ColumnEdge) => {
    const list = map.get(at);
    if (list) list.push(edge);
    else map.set(at, [edge]);
  };
  for (const edge of edges) {
    add(outOf, key(edge.from, edge.fromColumn), edge);
    add(into, key(edge.to, edge.toColumn), edge);
  }
  const columns = new Map<string, Set<string>>([[node, new Set([column])]]);
  const found = new Set<ColumnEdge>();
  const follow = (map: Map<string, ColumnEdge[]>, end: (edge: ColumnEdge) => [string, string]) => {
    const seen = new Set([key(node, column)]);
    const queue = [...seen];
    for (const at of queue)
      for (const edge of map.get(at) ?? []) {
        found.add(edge);
        const [id, name] = end(edge);
        columns.set(id, (columns.get(id) ?? new Set()).add(name));
        if (!seen.has(key(id, name))) {
          seen.add(key(id, name));
          queue.push(key(id, name));
        }
      }
  };
  follow(into, (edge) => [edge.from, edge.fromColumn]);
  follow(outOf, (edge) => [edge.to, edge.toColumn]);
  return { columns: new Map([...columns].map(([id, names]) => [id, [...names]])), edges: [...found] };
}
