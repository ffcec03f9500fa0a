/** Searching and browsing. */

import { operation } from "../client";
import { NODE, type NodeRef, PAGE, type Page, RUN, type RunLine } from "./shared";

export type NodeKind = "DATASET" | "FIELD" | "JOB" | "RUN" | "TERM";

export interface FoundNode extends NodeRef {
  kind?: string | null;
  zone?: string | null;
  environment?: string | null;
  description?: string | null;
  definition?: string | null;
  type?: string | null;
  dataset?: { zone: string | null; environment: string | null };
}

export interface SearchHit {
  node: FoundNode | null;
  /** The column that matches, where one does. */
  matched: string | null;
  /** Ranges: [start, end) in characters of the text. */
  highlights: { what: string; text: string; ranges: [number, number][] }[];
}

const FOUND = `${NODE}
      ... on Dataset { kind zone environment description }
      ... on Field { type description dataset { zone environment } }
      ... on Job { description }
      ... on Term { definition }`;

/** Null: production, and what belongs to no environment. */
export type Environment = "all" | null;

export const SEARCH = operation<
  { search: Page<SearchHit> },
  { text: string; kinds: NodeKind[] | null; environment: Environment; after: string | null }
>(`
  query Search($text: String!, $kinds: [NodeKind!], $environment: String, $after: String) {
    search(text: $text, kinds: $kinds, environment: $environment, first: 30, after: $after) {
      nodes { node { ${FOUND} } matched highlights { what text ranges } }
      ${PAGE}
    }
  }`);

interface BrowseVariables {
  select: string | null;
  /** Counts only without a selector, which names what it means. */
  environment: Environment;
  after: string | null;
}

export const BROWSE = operation<{ datasets: Page<FoundNode> }, BrowseVariables>(`
  query Browse($select: String, $environment: String, $after: String) {
    datasets(select: $select, environment: $environment, orderBy: NAME, first: 50, after: $after) {
      nodes { ${NODE} kind zone environment description }
      ${PAGE}
    }
  }`);

export const BROWSE_JOBS = operation<{ jobs: Page<FoundNode> }>(`
  query BrowseJobs { jobs(orderBy: NAME, first: 50) { nodes { ${NODE} description } ${PAGE} } }`);

export const BROWSE_TERMS = operation<{ terms: Page<FoundNode> }>(`
  query BrowseTerms { terms(first: 50) { nodes { ${NODE} definition } ${PAGE} } }`);

export const BROWSE_RUNS = operation<{ runs: Page<RunLine> }>(`
  query BrowseRuns { runs(first: 50) { nodes { ${RUN} } ${PAGE} } }`);

/** By what the results can be narrowed or widened. */
export const ZONES = operation<{
  zones: { name: string; datasets: number }[];
  naming: { rules: { environment: string | null }[] };
}>(`
  query Zones { zones { name datasets } naming { rules { environment } } }`);
