/** The paths that data take from one node to another, and what can be reached at all. */

import { operation } from "../client";
import type { Transformation } from "./lineage";
import { type At, type Limit, NODE, type NodeRef } from "./shared";

export interface StepEdge {
  id: string;
  status: string;
  method: string;
  seenIn: number;
  ofRuns: number;
  lastSeen: string;
  via: NodeRef[];
  transformations: Transformation[];
}

export interface Path {
  length: number;
  nodes: (NodeRef | null)[];
  /** One less than nodes; each with all edges that it may take. */
  steps: { edges: StepEdge[] }[];
}

export interface PathSet {
  granularity: "DATASET" | "COLUMN";
  sentence: string;
  cut: Limit[];
  paths: Path[];
  count: number;
}

export interface PathsAsked {
  from: string;
  to: string;
  through: string[] | null;
  avoiding: string[] | null;
  limit: number;
  at: At | null;
}

export const PATHS = operation<{ paths: PathSet }, PathsAsked>(`
  query Paths($from: ID!, $to: ID!, $through: [ID!], $avoiding: [ID!], $limit: Int!, $at: At) {
    paths(from: $from, to: $to, through: $through, avoiding: $avoiding, limit: $limit, at: $at) {
      granularity sentence count
      cut { reason sentence remedy }
      paths {
        length
        nodes { ${NODE} }
        steps {
          edges { id status method seenIn ofRuns lastSeen via { ${NODE} } transformations { type subtype masking } }
        }
      }
    }
  }`);

export interface Reached extends NodeRef {
  kind?: string | null;
  path?: string;
  dataset?: { ref: string };
}

export interface ReachedAnswer {
  lineage: { complete: boolean; roots: string[]; nodes: { id: string; depth: number; node: Reached | null }[] };
}

/** Where paths from (or to) something may lead. */
export const REACHED = operation<ReachedAnswer, { select: string; direction: "UP" | "DOWN"; at: At | null }>(`
  query Reached($select: String!, $direction: Direction!, $at: At) {
    lineage(select: $select, direction: $direction, depth: 100, limit: 300, at: $at) {
      complete roots
      nodes { id depth node { ${NODE} ... on Dataset { kind } ... on Field { path dataset { ref } } } }
    }
  }`);
