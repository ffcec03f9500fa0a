/** What loads did to a dataset and how far they came: parts that were read and written, watermarks, landing files. */

import { operation } from "../client";
import { type At, NODE, type NodeRef, type Page, type RunState } from "./shared";

/** What a run says of one of its inputs or outputs. */
export interface UseLine {
  side: "INPUT" | "OUTPUT";
  ref: string;
  dataset: { id: string } | null;
  subset: { text: string | null } | null;
  inputStatistics: Volume | null;
  outputStatistics: Volume | null;
}
export interface Volume {
  rowCount: number | null;
  bytes: number | null;
  fileCount: number | null;
}
/** A name that a naming rule makes another one; side: INPUT or OUTPUT. */
export interface ListedName {
  side: string;
  alias: { partition: string | null; version: string | null };
  dataset: { id: string } | null;
}
export interface UsingRun {
  id: string;
  uses: { nodes: UseLine[] };
  aliases: ListedName[];
}
export interface WatermarkLine {
  value: unknown;
  type: string | null;
  field: string | null;
  at: string;
  job: NodeRef | null;
  dataset: NodeRef | null;
  datasetRef: string;
  run: { id: string } | null;
  previous: { value: unknown } | null;
  /** The last first. */
  commits: Page<{ at: string }>;
}
export type FileState = "NEW" | "PROCESSED" | "FAILED";
export interface FileLine {
  path: string;
  source: string | null;
  timestamp: string | null;
  size: number | null;
  landed: string;
  landedBy: { id: string } | null;
  state: FileState;
  /** The last first. */
  loads: { job: NodeRef | null; run: { id: string } | null; state: RunState; at: string }[];
}

const VOLUME = "rowCount bytes fileCount";
export const USES = `uses(first: 50) {
        nodes { side ref dataset { id } subset { text } inputStatistics { ${VOLUME} } outputStatistics { ${VOLUME} } }
      }
      aliases(first: 50) { side alias { partition version } dataset { id } }`;
const MARK = `value type field at datasetRef job { ${NODE} } dataset { ${NODE} } run { id } previous { value }
      commits(first: 50) { nodes { at } pageInfo { hasNextPage endCursor } }`;
const FILES = `nodes {
        path source timestamp size landed landedBy { id } state
        loads { job { ${NODE} } run { id } state at }
      }
      pageInfo { hasNextPage endCursor }`;

/** Runs by the places where the dataset's page lists them. */
export interface PartsAnswer {
  node: {
    aliases?: Page<{ ref: string; partition: string | null; version: string | null }>;
    versions?: { nodes: { run: UsingRun | null }[] };
    readers?: { lastRun: UsingRun | null }[];
  } | null;
}

export const PARTS = operation<PartsAnswer, { id: string; at: At | null }>(`
  query DatasetParts($id: ID!, $at: At) {
    node(id: $id, at: $at) {
      ... on Dataset {
        aliases(first: 200) { nodes { ref partition version } pageInfo { hasNextPage endCursor } }
        versions(first: 10) { nodes { run { id ${USES} } } }
        readers(first: 20) { lastRun { id ${USES} } }
      }
    }
  }`);

/** Files by state, since what waits or failed is what somebody looks for. */
export interface LoadsAnswer {
  watermarks: WatermarkLine[];
  waiting: Page<FileLine>;
  failed: Page<FileLine>;
  processed: Page<FileLine>;
}

export const LOADS = operation<LoadsAnswer, { id: string; at: At | null }>(`
  query DatasetLoads($id: String!, $at: At) {
    watermarks(dataset: $id, at: $at) { ${MARK} }
    waiting: landingFiles(dataset: $id, state: NEW, first: 50, at: $at) { ${FILES} }
    failed: landingFiles(dataset: $id, state: FAILED, first: 50, at: $at) { ${FILES} }
    processed: landingFiles(dataset: $id, state: PROCESSED, first: 100, at: $at) { ${FILES} }
  }`);

export const JOB_LOADS = operation<{ watermarks: WatermarkLine[] }, { id: string; at: At | null }>(`
  query JobLoads($id: String!, $at: At) { watermarks(job: $id, at: $at) { ${MARK} } }`);
