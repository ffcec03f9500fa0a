/** Other names of a dataset, and why they mean it. Pure. */

import type { DatasetPage, ReasonLine } from "../../api/operations/node";
import { shortProducer } from "../conformance/producers";

export interface OtherName {
  readonly ref: string;
  readonly because: readonly ReasonLine[];
}

type Named = Pick<DatasetPage, "ref" | "members" | "because">;

/** Every name that means the dataset but its own: members, old names, what naming rules make it; each with its reasons. */
export function otherNames({ ref, members, because }: Named): OtherName[] {
  const refs = new Set([...members.map((member) => member.ref), ...because.map((reason) => reason.ref)]);
  refs.delete(ref);
  return [...refs].map((other) => ({ ref: other, because: reasonsOf(other, because) }));
}

/** A pair explains the name that it puts beside another; the name that all others are told of is explained by them. */
function reasonsOf(name: string, because: readonly ReasonLine[]): ReasonLine[] {
  const own = because.filter((reason) => reason.ref === name);
  return own.length > 0 ? own : because.filter(({ kind, of }) => of === name && kind !== "NAMING_RULE");
}

/** "a symlink says so (table), of s3://lake/orders, by OpenLineage spark 1.23.0". */
export function sayReason(name: string, { kind, ref, of, type, by, rule }: ReasonLine): string {
  const other = name === ref ? of : ref;
  const told = by && kind !== "NAMING_RULE" ? `, by ${shortProducer(by)}` : "";
  if (kind === "RENAME") return name === ref ? `it was renamed to ${of}${told}` : `${ref} was renamed to it${told}`;
  if (kind === "SAME") return `a steward says that it is ${other}${told}`;
  if (kind === "NAMING_RULE") return `naming rule ${rule} makes it ${of}${by ? `, set by ${by}` : ""}`;
  return `a symlink says that it is ${other}${type ? ` (${type.toLowerCase()})` : ""}${told}`;
}

/** What one naming rule makes the dataset, in one group: dated paths are many. */
export interface RuledNames {
  readonly reason: ReasonLine;
  readonly refs: readonly string[];
}

/** Names that only a naming rule explains, by their rule, and the others. */
export function byRule(names: readonly OtherName[]): { others: OtherName[]; ruled: RuledNames[] } {
  const others: OtherName[] = [];
  const groups = new Map<number | null, OtherName[]>();
  for (const name of names) {
    const [reason, more] = name.because;
    if (reason?.kind !== "NAMING_RULE" || more) others.push(name);
    else groups.set(reason.rule, [...(groups.get(reason.rule) ?? []), name]);
  }
  const ruled = [...groups.values()].map((group) => ({
    reason: group[0].because[0],
    refs: group.map(({ ref }) => ref).sort(),
  }));
  return { others, ruled };
}
