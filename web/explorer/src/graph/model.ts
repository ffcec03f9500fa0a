/** The graph as the canvas knows it: what the API said, reduced to what is drawn and walked. */

export interface Column {
  readonly name: string;
  readonly type: string;
}

export type RunOutcome = "ok" | "failed" | "running";

export interface GraphNode {
  readonly id: string;
  /** Short name; the card's first line. */
  readonly name: string;
  readonly fullName: string;
  /** table, view, file, model … in the words of the catalog; `hidden` for a stub that the reader may not open. */
  readonly kind: string;
  readonly zone: string | null;
  readonly columns: readonly Column[];
  /** Last run that wrote it. */
  readonly outcome: RunOutcome | null;
  /** Neighbours the catalog has on each side, shown or not. */
  readonly upstream: number;
  readonly downstream: number;
}

export type EdgeStatus = "observed" | "declared" | "unconfirmed";

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly status: EdgeStatus;
  readonly method: string;
  readonly confidence: number;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly closedAt: string | null;
  /** In how many runs of how many; null: it follows from other edges. */
  readonly seenIn: number | null;
  readonly ofRuns: number | null;
  /** No job makes it: the target is a view, or the like. */
  readonly byDefinition: boolean;
  readonly via: readonly { readonly id: string; readonly name: string }[];
}

/** One column feeding another; drawn while a column is traced. */
export interface ColumnEdge {
  readonly from: string;
  readonly fromColumn: string;
  readonly to: string;
  readonly toColumn: string;
  readonly method: string;
  readonly transformation: string | null;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Pairs that are not drawn as edges but belong side by side: a column's trace reaches datasets the answer left out. */
  readonly hints?: readonly { readonly from: string; readonly to: string }[];
}

export const edgeKey = (edge: { from: string; to: string }): string => `${edge.from}>${edge.to}`;

/** Both graphs in one; where they speak of the same node or edge, `more` wins, because it was read later. */
export function union(graph: Graph, more: Graph): Graph {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  for (const node of more.nodes) nodes.set(node.id, node);
  const edges = new Map(graph.edges.map((edge) => [edgeKey(edge), edge]));
  for (const edge of more.edges) edges.set(edgeKey(edge), edge);
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

/** The graph of the nodes in `keep` and the edges between them. */
export function restrict(graph: Graph, keep: ReadonlySet<string>): Graph {
  return {
    nodes: graph.nodes.filter((node) => keep.has(node.id)),
    edges: graph.edges.filter((edge) => keep.has(edge.from) && keep.has(edge.to)),
    hints: graph.hints?.filter((pair) => keep.has(pair.from) && keep.has(pair.to)),
  };
}
