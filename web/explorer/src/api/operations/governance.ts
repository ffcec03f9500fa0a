/** Zones, the flows between them, and how the five tasks stand. */

import { operation } from "../client";
import { type At, NODE, type NodeRef, PAGE, type Page, type RunState } from "./shared";

export type Task = "FLOWS" | "SCHEMAS" | "TEMPLATES" | "MAPPINGS" | "PROFILES";

export interface ZoneStanding {
  zone: string | null;
  datasets: number;
  tasks: { task: Task; have: number; of: number; gaps: number }[];
}

export interface Flow {
  fromZone: string | null;
  toZone: string | null;
  jobs: number;
  edges: number;
  failing: number;
  lastAt: string | null;
  lastRun: { id: string; label: string; state: RunState } | null;
}

/** A pattern over names that decides what lies in a zone, and what is expected of it; in their order the first that fits counts. */
export interface ZoneRule {
  zone: string;
  pattern: string;
  kind: string | null;
  expects: string[];
  testScope: string;
}

export interface NamingRule {
  namespace: string | null;
  name: string | null;
  toNamespace: string | null;
  toName: string | null;
  partition: string | null;
  version: string | null;
  environment: string | null;
}

/** The rules that hold, in order; by and at of who set them, null where nobody did. */
export interface NamingRuleSet {
  rules: NamingRule[];
  by: string | null;
  at: string | null;
}

export const GOVERNANCE = operation<{
  governance: { zones: ZoneStanding[] };
  flows: Flow[];
  zoneRules: ZoneRule[];
  naming: NamingRuleSet;
}>(`
  query Governance {
    governance { zones { zone datasets tasks { task have of gaps } } }
    flows { fromZone toZone jobs edges failing lastAt lastRun { id label state } }
    zoneRules { zone pattern kind expects testScope }
    naming { rules { namespace name toNamespace toName partition version environment } by at }
  }`);

/** A dataset in a cell, with what says how far it is; null where that is not known. */
export interface Governed extends NodeRef {
  kind: string | null;
  schemas: { nodes: { from: string }[] };
  metrics: { nodes: { at: string }[] };
  profileHistory: { nodes: { at: string }[] };
  storage: { storageLayer: string | null } | null;
  format: { name: string | null } | null;
  connection: { driver: string | null } | null;
}

export const GOVERNED = operation<
  { governed: Page<Governed> },
  { zone: string | null; task: Task; have: boolean; after: string | null }
>(`
  query Governed($zone: String, $task: GovernanceTask!, $have: Boolean!, $after: String) {
    governed(zone: $zone, task: $task, have: $have, first: 50, after: $after) {
      nodes {
        ${NODE} kind schemas(first: 1) { nodes { from } } metrics(first: 1) { nodes { at } }
        profileHistory(first: 1) { nodes { at } } storage { storageLayer } format { name } connection { driver }
      }
      ${PAGE}
    }
  }`);

/** A job that writes into a zone. */
export interface FlowJob {
  job: NodeRef | null;
  fromZones: (string | null)[];
  datasets: number;
  freshAt: string | null;
  lastRun: { id: string; state: RunState } | null;
  watermarks: { value: unknown; field: string | null; dataset: NodeRef | null; datasetRef: string }[];
}

export const FLOW_JOBS = operation<{ flowJobs: Page<FlowJob> }, { zone: string | null; after: string | null }>(`
  query FlowJobs($zone: String, $after: String) {
    flowJobs(zone: $zone, first: 20, after: $after) {
      nodes {
        job { ${NODE} } fromZones datasets freshAt lastRun { id state }
        watermarks { value field dataset { ${NODE} } datasetRef }
      }
      ${PAGE}
    }
  }`);

export type Agreement = "BOTH" | "ONLY_DECLARED" | "ONLY_OBSERVED" | "UNCONFIRMED";

export interface Mapped {
  id: string;
  ref: string;
  name: string;
  field: string | null;
  zone: string | null;
}
export interface Mapping {
  source: Mapped;
  target: Mapped & { dataset: { id: string } | null };
  transformations: { type: string; subtype: string | null; masking: boolean }[];
  expression: string | null;
  job: NodeRef | null;
  agreement: Agreement;
}

const MAPPED = "id ref name field zone";
export const MAPPING = `source { ${MAPPED} } target { ${MAPPED} dataset { id } } transformations { type subtype masking }
        expression job { ${NODE} } agreement`;

/** Which mappings: null, of any; "", of what is in no zone. */
export interface Asked {
  from: string | null;
  to: string | null;
  /** From or to it. */
  dataset: string | null;
  at: At | null;
}

export const MAPPINGS = operation<{ mappings: Page<Mapping> }, Asked & { after: string | null }>(`
  query Mappings($from: String, $to: String, $dataset: String, $at: At, $after: String) {
    mappings(fromZone: $from, toZone: $to, dataset: $dataset, at: $at, first: 50, after: $after) {
      nodes { ${MAPPING} }
      ${PAGE}
    }
  }`);

/** What a node is called. */
export const NAMED = operation<{ node: NodeRef | null }, { id: string; at: At | null }>(`
  query Named($id: ID!, $at: At) { node(id: $id, at: $at) { ${NODE} } }`);

/** What breaks the expectations of zones. */
export interface Breach {
  zone: string;
  expectation: string;
  sentence: string;
  remedy: string;
  file: string | null;
  dataset: NodeRef | null;
}

export const BREACHES = operation<{ zoneBreaches: Page<Breach> }, { after: string | null }>(`
  query Breaches($after: String) {
    zoneBreaches(first: 20, after: $after) {
      nodes { zone expectation sentence remedy file dataset { ${NODE} } }
      ${PAGE}
    }
  }`);
