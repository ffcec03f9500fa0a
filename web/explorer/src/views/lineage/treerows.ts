/** The list twin's rows: the shown graph as two trees from the root, one upstream and one downstream. */

import type { Graph, GraphEdge, GraphNode } from "../../graph/model";

export interface TreeRow {
  readonly key: string;
  readonly node: GraphNode;
  readonly side: "root" | "up" | "down";
  /** 1 for the root. */
  readonly level: number;
  /** The edge that leads here from the row above it in the tree. */
  readonly edge: GraphEdge | null;
  readonly children: number;
}

/** Every node once a side, under the neighbour nearest to the root (breadth first); rows in the order they are read. */
export function treeRows(graph: Graph, roots: readonly string[], closed: ReadonlySet<string>): TreeRow[] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const rows: TreeRow[] = [];
  const placed = new Set<string>();
  for (const root of roots) {
    const node = byId.get(root);
    if (!node) continue;
    rows.push({ key: root, node, side: "root", level: 1, edge: null, children: 0 });
    placed.add(root);
    for (const side of ["up", "down"] as const) branch(graph, byId, root, side, closed, rows, placed);
  }
  // What hangs on no root: a trace or an expansion may bring it.
  for (const node of graph.nodes)
    if (!placed.has(node.id)) rows.push({ key: node.id, node, side: "root", level: 1, edge: null, children: 0 });
  return rows;
}

interface Child {
  readonly id: string;
  readonly edge: GraphEdge;
}

function branch(
  graph: Graph,
  byId: ReadonlyMap<string, GraphNode>,
  root: string,
  side: "up" | "down",
  closed: ReadonlySet<string>,
  rows: TreeRow[],
  placed: Set<string>,
) {
  const children = tree(graph, root, side);
  const stack = (children.get(root) ?? []).map((child) => ({ ...child, level: 2 })).reverse();
  for (let next = stack.pop(); next; next = stack.pop()) {
    const node = byId.get(next.id);
    if (!node) continue;
    const below = children.get(next.id) ?? [];
    const key = `${side} ${next.id}`;
    rows.push({ key, node, side, level: next.level, edge: next.edge, children: below.length });
    placed.add(next.id);
    if (closed.has(key)) hide(children, next.id, placed);
    else for (const child of [...below].reverse()) stack.push({ ...child, level: next.level + 1 });
  }
}

function hide(children: ReadonlyMap<string, readonly Child[]>, id: string, placed: Set<string>) {
  const queue = [id];
  for (const at of queue)
    for (const child of children.get(at) ?? []) {
      placed.add(child.id);
      queue.push(child.id);
    }
}

/** Breadth-first tree: children by parent. */
function tree(graph: Graph, root: string, side: "up" | "down"): Map<string, Child[]> {
  const next = new Map<string, Child[]>();
  for (const edge of graph.edges) {
    const [near, far] = side === "up" ? [edge.to, edge.from] : [edge.from, edge.to];
    const list = next.get(near);
    if (list) list.push({ id: far, edge });
    else next.set(near, [{ id: far, edge }]);
  }
  const seen = new Set([root]);
  const queue = [root];
  const children = new Map<string, Child[]>();
  for (const at of queue)
    for (const child of next.get(at) ?? [])
      if (!seen.has(child.id)) {
        seen.add(child.id);
        queue.push(child.id);
        const list = children.get(at);
        if (list) list.push(child);
        else children.set(at, [child]);
      }
  return children;
}

export const CSV_HEADER = [
  "side",
  "hops",
  "name",
  "kind",
  "zone",
  "through",
  "status",
  "known from",
  "confidence",
  "seen in runs",
  "of runs",
  "first seen",
  "last seen",
  "columns",
];

export function csvRow(row: TreeRow): (string | number | null)[] {
  const { node, edge } = row;
  return [
    row.side,
    row.level - 1,
    node.fullName,
    node.kind,
    node.zone,
    edge ? edge.via.map((job) => job.name).join("; ") : null,
    edge?.status ?? null,
    edge?.method ?? null,
    edge?.confidence ?? null,
    edge?.seenIn ?? null,
    edge?.ofRuns ?? null,
    edge?.firstSeen ?? null,
    edge?.lastSeen ?? null,
    node.columns.map((column) => column.name).join(" "),
  ];
}
