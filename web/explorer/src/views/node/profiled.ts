/** Words and bars of a profile. Pure. */

import type { DatasetPage } from "../../api/operations/node";
import type { Bin, ColumnDrift, Counted, Profile, ProfiledColumn } from "../../api/operations/profile";
import { count, counted } from "../../shell/wording";

/** Values that differ little in their bars; above twice of it much. */
const LITTLE = 0.1;
const MUCH = 0.25;
const FREQUENT = 5;

const rounded = new Intl.NumberFormat("en", { maximumSignificantDigits: 4, useGrouping: false });
const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

export const sayShare = (share: number): string => percent.format(share);

/** "All 652 rows", "Bounded sampling: 10,000 of 1,204,331 rows". */
export function sayRows({ rows, sampled }: Pick<Profile, "rows" | "sampled">): string {
  if (sampled !== null)
    return `Bounded sampling: ${rows === null ? counted(sampled, "row") : `${count(sampled)} of ${counted(rows, "row")}`}`;
  if (rows === null) return "All rows";
  return rows === 1 ? "The only row" : `All ${counted(rows, "row")}`;
}

type Column = ProfiledColumn;

/** Figures by the words of the page, in its order; and whether a column has one. */
const FIGURES: readonly (readonly [member: string, word: string, has: (column: Column) => boolean])[] = [
  ["nulls", "nulls", ({ nulls }) => nulls !== null],
  ["distinct", "distinct", ({ distinct }) => distinct !== null],
  ["minimum", "least", ({ minimum }) => minimum !== null],
  ["maximum", "greatest", ({ maximum }) => maximum !== null],
  ["mean", "mean", ({ mean }) => mean !== null],
  ["shortest", "lengths", ({ shortest }) => shortest !== null],
  ["quantiles", "quantiles", ({ quantiles }) => quantiles.length > 0],
  ["patterns", "patterns", ({ patterns }) => patterns.length > 0],
  ["histogram", "bars", ({ histogram }) => histogram.length > 0],
  ["top", "frequent values", ({ top }) => top.length > 0],
];

/** Which figures of a column are of all rows though only some were read: "of all rows: nulls, distinct". */
export function sayOfAll(column: Column): string {
  const words = FIGURES.filter(([member, , has]) => has(column) && column.ofAll.includes(member)).map(
    ([, word]) => word,
  );
  return words.length > 0 ? `of all rows: ${words.join(", ")}` : "";
}

/** Whether that is so of each figure of each column: then it is enough to say it once. */
export const allOfAll = ({ columns, sampled }: Pick<Profile, "columns" | "sampled">): boolean =>
  sampled !== null &&
  columns.every((one) => FIGURES.every(([member, , has]) => !has(one) || one.ofAll.includes(member)));

/** The columns of the newest schema; null where nobody knows one. */
export function latestNames({ schemas }: Pick<DatasetPage, "schemas">): ReadonlySet<string> | null {
  const [latest] = schemas.nodes;
  return latest ? new Set(latest.fields.map(({ name }) => name)) : null;
}

/** Columns that were counted and that the schema no longer has. Of a nested one its outermost column decides. */
export function goneColumns({ columns }: Profile, names: ReadonlySet<string> | null): string[] {
  if (names === null) return [];
  const inSchema = (name: string) => names.has(name) || names.has(name.split(".")[0]);
  return columns.flatMap(({ name }) => (name !== null && !inSchema(name) ? [name] : []));
}

/** How many rows have no value: "12 (1.8%)"; "none" where all have one. */
export function sayNulls(column: ProfiledColumn, profile: Profile): string {
  const read = column.ofAll.includes("nulls") ? profile.rows : (profile.sampled ?? profile.rows);
  if (column.nulls === null) return "";
  if (column.nulls === 0) return "none";
  return read ? `${count(column.nulls)} (${sayShare(column.nulls / read)})` : count(column.nulls);
}

/** "2 to 9, mean 4.1"; of texts how long they are. */
export function sayRange(column: ProfiledColumn): string[] {
  const said = [];
  const { minimum, maximum, mean, shortest, longest } = column;
  if (minimum !== null && maximum !== null) said.push(minimum === maximum ? minimum : `${minimum} to ${maximum}`);
  if (mean !== null) said.push(`mean ${rounded.format(mean)}`);
  if (shortest !== null && longest !== null)
    said.push(
      shortest === longest ? `${count(shortest)} characters` : `${count(shortest)} to ${count(longest)} characters`,
    );
  return said;
}

/** Bars in a box of 100 by 100: as many as there are, the highest fills it; a bar that counts anything can be seen. */
export function barsOf(bins: readonly Bin[]): { x: number; y: number; width: number; height: number }[] {
  const most = Math.max(1, ...bins.map((bin) => bin.count ?? 0));
  const width = 100 / Math.max(1, bins.length);
  return bins.map((bin, place) => {
    const height = bin.count ? Math.max(4, (100 * bin.count) / most) : 0;
    return { x: place * width, y: 100 - height, width: width * 0.9, height };
  });
}

/** What a bar chart shows, for those who do not see it. */
export function sayBars(column: ProfiledColumn): string {
  const bins = column.histogram;
  const most = bins.reduce((best, bin) => ((bin.count ?? 0) > (best.count ?? 0) ? bin : best), bins[0]);
  const place = bins.indexOf(most) + 1;
  return `${bins.length} bars from ${column.minimum ?? ""} to ${column.maximum ?? ""}; bar ${place} is the highest, ${count(most?.count ?? 0)} rows`;
}

/** Whether what is frequent says something: not where each value is there once. */
export const frequentOf = (column: ProfiledColumn): Counted[] =>
  column.top.filter((one) => (one.count ?? 0) > 1).slice(0, FREQUENT);

/** What has moved since the profile before, the worst first; empty where nothing has. */
export function sayDrift(drift: ColumnDrift | undefined): string[] {
  if (!drift) return [];
  if (drift.state === "ADDED") return ["new"];
  if (drift.state === "REMOVED") return ["gone"];
  const said = [];
  const { stability, meanShift, nullShareBefore, nullShare } = drift;
  if (stability !== null && stability >= LITTLE) said.push(stability >= MUCH ? "moved much" : "moved");
  if (nullShareBefore !== null && nullShare !== null && Math.abs(nullShare - nullShareBefore) >= 0.001)
    said.push(`nulls ${sayShare(nullShareBefore)} → ${sayShare(nullShare)}`);
  if (meanShift !== null && Math.abs(meanShift) >= LITTLE)
    said.push(`mean ${meanShift > 0 ? "+" : "−"}${rounded.format(Math.abs(meanShift))} σ`);
  return said;
}

/** Whether it moved so far that somebody should look. */
export const isFar = (drift: ColumnDrift | undefined): boolean =>
  drift !== undefined && (drift.state === "REMOVED" || (drift.stability ?? 0) >= MUCH);
