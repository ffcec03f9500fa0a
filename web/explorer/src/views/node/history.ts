/** What happened to a node, in a person's words, and when it was true. Pure. */

import type { DatasetPage, FieldPage } from "../../api/operations/node";
import type { ChangeRow } from "../../api/operations/shared";
import { shownName } from "../../shell/names";
import { counted, plain } from "../../shell/wording";

export interface Happening {
  readonly key: string;
  readonly said: string;
  /** What exactly; may be empty. */
  readonly more: string;
  /** When it was true; null where only the moment is known at which the catalog learnt of it. */
  readonly at: string | null;
  readonly learnt: string | null;
}

/** An edge of lineage around a node, with the names of its ends. */
export interface Span {
  readonly from: string;
  readonly to: string;
  readonly firstSeen: string;
  readonly closedAt: string | null;
  readonly via: readonly { readonly label: string }[];
}

const KINDS: Readonly<Record<string, string>> = {
  created: "First heard of",
  schema: "Schema changed",
  lineage: "Lineage changed",
  run: "Run reported",
  edited: "Edited",
};
const PROPERTIES: Readonly<Record<string, string>> = {
  term: "terms",
  description: "description",
  owner: "owners",
  tag: "tags",
  retracted: "retraction",
  zoneRules: "zones",
  namingRules: "names",
  prefLabel: "name",
  altLabel: "other names",
  hiddenLabel: "names for searching",
  type: "kind of term",
  broader: "broader terms",
  narrower: "narrower terms",
  related: "related terms",
  scheme: "glossary",
  topConceptOf: "place at the top of the glossary",
  member: "members",
  notation: "code",
  exactMatch: "terms elsewhere that mean the same",
  closeMatch: "terms elsewhere that mean nearly the same",
  broadMatch: "broader terms elsewhere",
  narrowMatch: "narrower terms elsewhere",
  relatedMatch: "related terms elsewhere",
};
const LIVES: Readonly<Record<string, string>> = {
  CREATE: "Created",
  DROP: "Dropped",
  RENAME: "Renamed",
  ALTER: "Altered",
  TRUNCATE: "Emptied",
};

/** The kind of a change as a row of a list says it. */
export const sayKind = (kind: string): string => KINDS[kind] ?? plain(kind);

/** scopeNote as "scope note": a property without words of its own. */
const inWords = (name: string) => name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

/** A row of the change feed; `fields` says whether to name the columns that an edit spoke of. */
export function happening(change: ChangeRow, fields = true): Happening {
  const detail = asRecord(change.detail);
  const key = `${change.position} ${change.kind}`;
  const base = { key, at: change.at, learnt: change.received };
  if (change.kind === "edited") {
    const words = strings(detail.properties).map((name) => PROPERTIES[name] ?? inWords(name));
    const columns = fields ? strings(detail.fields) : [];
    const who = typeof detail.author === "string" ? ` by ${detail.author}` : "";
    return {
      ...base,
      said: `Edited${who}`,
      more: [words.join(", "), columns.length ? `of ${columns.join(", ")}` : ""].filter(Boolean).join(" "),
    };
  }
  if (change.kind === "run" && typeof detail.state === "string")
    return { ...base, said: `Run ${plain(detail.state)}`, more: typeof detail.job === "string" ? detail.job : "" };
  return { ...base, said: sayKind(change.kind), more: "" };
}

export const happenings = (changes: readonly ChangeRow[]): Happening[] =>
  inTime(changes.map((change) => happening(change)));

/** What was edited of a column, and what became of it in the schemas of its dataset. */
export function fieldHistory({ path, history, dataset }: FieldPage, asof: string | null = null): Happening[] {
  const edits = history.nodes.map((change) => happening(change, false));
  return until(asof, [...edits, ...columnChanges(path, dataset.schemas.nodes)]);
}

/** `schemas`: the newest first. */
function columnChanges(path: string, schemas: FieldPage["dataset"]["schemas"]["nodes"]): Happening[] {
  const found: Happening[] = [];
  schemas.forEach(({ from, fields }, i) => {
    const is = fields.find(({ name }) => name === path);
    const before = schemas[i + 1]?.fields;
    const was = before?.find(({ name }) => name === path);
    const base = { key: `schema ${from}`, at: from, learnt: null };
    if (is && !was) found.push({ ...base, said: before ? "Added" : "In the schema", more: is.type ?? "" });
    if (was && !is) found.push({ ...base, said: "Removed", more: "" });
    if (is && was && is.type !== was.type)
      found.push({ ...base, said: "Type changed", more: `${was.type ?? "none"} → ${is.type ?? "none"}` });
  });
  return found;
}

/** The feed tells that a dataset's schema or lineage changed; its schemas and edges tell what became of them, and when. */
export function datasetHistory(
  node: DatasetPage,
  spans: readonly Span[],
  nameOf: (id: string) => string,
  asof: string | null = null,
): Happening[] {
  const told = node.history.nodes.filter(
    ({ kind }) => !(kind === "schema" && node.schemas.nodes.length > 0) && !(kind === "lineage" && spans.length > 0),
  );
  const all = [
    ...told.map((change) => happening(change)),
    ...schemaChanges(node),
    ...lives(node),
    ...grouped(spans.flatMap((span) => edgeChanges(node.id, span, nameOf))),
  ];
  return until(asof, all);
}

/** The feed knows no past: at a moment, what came after it had not happened. */
const until = (asof: string | null, all: readonly Happening[]): Happening[] =>
  inTime(all.filter(({ at }) => !asof || !at || Date.parse(at) <= Date.parse(asof)));

function schemaChanges({ schemas }: DatasetPage): Happening[] {
  return schemas.nodes.map(({ from, fields }, i) => {
    const before = schemas.nodes[i + 1]?.fields;
    const base = { key: `schema ${from}`, at: from, learnt: null };
    if (!before) return { ...base, said: "Schema known", more: counted(fields.length, "column") };
    return { ...base, said: "Schema changed", more: difference(before, fields) };
  });
}

type Fields = readonly { readonly name: string; readonly type?: string }[];

/** Changes of one version that are named; the others are counted. */
const MOST_CHANGES = 12;

/** "+ added, − removed, name: old → new". */
export function difference(before: Fields, after: Fields): string {
  const was = new Map(before.map(({ name, type }) => [name, type ?? ""]));
  const is = new Map(after.map(({ name, type }) => [name, type ?? ""]));
  const added = [...is.keys()].filter((name) => !was.has(name)).map((name) => `+ ${name}`);
  const removed = [...was.keys()].filter((name) => !is.has(name)).map((name) => `− ${name}`);
  const other = [...is].filter(([name, type]) => was.has(name) && was.get(name) !== type);
  const changed = other.map(([name, type]) => `${name}: ${was.get(name)} → ${type}`);
  const all = [...added, ...removed, ...changed];
  const rest = all.length - MOST_CHANGES;
  // One more change is no longer than saying that there is one more.
  if (rest > 1) return `${all.slice(0, MOST_CHANGES).join(", ")} and ${counted(rest, "more change")}`;
  return all.join(", ") || "within its columns";
}

/** Overwriting is a table's daily bread, which its versions list. */
function lives({ lifecycle }: DatasetPage): Happening[] {
  return lifecycle
    .filter(({ change }) => change !== "OVERWRITE")
    .map(({ at, change, previous }) => ({
      key: `life ${at} ${change}`,
      said: LIVES[change] ?? plain(change),
      more: previous ? `was ${previous}` : "",
      at,
      learnt: null,
    }));
}

interface EdgeChange {
  readonly at: string;
  readonly said: string;
  readonly name: string;
  readonly via: string;
}

function edgeChanges(id: string, span: Span, nameOf: (id: string) => string): EdgeChange[] {
  const into = span.to === id;
  const name = nameOf(into ? span.from : span.to);
  const via = span.via.map(({ label }) => label).join(", ");
  const opened = { at: span.firstSeen, said: into ? "Made from" : "Used for", name, via };
  if (!span.closedAt) return [opened];
  return [opened, { at: span.closedAt, said: into ? "No longer made from" : "No longer used for", name, via }];
}

/** What one job began or ended at one moment is one line. */
function grouped(changes: readonly EdgeChange[]): Happening[] {
  const groups = new Map<string, EdgeChange[]>();
  for (const change of changes) {
    const key = `${change.at} ${change.said} ${change.via}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups].map(([key, [first, ...rest]]) => {
    const names = [...new Set([first, ...rest].map(({ name }) => name))].join(", ");
    return {
      key,
      said: `${first.said} ${names}`,
      // Where nothing else is made from it, the job that reads it stands at the edge's end itself.
      more: first.via && first.via !== names ? `by ${first.via}` : "",
      at: first.at,
      learnt: null,
    };
  });
}

const inTime = (list: readonly Happening[]): Happening[] =>
  [...list].sort((a, b) => (b.at ?? b.learnt ?? "").localeCompare(a.at ?? a.learnt ?? ""));

const asRecord = (value: unknown): Record<string, unknown> =>
  value && typeof value === "object" ? (value as Record<string, unknown>) : {};
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Names for the ends of edges; an end that the catalog does not show is "another dataset". */
export function namesOf(nodes: readonly { id: string; node: { ref: string; label: string } | null }[]) {
  const names = new Map(nodes.flatMap(({ id, node }) => (node ? [[id, shownName(node).short] as const] : [])));
  return (id: string): string => names.get(id) ?? "another dataset";
}
