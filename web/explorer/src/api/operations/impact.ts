/** What breaks and what may change if what a selector names were dropped. */

import { operation } from "../client";
import type { Transformation } from "./lineage";
import { type At, type Limit, NODE, type NodeRef } from "./shared";

export type Effect = "BREAKS" | "MAY_CHANGE";

export type Owned = NodeRef & { owners: { name: string }[] };

/** A use of something affected; `breaks`: it breaks for this. */
export interface Use {
  breaks: boolean;
  from: NodeRef | null;
  job: Owned | null;
  method: string;
  transformations: Transformation[];
  /** As the job has it. */
  expression: string | null;
}

export interface Affected {
  id: string;
  effect: Effect;
  node: NodeRef | null;
  because: Use[];
}

export interface AffectedDataset {
  effect: Effect;
  holds: "FEATURES" | "MODEL" | "DEPLOYMENT" | null;
  /** Nobody says which of its columns use what changes. */
  whole: boolean;
  owners: { name: string }[];
  dataset: NodeRef;
  breaks: NodeRef[];
  mayChange: NodeRef[];
}

export interface Impact {
  sentence: string;
  cut: Limit[];
  changes: { node: NodeRef | null; dataset: string; column: string | null; writers: Owned[] }[];
  datasets: AffectedDataset[];
  affected: Affected[];
  terms: { effect: Effect; iri: string; term: NodeRef | null; nodes: NodeRef[] }[];
  owners: { name: string; effect: Effect; nodes: NodeRef[] }[];
}

export const IMPACT = operation<{ impact: Impact }, { select: string; at: At | null }>(`
  query Impact($select: String!, $at: At) {
    impact(select: $select, at: $at) {
      sentence
      cut { reason sentence remedy }
      changes { dataset column node { ${NODE} } writers { ${NODE} owners { name } } }
      datasets {
        effect holds whole owners { name } dataset { ${NODE} } breaks { ${NODE} } mayChange { ${NODE} }
      }
      affected {
        id effect node { ${NODE} }
        because {
          breaks from { ${NODE} } job { ${NODE} owners { name } } method
          transformations { type subtype masking } expression
        }
      }
      terms { effect iri term { ${NODE} } nodes { ${NODE} } }
      owners { name effect nodes { ${NODE} } }
    }
  }`);
