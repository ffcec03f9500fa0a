/** Results of tests by test, over time. Pure. */

import type { TestLine } from "../../api/operations/node";
import type { Bar } from "../../shell/strip";
import { moment, tally } from "../../shell/wording";

export type Verdict = "passed" | "failed" | "unknown";

export interface TestSeries {
  readonly name: string;
  /** Empty for a test of the whole dataset. */
  readonly column: string;
  /** The last first. */
  readonly results: readonly TestLine[];
  readonly verdict: Verdict;
  /** When the first of the failures at the end of the series was; null where the last one did not fail. */
  readonly since: string | null;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const verdictOf = ({ success }: { success: unknown }): Verdict =>
  success === true ? "passed" : success === false ? "failed" : "unknown";

/** One series a test and column: those that fail come first, then by name. `tests`: the last first. */
export function testSeries(tests: readonly TestLine[]): TestSeries[] {
  const found = new Map<string, TestLine[]>();
  for (const test of tests) {
    const key = JSON.stringify([test.details.name ?? test.assertion, test.column]);
    const list = found.get(key);
    if (list) list.push(test);
    else found.set(key, [test]);
  }
  return [...found.values()].map(seriesOf).sort(failedFirst);
}

function seriesOf(results: readonly TestLine[]): TestSeries {
  const [last] = results;
  const end = results.findIndex((test) => verdictOf(test) !== "failed");
  const failures = end < 0 ? results : results.slice(0, end);
  return {
    name: text(last.assertion) || last.details.name || "test",
    column: text(last.column),
    results,
    verdict: verdictOf(last),
    since: failures.at(-1)?.at ?? null,
  };
}

const failedFirst = (a: TestSeries, b: TestSeries) =>
  Number(b.verdict === "failed") - Number(a.verdict === "failed") ||
  a.column.localeCompare(b.column) ||
  a.name.localeCompare(b.name);

const TONES = { passed: "good", failed: "bad", unknown: "none" } as const;
const HEIGHTS = { passed: 0.4, failed: 1, unknown: 0.2 } as const;

export const testBars = ({ results }: TestSeries): Bar[] =>
  [...results].reverse().map((test, at) => ({
    key: `${test.at} ${at}`,
    tone: TONES[verdictOf(test)],
    height: HEIGHTS[verdictOf(test)],
    said: `${moment(test.at)}, ${verdictOf(test)}`,
  }));

/** "18 passed, 2 failed". */
export const sayResults = ({ results }: TestSeries): string => tally(results.map(verdictOf));
