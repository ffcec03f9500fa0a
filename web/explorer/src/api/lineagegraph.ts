/** Answers of the API as the canvas's graph. Pure. */

import type { ColumnEdge, EdgeStatus, Graph, GraphEdge, GraphNode, RunOutcome } from "../graph/model";
import type { DatasetCard, LineageAnswer, LineageEdge, TraceAnswer, Transformation } from "./operations/lineage";

const OUTCOMES: Readonly<Record<string, RunOutcome>> = {
  COMPLETE: "ok",
  FAIL: "failed",
  ABORT: "failed",
  LOST: "failed",
  RUNNING: "running",
};

function graphNode(card: DatasetCard, upstream: number, downstream: number): GraphNode {
  const state = (card.lastRun ?? card.producers?.[0]?.lastRun)?.state;
  return {
    id: card.id,
    name: card.shortName ?? card.label,
    fullName: card.ref,
    kind: (card.kind ?? card.__typename).toLowerCase(),
    zone: card.zone ?? null,
    columns: [],
    outcome: state ? (OUTCOMES[state] ?? null) : null,
    upstream,
    downstream,
  };
}

function graphEdge(edge: LineageEdge): GraphEdge {
  return {
    from: edge.from,
    to: edge.to,
    status: edge.status.toLowerCase() as EdgeStatus,
    method: edge.method.toLowerCase(),
    confidence: edge.confidence,
    firstSeen: edge.firstSeen,
    lastSeen: edge.lastSeen,
    closedAt: edge.closedAt,
    seenIn: edge.seenIn,
    ofRuns: edge.ofRuns,
    byDefinition: edge.byDefinition,
    via: edge.via.map((node) => ({ id: node.id, name: node.label })),
  };
}

/** Stands for a node that the reader may not look at: the path through it is still true. */
const stub = (id: string): DatasetCard => ({ __typename: "hidden", id, ref: id, label: "hidden" });

/** Neighbours a node has in all: those in this answer, and those the answer says it left out. */
export function graphOf({ lineage }: LineageAnswer): Graph {
  const entering = new Map<string, number>();
  const leaving = new Map<string, number>();
  const seen = new Set<string>();
  for (const { from, to } of lineage.edges) {
    const pair = `${from}>${to}`;
    if (from === to || seen.has(pair)) continue;
    seen.add(pair);
    leaving.set(from, (leaving.get(from) ?? 0) + 1);
    entering.set(to, (entering.get(to) ?? 0) + 1);
  }
  return {
    nodes: lineage.nodes.map(({ id, node, moreUpstream, moreDownstream }) =>
      graphNode(node ?? stub(id), (entering.get(id) ?? 0) + moreUpstream, (leaving.get(id) ?? 0) + moreDownstream),
    ),
    edges: lineage.edges.map(graphEdge),
  };
}

export function sayTransformation({ type, subtype, masking }: Transformation): string {
  const words = [type, subtype].filter((word) => word !== null).map((word) => word.toLowerCase().replaceAll("_", " "));
  return words.join(", ") + (masking ? ", masked" : "");
}

/** Column edges by their datasets, and the datasets they touch; `known` ones keep the counts that the graph has. */
export function traceOf({ lineage }: TraceAnswer): { edges: ColumnEdge[]; datasets: GraphNode[] } {
  const at = new Map<string, { dataset: string; path: string }>();
  const datasets = new Map<string, GraphNode>();
  for (const { id, node } of lineage.nodes) {
    if (!node?.dataset || node.path === undefined) continue;
    at.set(id, { dataset: node.dataset.id, path: node.path });
    if (!datasets.has(node.dataset.id)) datasets.set(node.dataset.id, graphNode(node.dataset, 0, 0));
  }
  const edges = lineage.edges.flatMap((edge): ColumnEdge[] => {
    const from = at.get(edge.from);
    const to = at.get(edge.to);
    if (!from || !to) return [];
    return [
      {
        from: from.dataset,
        fromColumn: from.path,
        to: to.dataset,
        toColumn: to.path,
        method: edge.method.toLowerCase(),
        transformation: edge.transformations.map(sayTransformation).join("; ") || null,
      },
    ];
  });
  return { edges, datasets: [...datasets.values()] };
}
