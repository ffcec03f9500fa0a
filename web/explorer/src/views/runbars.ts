/** Runs as bars: how long each took and how it ended. Pure. */

import type { RunLine } from "../api/operations/shared";
import { sayState, toneOf } from "../shell/parts";
import type { Bar } from "../shell/strip";
import { counted, duration, moment, tally } from "../shell/wording";

/** `runs`: the last first, as lists have them. */
export function runBars(runs: readonly RunLine[]): Bar[] {
  const longest = Math.max(1, ...runs.map((run) => run.durationMs ?? 0));
  return [...runs].reverse().map((run) => ({
    key: run.id,
    tone: toneOf(run.state),
    // A run that has not ended has no length; it is drawn as one of middling length, so that it is seen.
    height: run.durationMs === null ? 0.5 : run.durationMs / longest,
    said: [run.started && moment(run.started), sayState(run.state), run.durationMs !== null && duration(run.durationMs)]
      .filter(Boolean)
      .join(", "),
  }));
}

/** "20 runs: 18 complete, 2 failed; the longest took 4 min". */
export function sayRuns(runs: readonly RunLine[]): string {
  const longest = Math.max(0, ...runs.map((run) => run.durationMs ?? 0));
  const ended = `${counted(runs.length, "run")}: ${tally(runs.map((run) => sayState(run.state)))}`;
  return longest > 0 ? `${ended}; the longest took ${duration(longest)}` : ended;
}
