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

export const GOVERNANCE = operation<{ governance: ZoneStanding[]; flows: Flow[]; zones: ZoneRule[] }>(`
  query Governance {
    governance { zone datasets tasks { task count of gaps } }
    flows { fromZone toZone jobs edges failing lastAt lastRun { id label state } }
    zones { name patterns }
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
