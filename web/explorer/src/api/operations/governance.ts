/** Zones, the flows between them, and how the five tasks stand. */

import { operation } from "../client";
import type { RunState } from "./shared";

export type Task = "FLOWS" | "SCHEMAS" | "TEMPLATES" | "MAPPINGS" | "PROFILES";

export interface ZoneStanding {
  zone: string | null;
  datasets: number;
  tasks: { task: Task; count: number; of: number; gaps: number }[];
}

export interface Flow {
  fromZone: string | null;
  toZone: string | null;
  jobs: number;
  edges: number;
  failing: number;
  lastAt: string | null;
  lastRun: { id: string; label: string; state: RunState } | null;
}

/** A zone and the patterns over names that decide what lies in it. */
export interface ZoneRule {
  name: string;
  patterns: string[];
}

export interface NamingRule {
  namespace: string | null;
  name: string | null;
  toNamespace: string | null;
  toName: string | null;
  partition: string | null;
  version: string | null;
  environment: string | null;
}

/** The rules that hold, in order; by and at of who set them, null where nobody did. */
export interface NamingRuleSet {
  rules: NamingRule[];
  by: string | null;
  at: string | null;
}

export const GOVERNANCE = operation<{
  governance: ZoneStanding[];
  flows: Flow[];
  zones: ZoneRule[];
  naming: NamingRuleSet;
}>(`
  query Governance {
    governance { zone datasets tasks { task count of gaps } }
    flows { fromZone toZone jobs edges failing lastAt lastRun { id label state } }
    zones { name patterns }
    naming { rules { namespace name toNamespace toName partition version environment } by at }
  }`);

export const GAPS = operation<{
  governance: {
    zone: string | null;
    tasks: { task: Task; open: { nodes: { id: string; ref: string; label: string; kind: string | null }[] } }[];
  }[];
}>(`
  query Gaps {
    governance { zone tasks { task open(first: 50) { nodes { id ref label kind } } } }
  }`);
