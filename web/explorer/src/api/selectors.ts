/** Names as selectors: what a page hands on to a question, and a person may type again. Pure. */

import { columnSelector } from "./operations/lineage";

/** Signs that mean nothing in a selector; a colon does, but in front of two slashes. */
const PLAIN = /^[\w-][\w./-]*(:\/\/[\w./:-]*)?$/;

/** A whole name as a selector: in quotes where a sign in it would mean something, or where it is a number. */
export const quoted = (name: string): string =>
  PLAIN.test(name) && !/^\d+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

interface Named {
  readonly __typename: string;
  readonly ref: string;
  readonly path?: string;
  readonly dataset?: { readonly ref: string };
}

/** What names this dataset, job or column, readable in an address. */
export function selectorOf(node: Named): string {
  if (node.__typename === "Job") return `job:${quoted(node.ref)}`;
  if (node.dataset && node.path !== undefined) return columnSelector(quoted(node.dataset.ref), node.path);
  return quoted(node.ref);
}
