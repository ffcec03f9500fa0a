/** Trying entries again, page by page, and saying what became of them. */

import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { ask } from "../api/client";
import { type Outcome, REPLAY, type Wanted } from "../api/operations/entries";
import { queryClient } from "../api/use";
import { count, counted, plain } from "../shell/wording";

export type Replaying = UseMutationResult<Outcome[], Error, Wanted>;

export function useReplay(): Replaying {
  return useMutation({
    mutationFn: replayed,
    // Whatever was taken up may show on any page.
    onSettled: () => queryClient.invalidateQueries(),
  });
}

async function replayed(wanted: Wanted): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let after: string | null = null;
  do {
    const { replay }: { replay: { next: string | null; outcomes: Outcome[] } } = await ask(REPLAY, {
      ...wanted,
      after,
    });
    outcomes.push(...replay.outcomes);
    after = replay.next;
  } while (after !== null);
  return outcomes;
}

/** "12 entries tried again: 3 accepted, 9 rejected." */
export function sayOutcomes(outcomes: readonly Outcome[]): string {
  const sums = new Map<string, number>();
  for (const { state } of outcomes) sums.set(state, (sums.get(state) ?? 0) + 1);
  const parts = [...sums]
    .sort((a, b) => b[1] - a[1])
    .map(([state, sum]) => `${count(sum)} ${WORDS[state] ?? plain(state)}`);
  return `${counted(outcomes.length, "entry", "entries")} tried again${parts.length > 0 ? `: ${parts.join(", ")}` : ""}.`;
}

const WORDS: Readonly<Record<string, string>> = {
  DUPLICATE: "known already",
  PARKED: "parked again",
  REJECTED: "rejected again",
  NOT_WHOLE: "kept only in part",
  NOT_FOUND: "taken up meanwhile",
};
