import { expect, test } from "vitest";
import type { ColumnDrift, ProfiledColumn } from "../../api/operations/profile";
import {
  allOfAll,
  barsOf,
  frequentOf,
  goneColumns,
  isFar,
  latestNames,
  sayBars,
  sayDrift,
  sayNulls,
  sayOfAll,
  sayRange,
  sayRows,
} from "./profiled";

const COLUMN: ProfiledColumn = {
  name: "spend",
  type: "DOUBLE",
  nulls: 3,
  distinct: 40,
  approximate: null,
  minimum: "1",
  maximum: "9",
  mean: 4.12345,
  shortest: null,
  longest: null,
  withheld: null,
  ofAll: [],
  quantiles: [],
  histogram: [
    { low: 1, high: 5, count: 30 },
    { low: 5, high: 7, count: 0 },
    { low: 7, high: 9, count: 1 },
  ],
  top: [
    { value: "4", count: 2 },
    { value: "5", count: 1 },
  ],
  patterns: [],
};
const SAME: ColumnDrift = {
  name: "spend",
  state: "SAME",
  nullShareBefore: 0,
  nullShare: 0,
  distinctBefore: 4,
  distinct: 5,
  meanShift: 0,
  stability: 0.01,
  newTop: [],
};
const PROFILE = { rows: 1200, sampled: null, columns: [], keyCandidates: [], inclusions: [] };

test("rows, nulls and ranges", () => {
  expect(sayRows(PROFILE)).toBe("All 1,200 rows");
  expect(sayRows({ rows: 1, sampled: null })).toBe("The only row");
  expect(sayRows({ rows: 1_204_331, sampled: 10_000 })).toBe("Bounded sampling: 10,000 of 1,204,331 rows");
  expect(sayRows({ rows: null, sampled: 10_000 })).toBe("Bounded sampling: 10,000 rows");
  expect(sayNulls(COLUMN, PROFILE)).toBe("3 (0.3%)");
  expect(sayNulls({ ...COLUMN, nulls: 0 }, PROFILE)).toBe("none");
  const sample = { ...PROFILE, sampled: 100 };
  const counted = { ...COLUMN, ofAll: ["top", "nulls"] };
  expect([sayNulls(COLUMN, sample), sayNulls(counted, sample)]).toEqual(["3 (3%)", "3 (0.3%)"]);
  expect([sayOfAll(COLUMN), sayOfAll(counted)]).toEqual(["", "of all rows: nulls, frequent values"]);
  const whole = { ...COLUMN, ofAll: ["nulls", "distinct", "minimum", "maximum", "mean", "histogram", "top"] };
  const columns = [whole, { ...whole, minimum: null, ofAll: whole.ofAll.filter((one) => one !== "minimum") }];
  expect(allOfAll({ ...sample, columns })).toBe(true);
  expect(allOfAll({ ...sample, columns: [...columns, counted] })).toBe(false);
  expect(allOfAll({ ...PROFILE, columns })).toBe(false);
  expect(sayRange(COLUMN)).toEqual(["1 to 9", "mean 4.123"]);
  expect(sayRange({ ...COLUMN, minimum: null, maximum: null, mean: null, shortest: 2, longest: 8 })).toEqual([
    "2 to 8 characters",
  ]);
});

test("columns that the schema has lost since are known by name", () => {
  const columns = ["spend", "address.city", "old"].map((name) => ({ ...COLUMN, name }));
  const profile = { ...PROFILE, columns };
  const line = { from: "", fields: [{ name: "spend" }, { name: "address" }], compatibility: null, changes: [] };
  const pageInfo = { hasNextPage: false, endCursor: null };
  expect(goneColumns(profile, latestNames({ schemas: { nodes: [line], pageInfo } }))).toEqual(["old"]);
  expect(goneColumns(profile, latestNames({ schemas: { nodes: [], pageInfo } }))).toEqual([]);
});

test("bars fill their box, empty ones have no height, few rows can be seen", () => {
  const bars = barsOf(COLUMN.histogram);
  expect(bars.map((bar) => bar.height)).toEqual([100, 0, 4]);
  expect(bars.every((bar) => bar.x >= 0 && bar.x + bar.width <= 100 && bar.y + bar.height === 100)).toBe(true);
  expect(sayBars(COLUMN)).toBe("3 bars from 1 to 9; bar 1 is the highest, 30 rows");
});

test("values that are there once are not frequent", () => {
  expect(frequentOf(COLUMN).map((one) => one.value)).toEqual(["4"]);
});

test("drift tells what moved, and how far", () => {
  expect(sayDrift(undefined)).toEqual([]);
  expect(sayDrift(SAME)).toEqual([]);
  expect(sayDrift({ ...SAME, state: "ADDED" })).toEqual(["new"]);
  const moved = { ...SAME, stability: 0.3, nullShare: 0.05, meanShift: -0.5 };
  expect(sayDrift(moved)).toEqual(["moved much", "nulls 0% → 5%", "mean −0.5 σ"]);
  expect([isFar(SAME), isFar(moved)]).toEqual([false, true]);
});
