/** The home page's questions. */

import { operation } from "../client";
import type { Flow } from "./governance";
import { NODE, type NodeRef, RUN, type RunLine } from "./shared";

export interface Stats {
  datasets: number;
  fields: number;
  jobs: number;
  runs: number;
  terms: number;
  events: number;
  rejected: number;
  failedToday: number;
  changesToday: number;
  lastReceived: string | null;
  position: string;
}

export const HOME = operation<{
  stats: Stats;
  runs: { nodes: RunLine[] };
  failed: { nodes: RunLine[] };
  newest: { nodes: (NodeRef & { kind: string | null; zone: string | null })[] };
  entryReasons: { count: number }[];
  scheduledCrawls: { nodes: { failures: number }[] };
  flows: Flow[];
  zones: { name: string; datasets: number }[];
}>(`
  query Home {
    stats { datasets fields jobs runs terms events rejected failedToday changesToday lastReceived position }
    runs(first: 8) { nodes { ${RUN} } }
    failed: runs(states: [FAIL, ABORT], first: 6) { nodes { ${RUN} error { message } } }
    newest: datasets(orderBy: NEWEST, first: 6) { nodes { ${NODE} kind zone } }
    entryReasons { count }
    scheduledCrawls(first: 200) { nodes { failures } }
    flows { fromZone toZone jobs edges failing lastAt lastRun { id label state } }
    zones { name datasets }
  }`);

export interface ChangeLine {
  position: string;
  kind: string;
  received: string;
  node: NodeRef | null;
}

/** What arrived since a position: asked again and again while the page is open. */
export const CHANGES = operation<{ changes: { nodes: ChangeLine[] } }, { after: string }>(`
  query Changes($after: String!) {
    changes(after: $after, first: 50) { nodes { position kind received node { ${NODE} } } }
  }`);
