/** Searching and browsing. */

import { operation } from "../client";
import { NODE, type NodeRef, PAGE, type Page, RUN, type RunLine } from "./shared";

export type NodeKind = "DATASET" | "FIELD" | "JOB" | "RUN" | "TERM";

export interface FoundNode extends NodeRef {
  kind?: string | null;
  zone?: string | null;
  description?: string | null;
  definition?: string | null;
  type?: string | null;
  dataset?: { zone: string | null };
}

export interface SearchHit {
  node: FoundNode | null;
  /** The column that matches, where one does. */
  matched: string | null;
  /** Ranges: [start, end) in characters of the text. */
  highlights: { what: string; text: string; ranges: [number, number][] }[];
}

const FOUND = `${NODE}
      ... on Dataset { kind zone description }
      ... on Field { type description dataset { zone } }
      ... on Job { description }
      ... on Term { definition }`;

export const SEARCH = operation<
  { search: Page<SearchHit> },
  { text: string; kinds: NodeKind[] | null; after: string | null }
>(`
  query Search($text: String!, $kinds: [NodeKind!], $after: String) {
    search(text: $text, kinds: $kinds, first: 30, after: $after) {
      nodes { node { ${FOUND} } matched highlights { what text ranges } }
      ${PAGE}
    }
  }`);

export const BROWSE = operation<{ datasets: Page<FoundNode> }, { select: string | null; after: string | null }>(`
  query Browse($select: String, $after: String) {
    datasets(select: $select, orderBy: NAME, first: 50, after: $after) { nodes { ${NODE} kind zone description } ${PAGE} }
  }`);

export const BROWSE_JOBS = operation<{ jobs: Page<FoundNode> }>(`
  query BrowseJobs { jobs(orderBy: NAME, first: 50) { nodes { ${NODE} description } ${PAGE} } }`);

export const BROWSE_TERMS = operation<{ terms: Page<FoundNode> }>(`
  query BrowseTerms { terms(first: 50) { nodes { ${NODE} definition } ${PAGE} } }`);

export const BROWSE_RUNS = operation<{ runs: Page<RunLine> }>(`
  query BrowseRuns { runs(first: 50) { nodes { ${RUN} } ${PAGE} } }`);

export const ZONES = operation<{ zones: { name: string; datasets: number }[] }>(`
  query Zones { zones { name datasets } }`);
