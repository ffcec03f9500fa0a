/** What producers measured of a dataset, in short. Pure. */

import { count } from "../../shell/wording";

export interface Metric {
  readonly at: string;
  readonly facet: string;
  readonly value: unknown;
}

const NAMES: Readonly<Record<string, string>> = {
  rowCount: "Rows",
  rows: "Rows",
  sampled: "Rows read",
  fileCount: "Files",
  size: "Bytes",
  bytes: "Bytes",
};

/** The numbers of the whole dataset that were measured last: ["Rows", "652", when]. */
export function wholeMeasures(metrics: readonly Metric[]): [name: string, value: string, at: string][] {
  const found = new Map<string, [string, string, string]>();
  // A profile is of the whole dataset; what runs tell may be of the part that they read or wrote.
  const whole = metrics.filter(({ facet }) => facet === "headwater_profile");
  for (const { value, at } of [...whole, ...metrics])
    for (const [name, n] of Object.entries(asRecord(value)))
      if (typeof n === "number" && !found.has(NAMES[name] ?? name))
        found.set(NAMES[name] ?? name, [NAMES[name] ?? name, count(n), at]);
  return [...found.values()];
}

/** By column: "1,955 to 2,004, 14 null". */
export function columnMeasures(metrics: readonly Metric[]): ReadonlyMap<string, string> {
  const latest = metrics.find(({ value }) => "columnMetrics" in asRecord(value));
  const columns = asRecord(asRecord(latest?.value).columnMetrics);
  return new Map(Object.entries(columns).map(([name, value]) => [name, sayColumn(asRecord(value))]));
}

function sayColumn({ min, max, nullCount, distinctCount }: Record<string, unknown>): string {
  const parts = [];
  if (typeof min === "number" && typeof max === "number") parts.push(`${plainNumber(min)} to ${plainNumber(max)}`);
  if (typeof distinctCount === "number") parts.push(`${count(distinctCount)} distinct`);
  if (typeof nullCount === "number") parts.push(nullCount === 0 ? "no nulls" : `${count(nullCount)} null`);
  return parts.join(", ");
}

/** Without separators: a least and a greatest value are often years. */
const plainNumber = (n: number): string => String(n);

const asRecord = (value: unknown): Record<string, unknown> =>
  value && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
