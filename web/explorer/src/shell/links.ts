/** Addresses of pages, in one place. */

import { type Address, printAddress, START } from "../graph/address";

const page = (path: string, query: Record<string, string>) =>
  Object.keys(query).length > 0 ? `${path}?${new URLSearchParams(query)}` : path;

export const nodePage = (id: string, asof: string | null = null): string => page("/node", asof ? { id, asof } : { id });
export const termPage = (id: string): string => page("/term", { id });
export const searchPage = (q: string): string => (q ? page("/search", { q }) : "/search");
/** Entries that were not taken up, all or for one reason. */
export const entriesPage = (code: string | null): string => (code ? page("/entries", { code }) : "/entries");
export const entryPage = (id: string): string => page("/entries", { id });
/** `more`: whatever else of the address is not as at the start. */
export const lineagePage = (
  root: string,
  sel: string | null = null,
  asof: string | null = null,
  more: Partial<Address> = {},
): string => `/lineage?${printAddress({ ...START, ...more, root, sel, asof })}`;

/** The list behind a cell of governance; zone null: of what is in none. */
export const cellPage = (zone: string | null, task: string): string =>
  page("/governance", { ...(zone !== null && { zone }), task });

/** The mappings from and to the columns of a dataset. */
export const mappingsPage = (dataset: string, asof: string | null = null): string =>
  page("/governance", { task: "MAPPINGS", dataset, ...moment(asof) });

/** A run beside the last success of its job before it. */
export const comparePage = (run: string): string => page("/compare", { run });
/** The lineage of a selector at two moments; an empty one is now. */
export const diffPage = (select: string, from = "", to = ""): string =>
  page("/diff", { select, ...(from && { from }), ...(to && { to }) });

/** What became different since a time; empty: a day ago. */
export const changesPage = (since = "", select = "", kind = ""): string =>
  page("/changes", { ...(since && { since }), ...(select && { select }), ...(kind && { kind }) });

const moment = (asof: string | null) => (asof ? { asof } : undefined);
/** What dropping all that a selector names would break. */
export const impactPage = (select: string, asof: string | null = null): string =>
  page("/impact", { ...(select && { select }), ...moment(asof) });

/** What a page of paths asks; an empty end is not yet chosen. */
export interface Route {
  readonly from: string;
  readonly to: string;
  readonly through?: string;
  readonly avoiding?: string;
  readonly limit?: number;
  readonly asof?: string | null;
}

/** The paths from one node to another. */
export function pathsPage({ asof = null, limit, ...ends }: Route): string {
  const said = Object.entries(ends).filter(([, text]) => text !== "" && text !== undefined);
  return page("/paths", { ...Object.fromEntries(said), ...(limit && { limit: String(limit) }), ...moment(asof) });
}

/** The page that shows a node of this kind. */
export const pageOf = (typename: string, id: string): string => (typename === "Term" ? termPage(id) : nodePage(id));
