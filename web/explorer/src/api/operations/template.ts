/** Programs that open a dataset. */

import { operation } from "../client";
import type { At } from "./shared";

export type Target = "PANDAS" | "POLARS" | "DUCKDB" | "SPARK" | "SQL" | "R";

export interface Template {
  language: string;
  /** Null where too little is known: what is missing says so. */
  code: string | null;
  missing: { code: string; sentence: string; remedy: string; fatal: boolean }[];
  connectionRule: string | null;
}

export const TEMPLATE = operation<{ template: Template }, { dataset: string; target: Target; at: At | null }>(`
  query Template($dataset: String!, $target: TemplateTarget!, $at: At) {
    template(dataset: $dataset, for: $target, at: $at) {
      language code missing { code sentence remedy fatal } connectionRule
    }
  }`);
