/** A made-up warehouse for the browser tests: four zones, a shop's tables, jobs, columns, terms. Same input, same world. */

import { createHash } from "node:crypto";
import { stress, TABLES, TERMS } from "./mock-tables.mjs";

const digest = (kind, name) => `${kind}:${createHash("sha256").update(`${kind} ${name}`).digest("hex").slice(0, 32)}`;
const hoursAgo = (h) => new Date(Date.now() - h * 3_600_000).toISOString();

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

const noPage = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null };
export const connection = (list, { first = 50 } = {}) => {
  const nodes = list.slice(0, first);
  return {
    nodes,
    edges: nodes.map((node, i) => ({ node, cursor: String(i) })),
    pageInfo: { ...noPage, hasNextPage: list.length > first },
  };
};

const common = (kind, name, label, ref) => ({
  id: digest(kind, name),
  ref,
  label,
  retracted: false,
  properties: [],
  facets: [],
  history: (args) =>
    connection(
      [
        {
          position: "120",
          kind: "RUN_EVENT",
          nodeId: digest(kind, name),
          at: hoursAgo(1),
          received: hoursAgo(1),
          detail: null,
        },
        {
          position: "7",
          kind: "FIRST_SEEN",
          nodeId: digest(kind, name),
          at: hoursAgo(900),
          received: hoursAgo(900),
          detail: null,
        },
      ],
      args,
    ),
});

export function makeWorld(extra = 0) {
  const datasets = new Map();
  const jobs = [];
  const runs = [];
  const edges = [];
  const columnEdges = [];
  for (const row of [...TABLES, ...stress(extra)]) addTable(row, { datasets, jobs, runs, edges, columnEdges });
  const terms = makeTerms(datasets);
  const all = new Map();
  for (const dataset of datasets.values()) {
    all.set(dataset.id, dataset);
    for (const field of dataset.all_fields) all.set(field.id, field);
  }
  for (const node of [...jobs, ...runs, ...terms]) all.set(node.id, node);
  return { datasets, jobs, runs, edges, columnEdges, terms, all };
}

function addTable([zone, name, kind, columns, sources, hours, state = "COMPLETE"], world) {
  const dataset = makeDataset(zone, name, kind, columns);
  world.datasets.set(name, dataset);
  const from = sources
    .split(",")
    .filter(Boolean)
    .map((source) => world.datasets.get(source))
    .filter(Boolean);
  if (from.length === 0) return;
  const job = makeJob(zone, name, from, dataset);
  world.jobs.push(job);
  const own = Array.from({ length: 8 }, (_, i) =>
    makeRun(job, i, hours + i * 24, i === 0 ? state : i === 5 ? "FAIL" : "COMPLETE", from, dataset),
  );
  world.runs.push(...own);
  job.all_runs = own;
  dataset.all_producers.push({
    job,
    status: "OBSERVED",
    method: "EXPLICIT",
    since: hoursAgo(900),
    last: hoursAgo(hours),
    lastRun: own[0],
  });
  for (const source of from) {
    source.all_readers.push({ job, status: "OBSERVED", last: hoursAgo(hours), lastRun: own[0] });
    addEdges(source, dataset, job, hours, world);
  }
}

function addEdges(source, dataset, job, hours, world) {
  const declared = dataset.kind === "DASHBOARD";
  const edge = (id, from, to, method, extra) => ({
    id: digest("edge", id),
    from,
    to,
    kind: "DATASET",
    status: declared ? "DECLARED" : "OBSERVED",
    method,
    via: [job],
    confidence: method === "CARTESIAN" ? 0.4 : 1,
    firstSeen: hoursAgo(source.name.length * 40),
    lastSeen: hoursAgo(hours),
    closedAt: null,
    seenIn: 7,
    ofRuns: 8,
    transformations: [],
    evidence: (args) =>
      connection(
        job.all_runs.map((run) => ({ at: run.started, status: "OBSERVED", run, entry: "a3f9c2" })),
        args,
      ),
    ...extra,
  });
  const shared = dataset.all_fields.filter((field) => source.all_fields.some((other) => other.path === field.path));
  world.edges.push(
    edge(`${source.name}>${dataset.name}`, source.id, dataset.id, shared.length ? "COLUMN" : "EXPLICIT"),
  );
  for (const field of shared) {
    const origin = source.all_fields.find((other) => other.path === field.path);
    const masking = field.path === "email";
    world.columnEdges.push(
      edge(`${origin.id}>${field.id}`, origin.id, field.id, "COLUMN", {
        kind: "COLUMN",
        transformations: [
          { type: "DIRECT", subtype: field.path.endsWith("amount") ? "AGGREGATION" : "IDENTITY", masking },
        ],
      }),
    );
  }
}

function makeDataset(zone, name, kind, columns) {
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

function makeJob(zone, name, from, dataset) {
  const job = {
    __typename: "Job",
    ...common("job", `etl.${zone}.load_${name}`, `load_${name}`, `job:etl.load_${name}`),
    namespace: "etl",
    name: `${zone}.load_${name}`,
    seen: "EVENT",
    parent: null,
    children: (args) => connection([], args),
    owners: [{ name: "platform", role: null, source: "PRODUCER", by: null, at: hoursAgo(99) }],
    tags: [],
    terms: [],
    description: `Loads ${name}.`,
    descriptions: [{ text: `Loads ${name}.`, source: "PRODUCER", by: "dbt", at: hoursAgo(99), effective: true }],
    reads: from.map((node) => ({ node, status: "OBSERVED", dangling: false })),
    writes: [{ node: dataset, status: "OBSERVED", at: hoursAgo(1) }],
    all_runs: [],
    facets: [
      {
        facet: "sql",
        at: hoursAgo(1),
        of: name,
        place: "",
        value: { query: `insert into ${name} select * from ${from.map((f) => f.shortName).join(" join ")}` },
      },
    ],
  };
  job.runs = (args) => connection(job.all_runs, args);
  Object.defineProperty(job, "lastRun", { get: () => job.all_runs[0] ?? null });
  return job;
}

function makeRun(job, i, hours, state, inputs, output) {
  const durationMs = 42_000 + ((job.name.length * 7919 + i * 104_729) % 300_000);
  const running = state === "RUNNING";
  return {
    __typename: "Run",
    ...common(
      "run",
      `${job.name} ${i}`,
      `${job.label} · run ${8 - i}`,
      `run:${digest("run", `${job.name} ${i}`).slice(4)}`,
    ),
    runId: digest("run", `${job.name} ${i}`).slice(4),
    job,
    jobs: [],
    state,
    started: hoursAgo(hours + durationMs / 3_600_000),
    ended: running ? null : hoursAgo(hours),
    durationMs: running ? null : durationMs,
    nominalStart: hoursAgo(hours),
    nominalEnd: null,
    confirmed: state === "COMPLETE",
    events: running ? 1 : 2,
    parent: null,
    root: null,
    tags: [],
    executionParameters: [],
    uses: (args) => connection([], args),
    aliases: [],
    children: (args) => connection([], args),
    inputs,
    outputs: [output],
    error:
      state === "FAIL"
        ? {
            message: 'relation "formatted.pay_transactions" has no column "settled_at"',
            language: "SQL",
            stackTrace: "at load.sql:14\n  select settled_at …",
          }
        : null,
  };
}

function makeTerms(datasets) {
  const terms = TERMS.map(([name, definition, status]) => {
    const iri = `https://example.org/glossary/shop/${name.toLowerCase().replaceAll(" ", "-")}`;
    return {
      __typename: "Term",
      ...common("term", iri, name, `term:"${name}"`),
      iri,
      glossary: "shop",
      status,
      definition,
      definitions: [{ text: definition, language: "en" }],
      labels: [{ text: name, language: "en", kind: "preferred" }],
      broader: [],
      all_narrower: [],
      related: [],
      all_assignments: [],
      owners: [{ name: "steward", role: "steward", source: "PERSON", by: "ana", at: hoursAgo(50) }],
      revision: "1",
    };
  });
  const byName = new Map(terms.map((term) => [term.label, term]));
  TERMS.forEach(([name, , status, broader, columns]) => {
    const term = byName.get(name);
    if (broader) {
      term.broader.push(byName.get(broader));
      byName.get(broader).all_narrower.push(term);
    }
    for (const dataset of datasets.values())
      for (const field of dataset.all_fields)
        if (columns.includes(field.path) && !dataset.shortName.startsWith("stress")) {
          const assignment = {
            term,
            node: field,
            status: status === "APPROVED" ? "ACCEPTED" : "PROPOSED",
            source: "PERSON",
            by: "ana",
            at: hoursAgo(48),
            termIri: term.iri,
          };
          field.terms.push(assignment);
          term.all_assignments.push(assignment);
        }
    term.narrower = ({ first = 100 }) => term.all_narrower.slice(0, first);
    term.assignments = (args) => connection(term.all_assignments, args);
  });
  byName.get("Customer").related.push(byName.get("Order"));
  datasets.get("customers").terms.push({
    term: byName.get("Customer"),
    node: datasets.get("customers"),
    status: "ACCEPTED",
    source: "PERSON",
    by: "ana",
    at: hoursAgo(48),
    termIri: byName.get("Customer").iri,
  });
  return terms;
}
