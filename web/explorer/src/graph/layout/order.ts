/** Orders the vertices inside their layers so that few edges cross: barycentre sweeps that keep the best order seen. */

import type { Layered } from "./layers";

/** Units of work the sweeps may spend: about eighty sweeps of a graph with a thousand edges, a handful for a huge one. */
const BUDGET = 4_000_000;
const PATIENCE = 6;

/** The best order found, layer by layer, and the work it took. Deterministic: the budget counts steps, not time. */
export function order(graph: Layered): { layers: number[][]; work: number; crossings: number } {
  const position = new Int32Array(graph.count);
  let layers = graph.layers.map((layer) => layer.slice());
  for (const layer of layers) number(layer, position);
  let best = layers;
  let fewest = crossings(graph, layers, position);
  const cost = graph.count + graph.after.reduce((sum, list) => sum + list.length, 0);
  let work = cost;
  for (let sweep = 0, stale = 0; fewest > 0 && stale < PATIENCE && work < BUDGET; sweep++) {
    layers = layers.map((layer) => layer.slice());
    const forward = sweep % 2 === 0;
    for (let i = 1; i < layers.length; i++) {
      const layer = layers[forward ? i : layers.length - 1 - i];
      sortByNeighbours(layer, forward ? graph.before : graph.after, position);
    }
    work += cost * 3;
    const now = crossings(graph, layers, position);
    if (now < fewest) {
      fewest = now;
      best = layers;
      stale = 0;
    } else stale++;
  }
  return { layers: best, work, crossings: fewest };
}

function number(layer: number[], position: Int32Array) {
  for (let i = 0; i < layer.length; i++) position[layer[i]] = i;
}

function sortByNeighbours(layer: number[], neighbours: number[][], position: Int32Array) {
  const weight = new Map<number, number>();
  for (const v of layer) {
    const list = neighbours[v];
    let sum = 0;
    for (const w of list) sum += position[w];
    // Without a neighbour on this side a vertex holds its place.
    weight.set(v, list.length > 0 ? sum / list.length : position[v]);
  }
  layer.sort((a, b) => (weight.get(a) as number) - (weight.get(b) as number) || position[a] - position[b]);
  number(layer, position);
}

/** Crossings between all neighbouring layers, counted with a Fenwick tree in E log V. */
function crossings(graph: Layered, layers: number[][], position: Int32Array): number {
  let total = 0;
  for (let i = 0; i + 1 < layers.length; i++) {
    const size = layers[i + 1].length;
    const tree = new Int32Array(size + 1);
    let seen = 0;
    for (const v of layers[i]) {
      const ends = graph.after[v].map((w) => position[w]);
      for (const end of ends) {
        let before = 0;
        for (let j = end + 1; j > 0; j -= j & -j) before += tree[j];
        total += seen - before;
      }
      for (const end of ends) for (let j = end + 1; j <= size; j += j & -j) tree[j]++;
      seen += ends.length;
    }
  }
  return total;
}
