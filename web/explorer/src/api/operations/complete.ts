/** What a selector may go on with. */

import { operation } from "../client";

export interface Way {
  kind: string;
  /** What to write in the place of all from `start` to the position. */
  text: string;
  label: string;
  detail: string | null;
}

export interface CompleteAnswer {
  complete: { start: number; ways: Way[] };
}

export const COMPLETE = operation<CompleteAnswer, { select: string; position: number }>(`
  query Complete($select: String!, $position: Int!) {
    complete(select: $select, position: $position, first: 10) { start ways { kind text label detail } }
  }`);
