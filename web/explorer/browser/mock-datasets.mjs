/** Datasets of the made-up warehouse, with their columns. */

import { common, connection, digest, hoursAgo } from "./mock-parts.mjs";

const TYPES = {
  id: "bigint",
  at: "timestamp",
  amount: "numeric(12,2)",
  name: "text",
  flag: "boolean",
  date: "date",
  json: "jsonb",
};
const typeOf = (column) => TYPES[column.split("_").at(-1)] ?? "text";

export function makeDataset(zone, name, kind, columns) {
  const fullName = `warehouse.${zone}.${name}`;
  const dataset = {
    __typename: "Dataset",
    ...common("dataset", fullName, name, `${zone}.${name}`),
    namespace: "postgres://warehouse:5432",
    name: fullName,
    shortName: name,
    kind,
    zone,
    dropped: false,
    all_fields: [],
    all_producers: [],
    all_readers: [],
    description:
      kind === "DASHBOARD"
        ? null
        : `One row per ${name
            .replace(/^(dim|fct|mart|crm|shop|pay|web|geo)_/, "")
            .replaceAll("_", " ")
            .replace(/s$/, "")}, as the ${zone} zone keeps it.`,
    owners: [
      {
        name: zone === "exploitation" ? "analytics" : "platform",
        role: "owner",
        source: "PERSON",
        by: "ana",
        at: hoursAgo(400),
      },
    ],
    hierarchy: [],
    tags: columns.includes("email")
      ? [{ name: "pii", value: null, source: "PERSON", by: "ana", at: hoursAgo(200) }]
      : [],
    terms: [],
    lifecycle: [
      { at: hoursAgo(900), change: "CREATE", namespace: "postgres://warehouse:5432", name: fullName, previous: null },
    ],
    facets: [
      {
        facet: "schema",
        at: hoursAgo(2),
        of: fullName,
        place: "",
        value: { _producer: "mock", fields: columns.split(",") },
      },
      { facet: "acme_retention", at: hoursAgo(400), of: fullName, place: "", value: { days: 365, legalHold: false } },
    ],
    members: [
      {
        id: digest("dataset", fullName),
        namespace: "postgres://warehouse:5432",
        name: fullName,
        ref: fullName,
        seen: "EVENT",
      },
    ],
    because: [],
    aliases: (args) => connection([], args),
  };
  dataset.descriptions = dataset.description
    ? [{ text: dataset.description, source: "PRODUCER", by: "dbt", at: hoursAgo(300), effective: true }]
    : [];
  dataset.all_fields = columns
    .split(",")
    .filter(Boolean)
    .map((path, ordinal) => ({
      __typename: "Field",
      ...common("field", `${fullName}#${path}`, path, `${zone}.${name}#${path}`),
      dataset,
      path,
      ordinal,
      type: typeOf(path),
      known: true,
      nullable: ordinal > 0,
      keys: ordinal === 0 && path.endsWith("_id") ? [{ kind: "PRIMARY", columns: [path], position: 1 }] : [],
      description: path.endsWith("_id") ? `Key of the ${path.slice(0, -3)}.` : null,
      descriptions: [],
      owners: [],
      terms: [],
      tags:
        path === "email" || path === "phone"
          ? [{ name: "pii", value: null, source: "PERSON", by: "ana", at: hoursAgo(200) }]
          : [],
    }));
  return Object.assign(dataset, {
    fields: (args) => connection(dataset.all_fields, args),
    field: ({ path }) => dataset.all_fields.find((field) => field.path === path) ?? null,
    schemas: (args) =>
      connection(
        [
          {
            from: hoursAgo(300),
            fields: dataset.all_fields.map((f) => ({ name: f.path, type: f.type })),
            compatibility: null,
            changes: [],
          },
        ],
        args,
      ),
    versions: (args) =>
      connection(
        dataset.all_producers.flatMap((p) =>
          p.job.all_runs.map((run) => ({ at: run.ended ?? run.started, run, version: null })),
        ),
        args,
      ),
    tests: (args) =>
      connection(
        dataset.all_fields.slice(0, 2).map((f, i) => ({
          at: hoursAgo(2),
          run: null,
          assertion: "not_null",
          column: f.path,
          success: i === 0,
          details: {},
        })),
        args,
      ),
    metrics: (args) =>
      connection(
        [{ at: hoursAgo(1), run: null, facet: "outputStatistics", value: { rowCount: 48_210, size: 9_120_004 } }],
        args,
      ),
    producers: ({ first = 50 }) => dataset.all_producers.slice(0, first),
    readers: ({ first = 50 }) => dataset.all_readers.slice(0, first),
  });
}
