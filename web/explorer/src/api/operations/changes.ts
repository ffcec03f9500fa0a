/** The feed of changes from a time on, page by page. */

import { operation } from "../client";
import { CHANGE, type ChangeRow, NODE, type NodeRef, PAGE, type Page } from "./shared";

export interface FeedRow extends ChangeRow {
  node: NodeRef | null;
}

export interface FeedAsked {
  since: string;
  select: string | null;
  kinds: string[] | null;
  after: string | null;
}

export const FEED = operation<{ changes: Page<FeedRow> }, FeedAsked>(`
  query Feed($since: DateTime!, $select: String, $kinds: [String!], $after: String) {
    changes(since: $since, select: $select, kinds: $kinds, after: $after, first: 200) {
      nodes { ${CHANGE} node { ${NODE} } }
      ${PAGE}
    }
  }`);
