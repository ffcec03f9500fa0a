/** Shapes and selections that several operations share. Hand-kept; operations.test.ts holds the texts to the schema. */

export interface NodeRef {
  __typename: string;
  id: string;
  ref: string;
  label: string;
}

export interface PageInfo {
  hasNextPage: boolean;
  endCursor: string | null;
}

export interface Page<T> {
  nodes: T[];
  pageInfo: PageInfo;
}

export interface At {
  asOf?: string;
}

/** Where an answer stopped: why, and what to do. */
export interface Limit {
  reason: string;
  sentence: string;
  remedy: string;
}

export type RunState = "UNKNOWN" | "RUNNING" | "COMPLETE" | "ABORT" | "FAIL" | "LOST";

export interface RunLine {
  id: string;
  label: string;
  state: RunState;
  started: string | null;
  ended: string | null;
  durationMs: number | null;
  job: NodeRef | null;
  /** Only where it was asked for. */
  error?: { message: string | null } | null;
}

/** A row of a node's history. */
export interface ChangeRow {
  position: string;
  kind: string;
  at: string | null;
  received: string;
  detail: unknown;
}

export const CHANGE = "position kind at received detail";
export const NODE = "__typename id ref label";
export const PAGE = "pageInfo { hasNextPage endCursor }";
export const RUN = `id label state started ended durationMs job { ${NODE} }`;
