/** What is crawled by a schedule. */

import { operation } from "../client";
import type { Page } from "./shared";

export interface ScheduledCrawl {
  name: string;
  kind: string;
  source: string;
  every: number;
  state: "WAITING" | "DUE" | "RUNNING" | "UNATTENDED";
  began: string | null;
  ended: string | null;
  outcome: string | null;
  sentence: string | null;
  /** What to do about it. */
  remedy: string | null;
  failures: number;
  next: string | null;
  report: {
    told: number;
    unchanged: number;
    gone: number;
    parts: { place: string; code: string; sentence: string }[];
  } | null;
}

export const CRAWLS = operation<{ scheduledCrawls: Page<ScheduledCrawl> }, { first: number }>(`
  query ScheduledCrawls($first: Int!) { scheduledCrawls(first: $first) {
    nodes {
      name kind source every state began ended outcome sentence remedy failures next
      report { told unchanged gone parts { place code sentence } }
    }
    pageInfo { hasNextPage endCursor }
  } }`);
