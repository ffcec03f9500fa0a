/** Gives the ordered vertices their heights on the page: each as near to its neighbours' middle as its layer allows. */

import type { Layered } from "./layers";
import { GAP } from "./types";

const ROUNDS = 10;
/** A long edge should look like one line, so its dummies pull at each other harder than cards do. */
const STRAIGHT = 6;
const DUMMY_HEIGHT = 2;

/** Centres by vertex. */
export function place(graph: Layered, layers: number[][], heights: readonly number[]): Float64Array {
  const isDummy = (v: number) => v >= graph.real;
  const height = (v: number) => (isDummy(v) ? DUMMY_HEIGHT : heights[v]);
  const distance = (a: number, b: number) =>
    (height(a) + height(b)) / 2 + (isDummy(a) || isDummy(b) ? GAP.dummy : GAP.node);
  const y = new Float64Array(graph.count);
  for (const layer of layers) stack(layer, distance, y);
  for (let round = 0; round < ROUNDS; round++) {
    const forward = round % 2 === 0;
    const both = round >= ROUNDS - 2;
    for (let i = 0; i < layers.length; i++) {
      const layer = layers[forward ? i : layers.length - 1 - i];
      const sides = both ? [graph.before, graph.after] : [forward ? graph.before : graph.after];
      const wanted = layer.map((v) => pull(v, sides, y, isDummy));
      settle(layer, wanted, distance, y);
    }
  }
  return y;
}

function stack(layer: number[], distance: (a: number, b: number) => number, y: Float64Array) {
  let at = 0;
  for (let i = 0; i < layer.length; i++) {
    if (i > 0) at += distance(layer[i - 1], layer[i]);
    y[layer[i]] = at;
  }
  for (const v of layer) y[v] -= at / 2;
}

interface Wish {
  readonly at: number;
  readonly weight: number;
}

function pull(v: number, sides: number[][][], y: Float64Array, isDummy: (v: number) => boolean): Wish {
  let sum = 0;
  let weight = 0;
  for (const side of sides)
    for (const w of side[v]) {
      const strength = isDummy(v) && isDummy(w) ? STRAIGHT : 1;
      sum += y[w] * strength;
      weight += strength;
    }
  return weight > 0 ? { at: sum / weight, weight } : { at: y[v], weight: 0.05 };
}

/**
 * Least squares under "keep the order, keep the distance": subtract the distances and it is isotonic regression, which
 * pooling adjacent violators solves exactly in one pass, whatever the heights.
 */
function settle(layer: number[], wanted: Wish[], distance: (a: number, b: number) => number, y: Float64Array) {
  const offset = new Float64Array(layer.length);
  for (let i = 1; i < layer.length; i++) offset[i] = offset[i - 1] + distance(layer[i - 1], layer[i]);
  const pools: { sum: number; weight: number; size: number }[] = [];
  for (let i = 0; i < layer.length; i++) {
    let pool = { sum: (wanted[i].at - offset[i]) * wanted[i].weight, weight: wanted[i].weight, size: 1 };
    for (let last = pools.at(-1); last && last.sum / last.weight > pool.sum / pool.weight; last = pools.at(-1)) {
      pools.pop();
      pool = { sum: last.sum + pool.sum, weight: last.weight + pool.weight, size: last.size + pool.size };
    }
    pools.push(pool);
  }
  let i = 0;
  for (const pool of pools) for (let n = 0; n < pool.size; n++, i++) y[layer[i]] = pool.sum / pool.weight + offset[i];
}
