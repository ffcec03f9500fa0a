/** The layered layout: pure, deterministic, near linear in nodes and edges. */

import { components, pack } from "./components";
import { backEdges } from "./cycles";
import { layered } from "./layers";
import { order } from "./order";
import { place } from "./place";
import { ranks } from "./ranks";
import { GAP, type LayoutInput, type LayoutResult } from "./types";

/** Lays the graph out from left to right. Steps and their reasons stand in the modules beside this one. */
export function layout(input: LayoutInput): LayoutResult {
  const count = input.widths.length;
  const result = {
    x: new Array<number>(count).fill(0),
    y: new Array<number>(count).fill(0),
    rank: new Array<number>(count).fill(0),
    reversed: [] as number[],
    bends: {} as Record<number, number[]>,
    work: 0,
  };
  if (count === 0) return result;
  const parts = components(count, input.edges);
  const part = new Int32Array(count);
  parts.forEach((nodes, i) => {
    for (const v of nodes) part[v] = i;
  });
  const edgesOf: number[][] = parts.map(() => []);
  input.edges.forEach(([a, b], e) => {
    if (a !== b) edgesOf[part[a]].push(e);
  });
  const pieces = parts.map((nodes, i) => piece(input, nodes, edgesOf[i]));
  const corners = pack(pieces);
  pieces.forEach((p, i) => {
    const { x, y } = corners[i];
    parts[i].forEach((v, local) => {
      result.x[v] = Math.round(x + p.x[local]);
      result.y[v] = Math.round(y + p.y[local]);
      result.rank[v] = p.rank[local];
    });
    for (const e of p.reversed) result.reversed.push(e);
    for (const [e, points] of p.bends) result.bends[e] = points.map((n, at) => Math.round(n + (at % 2 === 0 ? x : y)));
    result.work += p.work;
  });
  result.reversed.sort((a, b) => a - b);
  return result;
}

interface Piece {
  w: number;
  h: number;
  x: number[];
  y: number[];
  rank: Int32Array;
  reversed: number[];
  bends: [number, number[]][];
  work: number;
}

/** One component, its top left corner at 0,0. */
function piece(input: LayoutInput, nodes: number[], edges: number[]): Piece {
  const local = new Map(nodes.map((v, i) => [v, i]));
  const from = Int32Array.from(edges, (e) => local.get(input.edges[e][0]) as number);
  const to = Int32Array.from(edges, (e) => local.get(input.edges[e][1]) as number);
  const back = backEdges({ count: nodes.length, from, to });
  for (const e of back) [from[e], to[e]] = [to[e], from[e]];
  const directed = { count: nodes.length, from, to };
  const graph = layered(directed, ranks(directed));
  const widths = nodes.map((v) => input.widths[v]);
  const heights = nodes.map((v) => input.heights[v]);
  const { layers, work } = order(graph);
  const centre = place(graph, layers, heights);
  const columns = columnsOf(layers, graph.real, widths);
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < nodes.length; v++) {
    top = Math.min(top, centre[v] - heights[v] / 2);
    bottom = Math.max(bottom, centre[v] + heights[v] / 2);
  }
  const turned = new Set(back);
  const bends: [number, number[]][] = [];
  graph.chains.forEach((chain, e) => {
    if (chain.length === 0) return;
    const points = chain.flatMap((v) => {
      const column = columns[graph.rank[v]];
      return [column.x, centre[v] - top, column.x + column.w, centre[v] - top];
    });
    bends.push([edges[e], turned.has(e) ? backwards(points) : points]);
  });
  const last = columns[columns.length - 1];
  return {
    w: last.x + last.w,
    h: bottom - top,
    x: nodes.map((_, v) => columns[graph.rank[v]].x + (columns[graph.rank[v]].w - widths[v]) / 2),
    y: nodes.map((_, v) => centre[v] - heights[v] / 2 - top),
    rank: graph.rank.slice(0, nodes.length),
    reversed: back.map((e) => edges[e]),
    bends,
    work: work + graph.count,
  };
}

function backwards(points: number[]): number[] {
  const turned: number[] = [];
  for (let i = points.length - 2; i >= 0; i -= 2) turned.push(points[i], points[i + 1]);
  return turned;
}

/** Left edge and width of each layer. A layer that many edges leave gets more room behind it for their curves. */
function columnsOf(layers: number[][], real: number, widths: number[]): { x: number; w: number }[] {
  let x = 0;
  return layers.map((layer) => {
    let w = 0;
    for (const v of layer) if (v < real) w = Math.max(w, widths[v]);
    const column = { x, w };
    x += w + GAP.rank + Math.min(120, layer.length * 1.5);
    return column;
  });
}
