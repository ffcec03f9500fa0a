/** What the reader has done to the scene: selection, and what it lights. */

import type { Scene } from "./scene";

export interface Look {
  readonly selected: number | null;
  readonly edge: number | null;
  readonly hovered: number | null;
  /** Where the reader started; marked, so that a wide graph still has a middle. */
  readonly roots: ReadonlySet<number>;
  readonly column: { readonly node: number; readonly name: string } | null;
  /** Lit nodes and edges; null lights everything evenly. */
  readonly lit: ReadonlySet<number> | null;
  readonly litEdges: ReadonlySet<number> | null;
  /** Nodes that match the filter; null when there is none. */
  readonly found: ReadonlySet<number> | null;
  /** Sides that were expanded, as `u:id` and `d:id`. */
  readonly taken: ReadonlySet<string>;
}

export const PLAIN: Look = {
  selected: null,
  edge: null,
  hovered: null,
  roots: new Set(),
  column: null,
  lit: null,
  litEdges: null,
  found: null,
  taken: new Set(),
};

/** Selecting lights both cones; a traced column lights what the trace touches; an edge lights its two ends. */
export function light(scene: Scene, selected: number | null, edge: number | null): Pick<Look, "lit" | "litEdges"> {
  if (scene.trace) {
    const lit = new Set<number>();
    for (const id of scene.trace.columns.keys()) {
      const v = scene.adjacency.index.get(id);
      if (v !== undefined) lit.add(v);
    }
    return { lit, litEdges: new Set() };
  }
  if (edge !== null) return { lit: new Set(scene.ends[edge]), litEdges: new Set([edge]) };
  if (selected === null) return { lit: null, litEdges: null };
  const { up, down } = scene.adjacency.cone(selected);
  const litEdges = new Set<number>();
  scene.ends.forEach(([a, b], e) => {
    if ((up.has(a) && up.has(b)) || (down.has(a) && down.has(b))) litEdges.add(e);
  });
  return { lit: new Set([...up, ...down]), litEdges };
}
