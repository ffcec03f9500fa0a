import { describe, expect, it } from "vitest";
import type { TestLine } from "../../api/operations/node";
import { sayResults, testBars, testSeries } from "./testlines";

const NOTHING = { name: null, severity: null, description: null, expected: null, actual: null };
const test = (day: number, assertion: string, column: string | null, success: unknown): TestLine => ({
  ...{ at: `2026-11-0${day}T00:00:00Z`, assertion, column, success, run: null, details: NOTHING },
});
const tests = [
  test(3, "not_null", "id", true),
  test(3, "unique", "id", false),
  test(2, "not_null", "id", false),
  test(2, "unique", "id", false),
  test(1, "unique", "id", true),
  test(1, "rows", null, null),
];

describe("tests over time", () => {
  it("are a series a test and column, with what fails first", () => {
    const series = testSeries(tests);
    expect(series.map(({ name, column, verdict }) => [name, column, verdict])).toEqual([
      ["unique", "id", "failed"],
      ["rows", "", "unknown"],
      ["not_null", "id", "passed"],
    ]);
  });
  it("say since when one fails, and nothing of one that passes again", () => {
    const [unique, , notNull] = testSeries(tests);
    expect(unique.since).toBe("2026-11-02T00:00:00Z");
    expect(notNull.since).toBeNull();
    expect(testSeries([test(2, "a", null, false), test(1, "a", null, false)])[0].since).toBe("2026-11-01T00:00:00Z");
  });
  it("are bars from the oldest to the last, a failure the highest", () => {
    const [unique] = testSeries(tests);
    expect(testBars(unique).map(({ tone, height }) => [tone, height])).toEqual([
      ["good", 0.4],
      ["bad", 1],
      ["bad", 1],
    ]);
    expect(sayResults(unique)).toBe("2 failed, 1 passed");
  });
  it("are told apart by the name that their producer gave them", () => {
    const named = (name: string) => ({ ...test(1, "expression", null, true), details: { ...NOTHING, name } });
    expect(testSeries([named("a"), named("b")])).toHaveLength(2);
  });
});
