/** A path as rows: each node with how it was made of the one before; and the ends that one may ask for. Pure. */

import { sayTransformation } from "../../api/lineagegraph";
import type { Path, Reached, ReachedAnswer, StepEdge } from "../../api/operations/paths";
import type { NodeRef } from "../../api/operations/shared";
import { counted, plain, sayMethod } from "../../shell/wording";

export interface Row {
  readonly node: NodeRef | null;
  /** Empty of the first. */
  readonly how: string;
  readonly jobs: readonly NodeRef[];
  /** "12 of 12 runs", once for each job. */
  readonly seen: string;
  readonly last: string | null;
}

/** The rows of a path, from its beginning to its end. */
export function rowsOf({ nodes, steps }: Path): Row[] {
  return nodes.map((node, at) => row(node, steps[at - 1]?.edges ?? []));
}

function row(node: NodeRef | null, edges: readonly StepEdge[]): Row {
  const jobs = new Map(edges.flatMap(({ via }) => via).map((job) => [job.id, job]));
  return {
    node,
    how: once(edges.map(how)),
    jobs: [...jobs.values()],
    seen: once(edges.map(({ seenIn, ofRuns }) => (ofRuns > 0 ? `${seenIn} of ${counted(ofRuns, "run")}` : ""))),
    last:
      edges
        .map(({ lastSeen }) => lastSeen)
        .toSorted()
        .at(-1) ?? null,
  };
}

const once = (words: readonly string[]) => [...new Set(words)].filter(Boolean).join("; or ");

function how({ transformations, method, status }: StepEdge): string {
  const made = [...new Set(transformations.map(sayTransformation))].join("; ") || sayMethod(method);
  return status === "OBSERVED" ? made : `${made} (${plain(status)})`;
}

export interface End {
  readonly node: Reached;
  /** How far away. */
  readonly steps: number;
}

/** What a path may lead to, the farthest first: who asks for a way rarely means the next table. */
export function endsOf({ lineage }: ReachedAnswer): End[] {
  const roots = new Set(lineage.roots);
  return lineage.nodes
    .flatMap(({ id, depth, node }) => (node && !roots.has(id) ? [{ node, steps: Math.abs(depth) }] : []))
    .toSorted((a, b) => b.steps - a.steps);
}
