/** The entity page's question: everything one node has under the three headings. */

import { operation } from "../client";
import { AT_ONCE, FIELD, type FieldLine } from "./columns";
import { MAPPING, type Mapping } from "./governance";
import { type ListedName, USES, type UseLine } from "./loads";
import { type OwnerLine, SPOKEN, type Spoken, TAGS, type TagLine } from "./said";
import {
  type At,
  CHANGE,
  type ChangeRow,
  NODE,
  type NodeRef,
  PAGE,
  type Page,
  RUN,
  type RunLine,
  type RunState,
} from "./shared";

/** A value of a person's own making. */
export interface PropertyLine {
  name: string;
  value: unknown;
  source: string;
}
interface Common extends NodeRef {
  retracted: boolean;
  properties: PropertyLine[];
  facets: unknown;
  history: { nodes: ChangeRow[] };
}
/** What facets tell of a node by their members; null where no producer said it. */
export interface DatasetTold {
  datasetType: { subType: string | null } | null;
  storage: { storageLayer: string | null; fileFormat: string | null } | null;
  catalog: { name: string | null; type: string | null; warehouseUri: string | null } | null;
  dataSource: { name: string | null; uri: string | null } | null;
  hierarchy: { name: string | null }[];
  format: {
    name: string | null;
    encoding: string | null;
    compression: string | null;
    csv: {
      delimiter: string | null;
      quote: string | null;
      decimal: string | null;
      dateFormat: string | null;
      columnFormats: { column: string | null; format: string | null }[];
    } | null;
  } | null;
  location: { uri: string | null; pattern: string | null; fileName: string | null } | null;
}
export interface JobTold {
  sql: { query: string | null; dialect: string | null } | null;
  sourceCode: { language: string | null; sourceCode: string | null } | null;
  sourceCodeLocation: { url: string | null; version: string | null } | null;
  jobType: { processingType: string | null; integration: string | null; jobType: string | null } | null;
}
export interface RunTold {
  processingEngine: { name: string | null; version: string | null } | null;
  externalQuery: { externalQueryId: string | null; source: string | null } | null;
  executionParameters: ParameterLine[];
  extractionError: { failedTasks: number | null; errors: { errorMessage: string | null }[] } | null;
  process: WrappedProcess | null;
}
export interface ParameterLine {
  key: string | null;
  name: string | null;
  description: string | null;
  value: string | null;
}
/** What a command that `headwater run` wrapped took and left behind. */
export interface WrappedProcess {
  command: string | null;
  host: string | null;
  exitCode: number | null;
  signal: string | null;
  userSeconds: number | null;
  systemSeconds: number | null;
  peakMemoryBytes: number | null;
  stderr: string | null;
}
export interface TestLine {
  at: string;
  assertion: unknown;
  column: unknown;
  success: unknown;
  details: {
    name: string | null;
    severity: string | null;
    description: string | null;
    expected: string | null;
    actual: string | null;
  };
  run: { id: string } | null;
}
/** Why a name (ref) means the same dataset as another (of). */
export interface ReasonLine {
  kind: string;
  ref: string;
  of: string;
  type: string | null;
  at: string;
  entry: string | null;
  by: string | null;
  rule: number | null;
  job: NodeRef | null;
  run: NodeRef | null;
}
export type Compatibility = "FULL" | "BACKWARD" | "FORWARD" | "BREAKING";
/** A version of a schema; compatibility with the version before: null for the first one. */
export interface SchemaLine {
  from: string;
  fields: { name: string; type?: string }[];
  compatibility: Compatibility | null;
  changes: { kind: string; sentence: string; breaks: boolean }[];
}
export interface DatasetPage extends Common, Spoken, DatasetTold {
  __typename: "Dataset";
  namespace: string;
  name: string;
  shortName: string;
  kind: string | null;
  zone: string | null;
  environment: string | null;
  dropped: boolean;
  members: { id: string; namespace: string; name: string; ref: string; seen: string }[];
  because: ReasonLine[];
  fields: Page<FieldLine>;
  /** The newest first. */
  schemas: { nodes: SchemaLine[]; pageInfo: { hasNextPage: boolean } };
  lifecycle: { at: string; change: string; name: string; previous: string | null }[];
  versions: { nodes: { at: string; version: string | null; run: RunLine | null }[] };
  tests: Page<TestLine>;
  metrics: { nodes: { at: string; facet: string; value: unknown }[] };
  producers: {
    job: NodeRef | null;
    status: string;
    method: string;
    since: string;
    last: string;
    lastRun: RunLine | null;
  }[];
  readers: { job: NodeRef | null; status: string; last: string; lastRun: RunLine | null }[];
}
/** A job and those that started it, up to four levels. */
export interface JobAbove extends NodeRef {
  parent?: JobAbove | null;
}
export interface JobBelow extends NodeRef {
  lastRun: { id: string; state: RunState } | null;
}
export interface JobPage extends Common, Spoken, JobTold {
  __typename: "Job";
  namespace: string;
  name: string;
  parent: JobAbove | null;
  children: Page<JobBelow & { children: Page<JobBelow> }>;
  runs: { nodes: (RunLine & { executionParameters: ParameterLine[] })[] };
  reads: { node: NodeRef | null; status: string; dangling: boolean }[];
  writes: { node: NodeRef | null; status: string; at: string }[];
}
export interface RunPage extends Common, RunLine, RunTold {
  __typename: "Run";
  runId: string;
  nominalStart: string | null;
  nominalEnd: string | null;
  confirmed: boolean;
  events: number;
  parent: { runId: string | null; jobName: string | null; run: NodeRef | null } | null;
  children: { nodes: RunLine[] };
  inputs: NodeRef[];
  outputs: NodeRef[];
  uses: { nodes: UseLine[] };
  aliases: ListedName[];
  tags: TagLine[];
  error: { message: string | null; language: string | null; stackTrace: string | null } | null;
}
export interface FieldPage extends Common, Spoken {
  __typename: "Field";
  path: string;
  type: string | null;
  ordinal: number | null;
  known: boolean;
  dataset: NodeRef & {
    zone: string | null;
    owners: OwnerLine[];
    schemas: { nodes: { from: string; fields: { name: string; type?: string }[] }[] };
  };
}
export type AnyPage = DatasetPage | JobPage | RunPage | FieldPage | (Common & { __typename: "Term" });

const PARAMETERS = "executionParameters { key name description value }";
const BELOW = `${NODE} lastRun { id state }`;
/** Events with tests: enough to see since when one fails. */
const TESTED = 30;

export const NODE_PAGE = operation<{ node: AnyPage | null }, { id: string; at: At | null }>(`
  query NodePage($id: ID!, $at: At) {
    node(id: $id, at: $at) {
      ${NODE}
      retracted
      properties { name value source }
      facets
      history(first: 20) { nodes { ${CHANGE} } }
      ... on Dataset { ${SPOKEN} ...DatasetParts }
      ... on Job { ${SPOKEN} ...JobParts }
      ... on Field { ${SPOKEN} path type ordinal known dataset { ${NODE} zone owners { name role source } schemas(first: 10) { nodes { from fields } } } }
      ... on Run { ...RunParts }
    }
  }
  fragment DatasetParts on Dataset {
    namespace name shortName kind zone environment dropped
    datasetType { subType }
    storage { storageLayer fileFormat }
    catalog { name type warehouseUri }
    dataSource { name uri }
    hierarchy { name }
    format { name encoding compression csv { delimiter quote decimal dateFormat columnFormats { column format } } }
    location { uri pattern fileName }
    members { id namespace name ref seen }
    because(first: 50) { kind ref of type at entry by rule job { ${NODE} } run { ${NODE} } }
    fields(first: ${AT_ONCE}) {
      nodes { ${FIELD} }
      ${PAGE}
    }
    schemas(first: 10) {
      nodes { from fields compatibility changes { kind sentence breaks } }
      pageInfo { hasNextPage }
    }
    lifecycle(first: 20) { at change name previous }
    versions(first: 10) { nodes { at version run { ${RUN} } } }
    tests(first: ${TESTED}) {
      nodes { at assertion column success details { name severity description expected actual } run { id } }
      ${PAGE}
    }
    metrics(first: 20) { nodes { at facet value } }
    producers(first: 20) { job { ${NODE} } status method since last lastRun { ${RUN} } }
    readers(first: 20) { job { ${NODE} } status last lastRun { ${RUN} } }
  }
  fragment JobParts on Job {
    namespace name
    parent { ${NODE} parent { ${NODE} parent { ${NODE} parent { ${NODE} } } } }
    children(first: 50) { nodes { ${BELOW} children(first: 10) { nodes { ${BELOW} } ${PAGE} } } ${PAGE} }
    runs(first: 20) { nodes { ${RUN} ${PARAMETERS} } }
    sql { query dialect }
    sourceCode { language sourceCode }
    sourceCodeLocation { url version }
    jobType { processingType integration jobType }
    reads { node { ${NODE} } status dangling }
    writes { node { ${NODE} } status at }
  }
  fragment RunParts on Run {
    ${RUN} runId nominalStart nominalEnd confirmed events
    parent { runId jobName run { ${NODE} } }
    children(first: 20) { nodes { ${RUN} } }
    inputs { ${NODE} }
    outputs { ${NODE} }
    error { message language stackTrace }
    ${TAGS}
    processingEngine { name version }
    externalQuery { externalQueryId source }
    ${PARAMETERS}
    extractionError { failedTasks errors { errorMessage } }
    process { command host exitCode signal userSeconds systemSeconds peakMemoryBytes stderr }
    ${USES}
  }`);

/** Mappings that a dataset's page chooses from. */
export const MAPPINGS_AT_ONCE = 20;

export interface AroundAnswer {
  mappings: Page<Mapping>;
  lineage: {
    nodes: { id: string; node: { ref: string; label: string } | null }[];
    edges: { from: string; to: string; firstSeen: string; closedAt: string | null; via: { label: string }[] }[];
  };
}

/** The edges that a dataset has or had: what its history says of its lineage; and mappings of its columns. */
export const AROUND = operation<AroundAnswer, { id: string; at: At | null }>(`
  query Around($id: String!, $at: At) {
    lineage(select: $id, depth: 1, history: ALL, limit: 200, at: $at) {
      nodes { id node { ref label } }
      edges { from to firstSeen closedAt via { label } }
    }
    mappings(dataset: $id, first: ${MAPPINGS_AT_ONCE}, at: $at) { nodes { ${MAPPING} } ${PAGE} }
  }`);
