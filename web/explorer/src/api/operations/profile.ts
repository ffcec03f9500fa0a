/** What the values of a dataset look like, what has moved since they were counted before, and the contract that covers it. */

import { operation } from "../client";
import type { At } from "./shared";

export interface Counted {
  value: string | null;
  count: number | null;
}
export interface Bin {
  low: number | null;
  high: number | null;
  count: number | null;
}
/** Of a personal column (withheld) there is no value here, only counts and lengths. */
export interface ProfiledColumn {
  name: string | null;
  type: string | null;
  nulls: number | null;
  distinct: number | null;
  approximate: boolean | null;
  minimum: string | null;
  maximum: string | null;
  mean: number | null;
  shortest: number | null;
  longest: number | null;
  withheld: boolean | null;
  /** Figures that are of all rows where only some were read; the others are of those. */
  ofAll: string[];
  quantiles: { share: number | null; value: string | null }[];
  histogram: Bin[];
  top: Counted[];
  patterns: Counted[];
}
export interface Profile {
  rows: number | null;
  /** Rows that were read; null: all. */
  sampled: number | null;
  columns: ProfiledColumn[];
  keyCandidates: { columns: string[] }[];
  inclusions: { columns: string[]; dataset: string | null; ofColumns: string[]; share: number | null }[];
}
export interface ColumnDrift {
  name: string;
  state: string;
  nullShareBefore: number | null;
  nullShare: number | null;
  distinctBefore: number | null;
  distinct: number | null;
  meanShift: number | null;
  stability: number | null;
  newTop: string[];
}
export interface Drift {
  before: string;
  rowsBefore: number | null;
  rows: number | null;
  columns: ColumnDrift[];
}
export interface ContractLine {
  id: string | null;
  version: string | null;
  status: string | null;
  name: string | null;
  purpose: string | null;
  breaches: { kind: string; where: string; expected: string; found: string }[];
  unchecked: { kind: string; where: string; because: string }[];
}

export interface ProfileAnswer {
  node: {
    profileHistory?: { nodes: { at: string; profile: Profile | null }[] };
    drift?: Drift | null;
    contract?: ContractLine | null;
  } | null;
}

export const PROFILE = operation<ProfileAnswer, { id: string; at: At | null }>(`
  query DatasetProfile($id: ID!, $at: At) {
    node(id: $id, at: $at) {
      ... on Dataset {
        profileHistory(first: 1) { nodes { at profile {
          rows sampled
          columns { name type nulls distinct approximate minimum maximum mean shortest longest withheld ofAll
            quantiles { share value } histogram { low high count } top { value count } patterns { value count } }
          keyCandidates { columns } inclusions { columns dataset ofColumns share }
        } } }
        drift { before rowsBefore rows
          columns { name state nullShareBefore nullShare distinctBefore distinct meanShift stability newTop } }
        contract { id version status name purpose
          breaches { kind where expected found } unchecked { kind where because } }
      }
    }
  }`);
