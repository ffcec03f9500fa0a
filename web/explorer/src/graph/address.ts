/** The lineage page's state as an address: everything but the theme, so that a link shows what its sender saw. */

export type Direction = "both" | "up" | "down";

/** What the cards are. */
export type Grain = "dataset" | "job";

export interface Address {
  /** A node id or a selector; jobs by their ids stand for what they read and write. */
  readonly root: string;
  /** Hops from the root; 0 is "all". */
  readonly depth: number;
  readonly dir: Direction;
  readonly grain: Grain;
  /** Between jobs: those below this level of the hierarchy stand as their ancestor on it; 0: each for itself. */
  readonly collapse: number;
  readonly sel: string | null;
  /** The traced column of the selected node. */
  readonly col: string | null;
  /** Expansions: `u:id` and `d:id` are sides taken one hop further, `c:id` are open columns, `c:*` those of all cards. */
  readonly open: readonly string[];
  readonly filter: string;
  /** ISO time, or null for now. */
  readonly asof: string | null;
  readonly view: "graph" | "list";
  readonly isolate: boolean;
  readonly at: { readonly x: number; readonly y: number; readonly k: number } | null;
}

export const START: Address = {
  root: "",
  depth: 1,
  dir: "both",
  grain: "dataset",
  collapse: 0,
  sel: null,
  col: null,
  open: [],
  filter: "",
  asof: null,
  view: "graph",
  isolate: false,
  at: null,
};

/** Stands for the open columns of every card: a list of them all would outgrow what a link may be. */
export const ALL_COLUMNS = "c:*";

/** The cards whose columns are open, of those that are shown. */
export function openColumns(open: readonly string[], shown: readonly string[]): string[] {
  if (open.includes(ALL_COLUMNS)) return [...shown];
  return open.filter((token) => token.startsWith("c:")).map((token) => token.slice(2));
}

/** `open` with one card's columns the other way. */
export function toggleColumns(open: readonly string[], id: string, shown: readonly string[]): string[] {
  const others = open.filter((token) => !token.startsWith("c:"));
  const columns = openColumns(open, shown);
  const next = columns.includes(id) ? columns.filter((one) => one !== id) : [...columns, id];
  return [...others, ...next.map((one) => `c:${one}`)];
}

/** Reads an address; what is missing or makes no sense takes its default, for links get cut in mails. */
export function parseAddress(search: string): Address {
  const query = new URLSearchParams(search);
  const [x, y, k] = ["x", "y", "k"].map((name) => Number(query.get(name) ?? Number.NaN));
  const depth = query.get("depth");
  const dir = query.get("dir");
  const asof = query.get("asof");
  const collapse = boundedInteger(query.get("collapse"), 1, 50, START.collapse);
  return {
    root: query.get("root") ?? START.root,
    depth: depth === "all" ? 0 : boundedInteger(depth, 1, 50, START.depth),
    dir: dir === "up" || dir === "down" ? dir : START.dir,
    // As on the command line: what is collapsed is jobs.
    grain: query.get("grain") === "job" || collapse > 0 ? "job" : START.grain,
    collapse,
    sel: query.get("sel"),
    col: query.get("col"),
    open: query.getAll("open"),
    filter: query.get("filter") ?? "",
    asof: asof && !Number.isNaN(Date.parse(asof)) ? asof : null,
    view: query.get("view") === "list" ? "list" : "graph",
    isolate: query.get("isolate") === "1",
    at: Number.isFinite(x) && Number.isFinite(y) && k > 0 ? { x, y, k } : null,
  };
}

function boundedInteger(text: string | null, low: number, high: number, otherwise: number): number {
  const n = Number(text ?? Number.NaN);
  return Number.isInteger(n) && n >= low && n <= high ? n : otherwise;
}

/** Writes an address; defaults are left out, so that the first link is short. */
export function printAddress(address: Address): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string | null, otherwise: string | null) => {
    if (value !== null && value !== "" && value !== otherwise) query.append(name, value);
  };
  put("root", address.root, null);
  put("depth", address.depth === 0 ? "all" : String(address.depth), String(START.depth));
  put("dir", address.dir, START.dir);
  put("grain", address.grain, START.grain);
  put("collapse", address.collapse > 0 ? String(address.collapse) : null, null);
  put("sel", address.sel, null);
  put("col", address.col, null);
  for (const id of address.open) query.append("open", id);
  put("filter", address.filter, null);
  put("asof", address.asof, null);
  put("view", address.view, START.view);
  put("isolate", address.isolate ? "1" : null, null);
  if (address.at) {
    put("x", String(Math.round(address.at.x)), null);
    put("y", String(Math.round(address.at.y)), null);
    put("k", String(Math.round(address.at.k * 1000) / 1000), null);
  }
  return query.toString();
}

/** An argument as a shell takes it: in single quotes where a sign in it would mean something. */
const shellWord = (word: string) => (/^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** The most that the command line takes, which knows no "all". */
const ALL_STEPS = 1_000;

/** The same question on the command line. */
export function commandLine({ root, depth, dir, grain, collapse, asof }: Address): string {
  const options = [
    dir !== "both" && `--direction ${dir}`,
    `--depth ${depth || ALL_STEPS}`,
    grain === "job" && `--granularity ${grain}`,
    collapse > 0 && `--collapse ${collapse}`,
    asof && `--as-of ${shellWord(asof)}`,
  ];
  return ["headwater lineage", shellWord(root), ...options].filter(Boolean).join(" ");
}
