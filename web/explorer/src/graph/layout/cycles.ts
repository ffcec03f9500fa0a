/** Breaks cycles: which edges must be turned round so that the rest has a direction. */

export interface Directed {
  readonly count: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Compressed adjacency: the edges that leave (or enter) node v are `edges[start[v]]` to `edges[start[v + 1] - 1]`. */
export interface Incidence {
  readonly start: Int32Array;
  readonly edges: Int32Array;
}

export function incidence(count: number, ends: Int32Array): Incidence {
  const start = new Int32Array(count + 1);
  for (const node of ends) start[node + 1]++;
  for (let v = 0; v < count; v++) start[v + 1] += start[v];
  const fill = start.slice();
  const edges = new Int32Array(ends.length);
  for (let e = 0; e < ends.length; e++) edges[fill[ends[e]]++] = e;
  return { start, edges };
}

/**
 * Indices of the back edges of a depth-first walk that begins at the sources, in input order.
 * Iterative, because a chain of ten thousand jobs would overflow the stack.
 */
export function backEdges({ count, from, to }: Directed): number[] {
  const out = incidence(count, from);
  const entering = new Int32Array(count);
  for (const node of to) entering[node]++;
  const state = new Uint8Array(count); // 0 unseen, 1 on the path, 2 done
  const cursor = out.start.slice(0, count);
  const back: number[] = [];
  const path: number[] = [];

  const walk = (root: number) => {
    state[root] = 1;
    path.push(root);
    while (path.length > 0) {
      const v = path[path.length - 1];
      if (cursor[v] === out.start[v + 1]) {
        state[v] = 2;
        path.pop();
        continue;
      }
      const e = out.edges[cursor[v]++];
      const w = to[e];
      if (state[w] === 1) back.push(e);
      else if (state[w] === 0) {
        state[w] = 1;
        path.push(w);
      }
    }
  };

  for (let v = 0; v < count; v++) if (entering[v] === 0 && state[v] === 0) walk(v);
  for (let v = 0; v < count; v++) if (state[v] === 0) walk(v);
  return back.sort((a, b) => a - b);
}
