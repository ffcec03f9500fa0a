/** The five tasks of governance: what each is called, when it is done, and what is said of gaps. */

import type { Agreement, Asked, Mapping, Task } from "../../api/operations/governance";
import { BASE } from "../../shell/base";
import { plain } from "../../shell/wording";

export interface TaskWords {
  readonly task: Task;
  readonly name: string;
  readonly about: string;
  readonly missing: string;
}

export const TASKS: readonly TaskWords[] = [
  {
    task: "FLOWS",
    name: "Flows",
    about: "A job writes it: its runs say so, or it declares it.",
    missing: "No job that reports its runs writes these:",
  },
  { task: "SCHEMAS", name: "Schemas", about: "Its columns are known.", missing: "No schema is known of these:" },
  {
    task: "TEMPLATES",
    name: "Automation",
    about: "A program can open it: its format, connection or namespace say how.",
    missing: "Not enough is known for a program to open these:",
  },
  {
    task: "MAPPINGS",
    name: "Mappings",
    about: "It is known from which columns its own are made. What has no known sources needs none.",
    missing: "It is not known from which columns those of these are made:",
  },
  {
    task: "PROFILES",
    name: "Profiles",
    about: "Its contents were measured: rows, nulls, least and greatest values.",
    missing: "The contents of these were never measured:",
  },
];

/** The task that an address names; null for none, or one that there is not. */
export const taskOf = (said: string | null): Task | null => TASKS.find(({ task }) => task === said)?.task ?? null;

export const wordsOf = (task: Task): TaskWords => TASKS.find((one) => one.task === task) as TaskWords;

const AGREEMENTS: Readonly<Record<Agreement, string>> = {
  BOTH: "declared and observed",
  ONLY_DECLARED: "only declared",
  ONLY_OBSERVED: "only observed",
  UNCONFIRMED: "no run is complete",
};

export const sayAgreement = (agreement: Agreement): string => AGREEMENTS[agreement];

/** Transformations as one line: "direct aggregation, masked; indirect filter". */
export const sayHow = ({ transformations }: Pick<Mapping, "transformations">): string =>
  transformations
    .map(({ type, subtype, masking }) => plain(subtype ? `${type} ${subtype}` : type) + (masking ? ", masked" : ""))
    .join("; ");

/** Where the whole sheet of mappings is. */
export function sheetAddress({ from, to, dataset, at }: Asked): string {
  const asked = { from, to, dataset, asOf: at?.asOf ?? null };
  const said = Object.entries(asked).filter((pair): pair is [string, string] => pair[1] !== null);
  return `${BASE}api/v1/mappings?${new URLSearchParams(said)}`;
}
