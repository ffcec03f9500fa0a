/** The glossary's questions. */

import { operation } from "../client";
import { CHANGE, type ChangeRow, NODE, type NodeRef, PAGE, type Page } from "./shared";

export interface TermLine {
  id: string;
  label: string;
  iri: string;
  glossary: string | null;
  status: string;
  definition: string | null;
  broader: { id: string }[];
}

export const TERMS = operation<{ terms: Page<TermLine> }, { text: string | null; after: string | null }>(`
  query Terms($text: String, $after: String) {
    terms(text: $text, first: 500, after: $after) {
      nodes { id label iri glossary status definition broader { id } }
      ${PAGE}
    }
  }`);

/** A term beside this one, and what it is assigned to. */
export interface NearTerm extends NodeRef {
  assignments: { nodes: { node: NodeRef | null; status: string }[] };
}

export interface TermPage extends TermLine {
  ref: string;
  labels: { text: string; language: string; kind: string }[];
  definitions: { text: string; language: string }[];
  broader: NodeRef[];
  narrower: NearTerm[];
  related: NearTerm[];
  owners: { name: string; role: string | null; source: string }[];
  assignments: Page<{
    node: NodeRef | null;
    status: string;
    note: string | null;
    source: string;
    by: string | null;
    at: string;
  }>;
  history: { nodes: ChangeRow[] };
}

const NEAR = `${NODE} assignments(first: 20) { nodes { node { ${NODE} } status } }`;

export const TERM_PAGE = operation<{ node: TermPage | null }, { id: string }>(`
  query TermPage($id: ID!) {
    node(id: $id) {
      ... on Term {
        id ref label iri glossary status definition
        labels { text language kind }
        definitions { text language }
        broader { ${NODE} }
        narrower { ${NEAR} }
        related { ${NEAR} }
        owners { name role source }
        assignments(first: 100) {
          nodes { node { ${NODE} } status note source by at }
          ${PAGE}
        }
        history(first: 20) { nodes { ${CHANGE} } }
      }
    }
  }`);
