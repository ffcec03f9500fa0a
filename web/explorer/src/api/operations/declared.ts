/** How a dataset is declared and reached: what its system says of columns, checks, parts; its size, connection, zone rule. */

import { operation } from "../client";
import type { At } from "./shared";

export interface AttributeLine {
  name: string | null;
  nativeType: string | null;
  default: string | null;
  generated: string | null;
  identity: string | null;
}
export interface RelationLine {
  dialect: string | null;
  attributes: AttributeLine[];
  checks: { name: string | null; expression: string | null; validated: boolean | null; enforced: boolean | null }[];
  exclusions: { name: string | null; expression: string | null }[];
  indexes: {
    name: string | null;
    columns: string[];
    unique: boolean | null;
    method: string | null;
    condition: string | null;
  }[];
  partitioning: {
    key: string | null;
    strategy: string | null;
    columns: string[];
    parent: string | null;
    bound: string | null;
  } | null;
  definition: string | null;
  inherits: string[];
  lineageConfidence: number | null;
}
export interface DeclaredLine {
  relation: RelationLine | null;
  size: { rows: number | null; estimated: boolean | null; bytes: number | null; files: number | null } | null;
  connection: {
    driver: string | null;
    host: string | null;
    port: number | null;
    database: string | null;
    user: string | null;
    secretReference: string | null;
  } | null;
  zoneRule: { zone: string; pattern: string } | null;
}

export const DECLARED = operation<{ node: Partial<DeclaredLine> | null }, { id: string; at: At | null }>(`
  query Declared($id: ID!, $at: At) {
    node(id: $id, at: $at) { ... on Dataset {
      relation {
        dialect definition inherits lineageConfidence
        attributes { name nativeType default generated identity }
        checks { name expression validated enforced }
        exclusions { name expression }
        indexes { name columns unique method condition }
        partitioning { key strategy columns parent bound }
      }
      size { rows estimated bytes files }
      connection { driver host port database user secretReference }
      zoneRule { zone pattern }
    } }
  }`);
