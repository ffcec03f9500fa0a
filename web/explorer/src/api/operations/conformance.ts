/** Which facets the catalog holds; and events checked without taking them in. */

import { operation, sendEvents } from "../client";

export type FacetStatus = "INTERPRETED" | "TYPED" | "STORED";

export interface FacetLine {
  facet: string;
  place: string;
  status: FacetStatus;
  layer: string | null;
  tells: string | null;
  shown: string[];
  count: number;
  last: string;
  producers: string[];
  schemas: string[];
}

export const FACET_USAGE = operation<{ facetUsage: { exact: boolean; complete: boolean; facets: FacetLine[] } }>(`
  query FacetUsage {
    facetUsage(first: 500) {
      exact complete
      facets { facet place status layer tells shown count last producers schemas }
    }
  }`);

export interface Slip {
  path: string;
  message: string;
}

export interface EventReport {
  event: number;
  kind: string;
  of: string;
  eventTime: string;
  valid: boolean;
  refused: { code: string; sentence: string; remedy: string } | null;
  flags: string[];
  problems: Slip[];
  facets: { place: string; facet: string; path: string; status: string; shown: string[] }[];
  ignored: Slip[];
}

/** What `headwater conformance --json` prints. */
export interface Report {
  events: number;
  valid: number;
  invalid: number;
  refused: { code: string; sentence: string; remedy: string; count: number }[];
  flags: Record<string, number>;
  facets: { facet: string; place: string; status: string; count: number; shown: string[] }[];
  problems: (Slip & { count: number })[];
  ignored: (Slip & { count: number })[];
  results: EventReport[];
  omitted: number;
  notOpenLineage: { edits: number };
}

/** One event, an array of them, or one a line. */
export const checkEvents = (text: string): Promise<Report> => sendEvents<Report>("api/v1/conformance", text);
