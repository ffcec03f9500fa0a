/** Columns of a dataset: what is said of each, its keys, and those that the first page did not have. */

import { operation } from "../client";
import { ASSIGNMENT, type AssignmentLine, TAGS, type TagLine } from "./said";
import { type At, NODE, type NodeRef, PAGE, type Page } from "./shared";

export type KeyKind = "PRIMARY" | "UNIQUE" | "FOREIGN" | "CHECK";

/** A key that a column is part of; position in it from 1 on. */
export interface KeyLine {
  kind: KeyKind;
  columns: string[];
  position: number;
  /** Of a foreign key: the name of the dataset that it refers to, and the column there; null: of its primary key. */
  references: string | null;
  referencedColumn: string | null;
  /** Null where the catalog does not have it. */
  dataset: NodeRef | null;
  field: { id: string } | null;
}
export interface FieldLine {
  id: string;
  path: string;
  type: string | null;
  known: boolean;
  /** Null: nobody says. */
  nullable: boolean | null;
  keys: KeyLine[];
  description: string | null;
  tags: TagLine[];
  terms: AssignmentLine[];
}

/** How many columns come at once. */
export const AT_ONCE = 500;

export const FIELD = `id path type known nullable
      keys { kind columns position references referencedColumn dataset { ${NODE} } field { id } }
      description ${TAGS} terms { ${ASSIGNMENT} }`;

/** A page of columns after the first one. */
export const COLUMNS = operation<
  { node: { fields?: Page<FieldLine> } | null },
  { id: string; at: At | null; after: string | null }
>(`
  query Columns($id: ID!, $at: At, $after: String) {
    node(id: $id, at: $at) { ... on Dataset { fields(first: ${AT_ONCE}, after: $after) { nodes { ${FIELD} } ${PAGE} } } }
  }`);
