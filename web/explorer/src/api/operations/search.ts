/** Searching and browsing. */

import { operation } from "../client";
import { NODE, type NodeRef, PAGE, type Page } from "./shared";

export type NodeKind = "DATASET" | "FIELD" | "JOB" | "RUN" | "TERM";

export interface FoundNode extends NodeRef {
  kind?: string | null;
  zone?: string | null;
  description?: string | null;
  definition?: string | null;
  type?: string | null;
}

export interface SearchHit {
  node: FoundNode;
  matched: string | null;
  highlight: string | null;
}

const FOUND = `${NODE}
      ... on Dataset { kind zone description }
      ... on Field { type description }
      ... on Job { description }
      ... on Term { definition }`;

export const SEARCH = operation<
  { search: Page<SearchHit> },
  { text: string; kinds: NodeKind[] | null; select: string | null; after: string | null }
>(`
  query Search($text: String!, $kinds: [NodeKind!], $select: String, $after: String) {
    search(text: $text, kinds: $kinds, select: $select, first: 30, after: $after) {
      nodes { node { ${FOUND} } matched highlight }
      ${PAGE}
    }
  }`);

export const BROWSE = operation<{ datasets: Page<FoundNode> }, { select: string | null; after: string | null }>(`
  query Browse($select: String, $after: String) {
    datasets(select: $select, orderBy: NAME, first: 50, after: $after) { nodes { ${NODE} kind zone description } ${PAGE} }
  }`);

export const ZONES = operation<{ zones: { name: string; datasets: number }[] }>(`
  query Zones { zones { name datasets } }`);
