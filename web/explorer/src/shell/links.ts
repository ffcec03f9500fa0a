/** Addresses of pages, in one place. */

import { type Address, printAddress, START } from "../graph/address";

const page = (path: string, query: Record<string, string>) => `${path}?${new URLSearchParams(query)}`;

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

/** A run beside the last success of its job before it. */
export const comparePage = (run: string): string => page("/compare", { run });
/** The lineage of a selector at two moments; an empty one is now. */
export const diffPage = (select: string, from = "", to = ""): string =>
  page("/diff", { select, ...(from && { from }), ...(to && { to }) });

/** The page that shows a node of this kind. */
export const pageOf = (typename: string, id: string): string => (typename === "Term" ? termPage(id) : nodePage(id));
