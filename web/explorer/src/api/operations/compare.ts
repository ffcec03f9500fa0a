/** Two runs compared with what lies above them; and the lineage of one selector at two moments. */

import { operation } from "../client";
import { type At, type Limit, NODE, type NodeRef, RUN, type RunLine } from "./shared";

export interface ComparedItem {
  kind: string;
  subject: string;
  name: string;
  before: string | null;
  after: string | null;
  changed: boolean;
  own: boolean;
  sentence: string;
}

export interface UpstreamRun {
  distance: number;
  run: RunLine;
  against: RunLine;
  via: NodeRef[];
  owners: { name: string; role: string | null }[];
  items: ComparedItem[];
}

export interface RunComparison {
  run: RunLine;
  against: RunLine;
  complete: boolean;
  story: string[];
  items: ComparedItem[];
  topics: { kind: string; changed: number; of: number }[];
  upstream: UpstreamRun[];
}

const ITEM = "kind subject name before after changed own sentence";

export const COMPARE = operation<{ compareRuns: RunComparison }, { run: string; against: string | null }>(`
  query Compare($run: ID!, $against: ID) {
    compareRuns(run: $run, against: $against) {
      run { ${RUN} } against { ${RUN} } complete story
      items { ${ITEM} }
      topics { kind changed of }
      upstream {
        distance run { ${RUN} } against { ${RUN} } via { ${NODE} } owners { name role } items(changed: true) { ${ITEM} }
      }
    }
  }`);

export interface Difference {
  part: "NODE" | "EDGE" | "FIELD" | "ORDER" | "OWNER" | "TERM";
  change: "ADDED" | "REMOVED" | "CHANGED";
  id: string;
  ref: string;
  toId: string | null;
  toRef: string | null;
  jobRef: string | null;
  member: string | null;
  before: string[];
  after: string[];
}

export interface LineageDiff {
  equal: boolean;
  count: number;
  cut: { side: "FROM" | "TO"; cut: Limit }[];
  differences: Difference[];
}

export const DIFF = operation<{ lineageDiff: LineageDiff }, { select: string; from: At; to: At }>(`
  query Diff($select: String!, $from: At!, $to: At!) {
    lineageDiff(select: $select, from: $from, to: $to) {
      equal count
      cut { side cut { reason sentence remedy } }
      differences { part change id ref toId toRef jobRef member before after }
    }
  }`);
