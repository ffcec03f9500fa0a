/** Keeps cards where they are while the graph around them changes. */

import type { Adjacency } from "./adjacency";
import { CARD } from "./cards";
import { GAP } from "./layout/types";

export interface Spot {
  readonly x: number;
  readonly y: number;
}

interface Taken {
  readonly x: number;
  readonly w: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Places the nodes that `known` does not have beside their neighbours, in the nearest free space of the next column,
 * and moves nobody else. Nodes are taken in order of their distance from what is placed.
 */
export function placeAround(
  ids: readonly string[],
  sizes: readonly { w: number; h: number }[],
  adjacency: Adjacency,
  known: ReadonlyMap<string, Spot>,
): Spot[] {
  const spots: (Spot | null)[] = ids.map((id) => known.get(id) ?? null);
  const taken: Taken[] = [];
  const take = (v: number, spot: Spot) => {
    spots[v] = spot;
    taken.push({ x: spot.x, w: sizes[v].w, top: spot.y, bottom: spot.y + sizes[v].h });
  };
  spots.forEach((spot, v) => {
    if (spot) take(v, spot);
  });
  // Who is away for now (another moment, a hop taken back) keeps the place and finds it free on return.
  const here = new Set(ids);
  for (const [id, { x, y }] of known)
    if (!here.has(id)) taken.push({ x, w: CARD.width, top: y, bottom: y + CARD.header });
  const queue = spots.flatMap((spot, v) => (spot ? [v] : []));
  for (const v of queue) {
    for (const w of [...adjacency.down[v], ...adjacency.up[v]]) {
      if (spots[w]) continue;
      take(w, beside(w, spots, sizes, adjacency, taken));
      queue.push(w);
    }
  }
  let bottom = taken.reduce((max, box) => Math.max(max, box.bottom), 0) + GAP.component;
  spots.forEach((spot, v) => {
    if (spot) return;
    take(v, { x: 0, y: bottom });
    bottom += sizes[v].h + GAP.node;
  });
  return spots as Spot[];
}

function beside(
  v: number,
  spots: readonly (Spot | null)[],
  sizes: readonly { w: number; h: number }[],
  adjacency: Adjacency,
  taken: readonly Taken[],
): Spot {
  const placed = (list: readonly number[]) => list.filter((w) => spots[w] !== null);
  const left = placed(adjacency.up[v]);
  const right = placed(adjacency.down[v]);
  const { w, h } = sizes[v];
  const x =
    left.length > 0
      ? Math.max(...left.map((u) => (spots[u] as Spot).x + sizes[u].w)) + GAP.rank
      : Math.min(...right.map((u) => (spots[u] as Spot).x)) - GAP.rank - w;
  const near = left.length > 0 ? left : right;
  const wanted = near.reduce((sum, u) => sum + (spots[u] as Spot).y, 0) / near.length;
  const column = inLine(x, w, taken);
  return { x: column, y: freeSlot(column, w, h, wanted, taken) };
}

/** Snaps to a column that is nearly there already, so that cards stand in line. */
function inLine(x: number, w: number, taken: readonly Taken[]): number {
  let best = x;
  let distance = GAP.rank / 2;
  for (const box of taken) {
    if (box.w !== w) continue;
    const away = Math.abs(box.x - x);
    if (away < distance) {
      distance = away;
      best = box.x;
    }
  }
  return best;
}

function freeSlot(x: number, w: number, h: number, wanted: number, taken: readonly Taken[]): number {
  const inTheWay = taken
    .filter((box) => box.x < x + w + GAP.node && x < box.x + box.w + GAP.node)
    .sort((a, b) => a.top - b.top);
  let best = Number.NaN;
  const consider = (y: number) => {
    const free = inTheWay.every((box) => y + h + GAP.node <= box.top || y >= box.bottom + GAP.node);
    if (free && !(Math.abs(best - wanted) <= Math.abs(y - wanted))) best = y;
  };
  consider(wanted);
  for (const box of inTheWay) {
    // Of two places equally near, the lower: people read downwards.
    consider(box.bottom + GAP.node);
    consider(box.top - GAP.node - h);
  }
  return Math.round(best);
}

/**
 * Makes room for cards that grew: what stands under one moves down, just enough. A function of the positions before
 * anything was opened, so that closing a card brings every other back to where it was.
 */
export function makeRoom(spots: readonly Spot[], sizes: readonly { w: number; h: number }[]): Spot[] {
  const order = spots.map((_, v) => v).sort((a, b) => spots[a].y - spots[b].y || spots[a].x - spots[b].x || a - b);
  const settled = spots.slice();
  // Cards share a band when their columns overlap; bands are few, so each keeps its own growing edge.
  const bands = new Map<number, { x: number; w: number; bottom: number }[]>();
  const cell = (x: number) => Math.floor(x / 512);
  for (const v of order) {
    const { x, y } = spots[v];
    const { w, h } = sizes[v];
    let top = y;
    for (let c = cell(x) - 1; c <= cell(x + w) + 1; c++)
      for (const band of bands.get(c) ?? [])
        if (band.x < x + w && x < band.x + band.w) top = Math.max(top, band.bottom + GAP.node);
    settled[v] = { x, y: top };
    const list = bands.get(cell(x)) ?? [];
    const same = list.find((band) => band.x === x && band.w === w);
    if (same) same.bottom = top + h;
    else list.push({ x, w, bottom: top + h });
    bands.set(cell(x), list);
  }
  return settled;
}
