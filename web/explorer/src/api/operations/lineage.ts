/** The lineage page's questions. */

import { operation } from "../client";
import { type At, type Limit, NODE, type NodeRef, type RunState } from "./shared";

export interface DatasetCard extends NodeRef {
  shortName?: string;
  name?: string;
  namespace?: string;
  kind?: string | null;
  zone?: string | null;
  producers?: { lastRun: { state: RunState; ended: string | null } | null }[];
  /** Of a job. */
  lastRun?: { state: RunState } | null;
}

export interface LineageNode {
  id: string;
  depth: number;
  moreUpstream: number;
  moreDownstream: number;
  /** Null where the reader may not look, or the catalog knows nothing but the id. */
  node: DatasetCard | null;
}

export interface LineageEdge {
  id: string;
  from: string;
  to: string;
  status: "OBSERVED" | "DECLARED" | "UNCONFIRMED";
  method: string;
  confidence: number;
  firstSeen: string;
  lastSeen: string;
  closedAt: string | null;
  seenIn: number | null;
  ofRuns: number | null;
  /** No job makes it: the target is a view, or the like. */
  byDefinition: boolean;
  via: NodeRef[];
}

export interface Cut extends Limit {
  direction: string | null;
  nodes: number;
}

export interface LineageAnswer {
  lineage: { roots: string[]; nodes: LineageNode[]; edges: LineageEdge[]; complete: boolean; cut: Cut[] };
}

/** Between what the edges are; collapse, null for none, is a level of jobs. */
export interface Between {
  granularity: "DATASET" | "JOB";
  collapse: number | null;
}

export interface LineageVariables extends Between {
  select: string;
  direction: "UP" | "DOWN" | "BOTH";
  /** Null: all steps. */
  depth: number | null;
  limit: number;
  at: At | null;
}

const CARD = `${NODE}
        ... on Dataset { shortName name namespace kind zone producers(first: 1) { lastRun { state ended } } }`;
const EDGE = `id from to status method confidence firstSeen lastSeen closedAt seenIn ofRuns byDefinition via { ${NODE} }`;

export const LINEAGE = operation<LineageAnswer, LineageVariables>(`
  query Lineage(
    $select: String!, $direction: Direction!, $depth: Int, $granularity: Granularity, $collapse: Int, $limit: Int!, $at: At
  ) {
    lineage(
      select: $select, direction: $direction, depth: $depth, granularity: $granularity, collapse: $collapse
      limit: $limit, at: $at
    ) {
      roots
      nodes { id depth moreUpstream moreDownstream node { ${CARD} ... on Job { lastRun { state } } } }
      edges { ${EDGE} }
      complete
      cut { reason direction nodes sentence remedy }
    }
  }`);

/** What jobs read and write: where the lineage of a job begins. */
export interface JobEndsAnswer {
  jobs: {
    nodes: (NodeRef & { reads: { node: { id: string } | null }[]; writes: { node: { id: string } | null }[] })[];
  };
}

export const JOB_ENDS = operation<JobEndsAnswer, { select: string; at: At | null }>(`
  query JobEnds($select: String!, $at: At) {
    jobs(select: $select, first: 50, at: $at) { nodes { ${NODE} reads { node { id } } writes { node { id } } } }
  }`);

/** When edges around the root opened and closed: the ticks of the time slider. */
export interface MomentsAnswer {
  lineage: { roots: string[]; edges: { from: string; to: string; firstSeen: string; closedAt: string | null }[] };
}

export const MOMENTS = operation<MomentsAnswer, Between & { select: string; depth: number | null }>(`
  query LineageMoments($select: String!, $depth: Int, $granularity: Granularity, $collapse: Int) {
    lineage(select: $select, depth: $depth, granularity: $granularity, collapse: $collapse, history: ALL) { roots edges { from to firstSeen closedAt } }
  }`);

export interface ColumnsAnswer {
  nodes: ({ id: string; fields?: { nodes: { path: string; type: string | null }[] } } | null)[];
}

export const COLUMNS = operation<ColumnsAnswer, { ids: string[]; first: number; at: At | null }>(`
  query Columns($ids: [ID!]!, $first: Int!, $at: At) {
    nodes(ids: $ids, at: $at) { id ... on Dataset { fields(first: $first) { nodes { path type } } } }
  }`);

/** A selector of one column; names with signs are quoted, as the selector's grammar has it. */
export const columnSelector = (dataset: string, path: string): string =>
  `${dataset}#${/^[\w.]+$/.test(path) ? path : `"${path.replaceAll('"', '""')}"`}`;

export interface Transformation {
  type: string;
  subtype: string | null;
  masking: boolean;
}

export interface TraceAnswer {
  lineage: {
    nodes: { id: string; node: { id: string; path?: string; type?: string | null; dataset?: DatasetCard } | null }[];
    edges: { from: string; to: string; method: string; transformations: Transformation[] }[];
    complete: boolean;
  };
}

export const TRACE = operation<TraceAnswer, { select: string; at: At | null }>(`
  query ColumnTrace($select: String!, $at: At) {
    lineage(select: $select, granularity: COLUMN, depth: null, limit: 1000, at: $at) {
      nodes { id node { id ... on Field { path type dataset { ${CARD} } } } }
      edges { from to method transformations { type subtype masking } }
      complete
    }
  }`);

export interface EvidenceAnswer {
  lineage: {
    edges: {
      from: string;
      to: string;
      transformations: Transformation[];
      evidence: { nodes: { at: string; status: string; run: NodeRef | null }[] };
    }[];
  };
}

/** One edge's evidence; it is asked from its source, because an edge has no look-up of its own. */
export const EVIDENCE = operation<EvidenceAnswer, Between & { select: string; at: At | null }>(`
  query EdgeEvidence($select: String!, $granularity: Granularity, $collapse: Int, $at: At) {
    lineage(select: $select, direction: DOWN, depth: 1, granularity: $granularity, collapse: $collapse, at: $at) {
      edges {
        from
        to
        transformations { type subtype masking }
        evidence(first: 5) { nodes { at status run { ${NODE} } } }
      }
    }
  }`);
