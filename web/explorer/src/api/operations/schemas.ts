/** Versions of a dataset's schema: what changed against the version before, and who gets on with it. */

import { operation } from "../client";
import { type At, PAGE, type Page } from "./shared";

export type Compatibility = "FULL" | "BACKWARD" | "FORWARD" | "BREAKING";
export interface SchemaVersionLine {
  from: string;
  /** Null for the first version. */
  compatibility: Compatibility | null;
  fields: unknown[];
  changes: { kind: string; sentence: string; breaks: boolean }[];
}
export interface SchemasAnswer {
  node: { schemas?: Page<SchemaVersionLine> } | null;
}

export const SCHEMAS = operation<SchemasAnswer, { id: string; at: At | null }>(`
  query Schemas($id: ID!, $at: At) {
    node(id: $id, at: $at) {
      ... on Dataset {
        schemas(first: 10) { nodes { from compatibility fields changes { kind sentence breaks } } ${PAGE} }
      }
    }
  }`);
