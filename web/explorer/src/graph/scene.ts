/** The scene: cards with their places and rows, edges with their ends. Built once per change, drawn many times. */

import { Adjacency, type Trace } from "./adjacency";
import { CARD, cardHeight, HEADER_MIDDLE, type Row, rowMiddle, rowsOf } from "./cards";
import { Grid } from "./grid";
import { edgeKey, type Graph } from "./model";
import { makeRoom, type Spot } from "./stay";
import type { Rect } from "./viewport";

export interface Scene {
  readonly graph: Graph;
  readonly adjacency: Adjacency;
  readonly boxes: readonly Rect[];
  readonly rows: readonly (readonly Row[])[];
  readonly open: ReadonlySet<string>;
  readonly trace: Trace | null;
  /** Edges as node indices, in the order of graph.edges; -1 where an end is not in the graph. */
  readonly ends: readonly (readonly [number, number])[];
  readonly bends: ReadonlyMap<string, readonly number[]>;
  readonly bounds: Rect;
  readonly grid: Grid;
}

/** Positions before any card was opened, by node id, and the way points of long edges by edge key. */
export interface Arrangement {
  readonly spots: ReadonlyMap<string, Spot>;
  readonly bends: ReadonlyMap<string, readonly number[]>;
}

export const NOWHERE: Arrangement = { spots: new Map(), bends: new Map() };

export function buildScene(
  graph: Graph,
  arrangement: Arrangement,
  open: ReadonlySet<string>,
  trace: Trace | null,
): Scene {
  const adjacency = new Adjacency(graph);
  const rows = graph.nodes.map((node) => rowsOf(node, open, trace));
  const sizes = rows.map((list) => ({ w: CARD.width, h: cardHeight(list.length) }));
  const first = graph.nodes.map((node) => arrangement.spots.get(node.id) ?? { x: 0, y: 0 });
  const spots = rows.some((list) => list.length > 0) ? makeRoom(first, sizes) : first;
  const boxes = spots.map((spot, v) => ({ ...spot, ...sizes[v] }));
  const at = (id: string) => adjacency.index.get(id) ?? -1;
  return {
    graph,
    adjacency,
    boxes,
    rows,
    open,
    trace,
    ends: graph.edges.map((edge) => [at(edge.from), at(edge.to)] as const),
    bends: keptBends(graph, arrangement, spots),
    bounds: bounds(boxes),
    grid: new Grid(boxes),
  };
}

/** Way points hold only while the cards they lead between stand where the layout put them. */
function keptBends(graph: Graph, arrangement: Arrangement, spots: readonly Spot[]): Scene["bends"] {
  if (arrangement.bends.size === 0) return arrangement.bends;
  const moved = new Set<string>();
  graph.nodes.forEach((node, v) => {
    if (arrangement.spots.get(node.id)?.y !== spots[v].y) moved.add(node.id);
  });
  if (moved.size === 0) return arrangement.bends;
  const kept = new Map<string, readonly number[]>();
  for (const edge of graph.edges) {
    const bends = arrangement.bends.get(edgeKey(edge));
    if (bends && !moved.has(edge.from) && !moved.has(edge.to)) kept.set(edgeKey(edge), bends);
  }
  return kept;
}

export function bounds(boxes: readonly Rect[]): Rect {
  if (boxes.length === 0) return { x: 0, y: 0, w: 0, h: 0 };
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    left = Math.min(left, box.x);
    top = Math.min(top, box.y);
    right = Math.max(right, box.x + box.w);
    bottom = Math.max(bottom, box.y + box.h);
  }
  return { x: left, y: top, w: right - left, h: bottom - top };
}

/** Where an edge meets a card: the middle of a column's row if it is shown, else of the header. */
export function port(scene: Scene, v: number, column?: string): number {
  const row = column === undefined ? -1 : scene.rows[v].findIndex((r) => r.name === column && !r.more);
  return scene.boxes[v].y + (row >= 0 ? rowMiddle(row) : HEADER_MIDDLE);
}

/** Neighbours the catalog knows on one side and the scene does not show. */
export function unseen(scene: Scene, v: number, side: "up" | "down"): number {
  const node = scene.graph.nodes[v];
  const known = side === "up" ? node.upstream : node.downstream;
  return Math.max(0, known - scene.adjacency[side][v].length);
}
