/** Entries that were not taken up: why, how many, their bytes; and trying them again. */

import { operation } from "../client";
import type { Page } from "./shared";

export type KeptState = "REJECTED" | "PARKED";

export interface Reason {
  state: KeptState;
  code: string;
  count: number;
  times: number;
  replayable: number;
  lastReceived: string;
}

export interface EntryLine {
  id: string;
  state: KeptState;
  received: string;
  code: string;
  sentence: string;
  remedy: string;
  place: string | null;
  length: number;
  times: number;
  replayable: boolean;
  excerpt: string;
}

export interface Entry extends EntryLine {
  kind: string | null;
  text: string;
  base64: string;
}

const LINE = "id state received code sentence remedy place length times replayable excerpt";

export const REASONS = operation<{ entryReasons: Reason[] }>(`
  query EntryReasons { entryReasons { state code count times replayable lastReceived } }`);

interface Asked {
  code: string | null;
  first: number;
}

export const REJECTED = operation<{ entries: Page<EntryLine> }, Asked>(`
  query Rejected($code: String, $first: Int!) {
    entries: rejected(code: $code, first: $first) { nodes { ${LINE} } pageInfo { hasNextPage endCursor } }
  }`);

export const PARKED = operation<{ entries: Page<EntryLine> }, Asked>(`
  query Parked($code: String, $first: Int!) {
    entries: parked(code: $code, first: $first) { nodes { ${LINE} } pageInfo { hasNextPage endCursor } }
  }`);

export const ENTRY = operation<{ keptEntry: Entry | null }, { id: string }>(`
  query Entry($id: ID!) { keptEntry(id: $id) { ${LINE} kind text base64 } }`);

export interface Outcome {
  id: string;
  was: KeptState | null;
  state: "ACCEPTED" | "DUPLICATE" | "PARKED" | "REJECTED" | "NOT_WHOLE" | "NOT_FOUND";
  sentence: string | null;
  remedy: string | null;
}

/** What to try again: named ones, or all (of a state, of a reason), a page at a time. */
export interface Wanted {
  entries?: readonly string[];
  all?: boolean;
  state?: KeptState | null;
  code?: string | null;
}

export const REPLAY = operation<
  { replay: { next: string | null; outcomes: Outcome[] } },
  Wanted & { after: string | null }
>(`
  mutation Replay($entries: [ID!], $all: Boolean! = false, $state: KeptState, $code: String, $after: String) {
    replay(entries: $entries, all: $all, state: $state, code: $code, after: $after) {
      next outcomes { id was state sentence remedy }
    }
  }`);

/** What to keep no longer: named ones, or all (of a reason); only rejected ones can be forgotten. */
export type Forgotten = Pick<Wanted, "entries" | "all" | "code">;

export const FORGET = operation<{ forget: { forgotten: number; unknown: string[] } }, Forgotten>(`
  mutation Forget($entries: [ID!], $all: Boolean! = false, $code: String) {
    forget(entries: $entries, all: $all, code: $code) { forgotten unknown }
  }`);
