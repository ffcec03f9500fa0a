/** Numbers, times and names as the explorer writes them. */

const MONTH = 30 * 86_400;
const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "long" });
const exact = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const date = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
const number = new Intl.NumberFormat("en");

/** "12 minutes ago", and beyond a month the date: "last year" says nothing. `now` in milliseconds. */
export function ago(iso: string, now: number = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  if (Math.abs(seconds) >= MONTH) return date.format(new Date(iso));
  for (const [unit, size] of UNITS)
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  return "just now";
}

/** Of what is to happen, once its time has come. */
export const DUE = "due now";

/** When something is to happen: "in 12 minutes", then DUE. `now` in milliseconds. */
export function until(iso: string, now: number = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  if (seconds <= 0) return DUE;
  return seconds < 60 ? "in less than a minute" : ago(iso, now);
}

/** The moment so many days ago; to the minute, since a link should not grow by what nobody reads. */
export const daysAgo = (days: number, now: number = Date.now()): string =>
  `${new Date(now - days * 86_400_000).toISOString().slice(0, 16)}Z`;

/** Times in the past that pages offer, in days. */
export const PERIODS: readonly (readonly [name: string, days: number])[] = [
  ["a day ago", 1],
  ["a week ago", 7],
  ["a month ago", 30],
];

export const moment = (iso: string): string => exact.format(new Date(iso));

/** The date of a time in milliseconds. */
export const day = (time: number): string => date.format(new Date(time));

export const count = (n: number): string => number.format(n);

/** "dataset" of one, "datasets" of any other number. */
export const named = (n: number, one: string, many = `${one}s`): string => (n === 1 ? one : many);

/** "1 dataset", "4 datasets". */
export const counted = (n: number, one: string, many?: string): string => `${count(n)} ${named(n, one, many)}`;

/** OBSERVED or in_review as a person would write it. */
export const plain = (constant: string): string => constant.toLowerCase().replaceAll("_", " ");

/** How an edge is known. */
const METHODS: Readonly<Record<string, string>> = {
  explicit: "the producer's own dataset lineage",
  column: "column lineage",
  cartesian: "every input to every output",
  boundary: "a child run's own inputs and outputs",
  reads: "what the job reads",
};

export const sayMethod = (method: string): string => METHODS[method.toLowerCase()] ?? plain(method);

export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 1) return `${Math.round(milliseconds)} ms`;
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return both(minutes, "min", seconds % 60, "s");
  return both(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

const both = (large: number, unit: string, small: number, smaller: string) =>
  small > 0 ? `${large} ${unit} ${small} ${smaller}` : `${large} ${unit}`;

const UNITS_OF_BYTES = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** 17153 as "17.2 kB"; powers of a thousand, as disks are sold and tools print them. */
export function bytes(n: number): string {
  if (n < 1000) return counted(n, "byte");
  const power = Math.min(UNITS_OF_BYTES.length - 1, Math.floor(Math.log10(n) / 3));
  return `${number.format(Math.round(n / 1000 ** power / 0.1) / 10)} ${UNITS_OF_BYTES[power]}`;
}

/** "3 complete, 1 failed": how often each word comes, in the order in which they first come. */
export function tally(words: readonly string[]): string {
  const found = new Map<string, number>();
  for (const word of words) found.set(word, (found.get(word) ?? 0) + 1);
  return [...found].map(([word, n]) => `${count(n)} ${word}`).join(", ");
}
