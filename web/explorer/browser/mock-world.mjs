/** A made-up warehouse for the browser tests: four zones, a shop's tables, jobs, columns, terms. Same input, same world. */

import { makeDataset } from "./mock-datasets.mjs";
import { makeJob, makeRun } from "./mock-jobs.mjs";
import { connection, digest, hoursAgo } from "./mock-parts.mjs";
import { stress, TABLES } from "./mock-tables.mjs";
import { makeTerms } from "./mock-terms.mjs";

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
    byDefinition: false,
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
