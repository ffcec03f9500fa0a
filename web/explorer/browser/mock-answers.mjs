/** Answers the schema's queries from the made-up world. */

import { connection } from "./mock-parts.mjs";

const TASKS = ["FLOWS", "SCHEMAS", "TEMPLATES", "MAPPINGS", "PROFILES"];
const ZONES = ["landing", "formatted", "trusted", "exploitation"];

export function makeAnswers(world) {
  const datasets = [...world.datasets.values()];
  const find = (select) =>
    world.all.get(select.split("#")[0])?.field?.({ path: select.split("#")[1] }) ??
    world.all.get(select) ??
    datasets.find((d) => d.ref === select || d.name === select || d.shortName === select) ??
    world.terms.find((t) => t.ref === select);
  return {
    facetUsage: { exact: true, complete: true, facets: [] },
    node: ({ id }) => world.all.get(id) ?? null,
    nodes: ({ ids }) => ids.map((id) => world.all.get(id) ?? null),
    term: ({ ref }) => find(ref) ?? null,
    resolve: ({ refs }) =>
      refs.map((ref) => ({
        ref,
        status: find(ref) ? "FOUND" : "NOT_FOUND",
        node: find(ref) ?? null,
        candidates: [],
        sentence: null,
      })),
    datasets: ({ select, orderBy, ...page }) =>
      connection(inZone(orderBy === "NEWEST" ? datasets.toReversed() : datasets, select), page),
    jobs: (page) => connection(world.jobs, page),
    runs: ({ states, ...page }) =>
      connection(
        world.runs
          .filter((run) => !states || states.includes(run.state))
          .sort((a, b) => (a.started < b.started ? 1 : -1)),
        page,
      ),
    terms: ({ text, ...page }) =>
      connection(
        world.terms.filter((term) => !text || term.label.toLowerCase().includes(text.toLowerCase())),
        page,
      ),
    search: (args) => search(world, args),
    lineage: (args) =>
      args.granularity === "COLUMN" ? columns(world, find(args.select), args) : lineage(world, find(args.select), args),
    naming: () => ({ rules: [], by: null, at: null }),
    mappings: () => connection([]),
    watermarks: () => [],
    landingFiles: () => connection([]),
    compareRuns: ({ run, against }) => ({
      run: world.all.get(run),
      against: world.all.get(against ?? run),
      complete: true,
      story: ["The same in all 1 pairs of runs: code, inputs."],
      items: [],
      topics: [],
      upstream: [],
    }),
    lineageDiff: () => ({ equal: true, complete: true, count: 0, cut: [], differences: [] }),
    impact: () => ({
      sentence: "Nothing breaks, and nothing is known to change.",
      ...{ cut: [], changes: [], datasets: [], affected: [], terms: [], owners: [] },
    }),
    paths: () => ({ granularity: "DATASET", sentence: "No path was found.", count: 0, cut: [], paths: [] }),
    changes: () => connection([]),
    entryReasons: () => [],
    scheduledCrawls: () => connection([]),
    rejected: () => connection([]),
    parked: () => connection([]),
    zones: () =>
      ZONES.map((name) => ({
        name,
        datasets: datasets.filter((d) => d.zone === name).length,
      })),
    zoneRules: () =>
      ZONES.map((zone) => ({ zone, pattern: `*.${zone}.*`, kind: null, expects: ["SCHEMA"], testScope: "GENERIC" })),
    flows: () => flows(world),
    governance: () => ({
      zones: ZONES.map((zone) =>
        standing(
          zone,
          datasets.filter((d) => d.zone === zone),
        ),
      ),
    }),
    zoneBreaches: () => connection([], {}),
    stats: () => ({
      datasets: datasets.length,
      fields: datasets.reduce((n, d) => n + d.all_fields.length, 0),
      jobs: world.jobs.length,
      runs: world.runs.length,
      terms: world.terms.length,
      events: 18_204,
      rejected: 3,
      failedToday: world.runs.filter((r) => r.state === "FAIL").length,
      changesToday: 14,
      lastReceived: new Date(Date.now() - 40_000).toISOString(),
      position: "18204",
    }),
  };
}

const inZone = (list, select) => (select?.startsWith("zone:") ? list.filter((d) => d.zone === select.slice(5)) : list);

function search(world, { text, kinds, ...page }) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const hits = [];
  for (const node of world.all.values()) {
    const kind = node.__typename.toUpperCase();
    if ((kinds && !kinds.includes(kind)) || (kind === "RUN" && !kinds)) continue;
    const name = node.ref.toLowerCase();
    const rest = `${node.description ?? ""} ${node.definition ?? ""}`.toLowerCase();
    if (!words.every((word) => name.includes(word) || rest.includes(word))) continue;
    const score =
      words.filter((word) => node.label.toLowerCase().startsWith(word)).length * 2 +
      (kind === "DATASET" ? 1 : 0) +
      (kind === "TERM" ? 1.5 : 0);
    const matched = words.every((word) => name.includes(word)) ? "name" : "description";
    hits.push({ node, score, matched, highlights: [] });
  }
  return connection(
    hits.sort((a, b) => b.score - a.score),
    page,
  );
}

function walk(start, edges, depth, direction) {
  const next = new Map();
  const add = (a, b) => next.set(a, [...(next.get(a) ?? []), b]);
  for (const edge of edges) direction === "DOWN" ? add(edge.from, edge.to) : add(edge.to, edge.from);
  const seen = new Map([[start, 0]]);
  const queue = [start];
  for (const id of queue) {
    const d = seen.get(id);
    if (d === depth) continue;
    for (const other of next.get(id) ?? []) if (!seen.has(other)) queue.push(other) && seen.set(other, d + 1);
  }
  return seen;
}

const holds = (edge, at, history) =>
  history === "ALL" || !at?.asOf || (edge.firstSeen <= at.asOf && (!edge.closedAt || edge.closedAt > at.asOf));

function reached(edges, root, { direction = "BOTH", depth, limit = 1000 }) {
  const depths = new Map();
  if (direction !== "DOWN") for (const [id, d] of walk(root.id, edges, depth, "UP")) depths.set(id, -d);
  if (direction !== "UP")
    for (const [id, d] of walk(root.id, edges, depth, "DOWN")) if (!depths.has(id)) depths.set(id, d);
  const kept = [...depths].sort((a, b) => Math.abs(a[1]) - Math.abs(b[1])).slice(0, limit);
  return { kept: new Map(kept), total: depths.size };
}

function lineage(world, root, args) {
  if (!root)
    throw Object.assign(new Error(`Nothing is called ${args.select}.`), {
      extensions: { code: "selector_not_found", remedy: "Search for it, or give its full name." },
    });
  const edges = world.edges.filter((edge) => holds(edge, args.at, args.history));
  const { kept, total } = reached(edges, root, args);
  const shown = edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to));
  const all = { up: new Map(), down: new Map() };
  const count = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const edge of edges) {
    if (!kept.has(edge.from)) count(all.up, edge.to);
    if (!kept.has(edge.to)) count(all.down, edge.from);
  }
  const nodes = [...kept].map(([id, depth]) => ({
    id,
    node: world.all.get(id),
    depth,
    moreUpstream: all.up.get(id) ?? 0,
    moreDownstream: all.down.get(id) ?? 0,
  }));
  const missing = total - kept.size;
  const cut =
    missing > 0
      ? [
          {
            reason: "LIMIT",
            direction: null,
            nodes: missing,
            sentence: `The answer stops at ${kept.size} datasets; ${missing} more are within reach.`,
            remedy: "Ask for a smaller depth, or one direction.",
          },
        ]
      : [];
  return { roots: [root.id], nodes, edges: shown, complete: missing === 0, cut, position: "18204" };
}

function columns(world, root, args) {
  const { kept } = reached(world.columnEdges, root, args);
  const edges = world.columnEdges.filter((edge) => kept.has(edge.from) && kept.has(edge.to));
  const nodes = [...kept].map(([id, depth]) => ({
    id,
    node: world.all.get(id),
    depth,
    moreUpstream: 0,
    moreDownstream: 0,
  }));
  return { roots: [root.id], nodes, edges, complete: true, cut: [], position: "18204" };
}

function flows(world) {
  const found = new Map();
  for (const edge of world.edges) {
    const [from, to] = [world.all.get(edge.from).zone, world.all.get(edge.to).zone];
    const key = `${from}>${to}`;
    const flow = found.get(key) ?? {
      fromZone: from,
      toZone: to,
      jobSet: new Set(),
      edges: 0,
      failing: 0,
      lastRun: null,
      lastAt: null,
    };
    flow.edges++;
    const job = edge.via[0];
    if (!flow.jobSet.has(job)) {
      flow.jobSet.add(job);
      if (job.lastRun.state === "FAIL") flow.failing++;
      if (!flow.lastAt || job.lastRun.started > flow.lastAt)
        Object.assign(flow, { lastAt: job.lastRun.started, lastRun: job.lastRun });
    }
    found.set(key, flow);
  }
  return [...found.values()].map((flow) => ({ ...flow, jobs: flow.jobSet.size }));
}

function standing(zone, list) {
  const missing = { FLOWS: 0.1, SCHEMAS: 0.15, TEMPLATES: 0.5, MAPPINGS: 0.3, PROFILES: 0.75 };
  return {
    zone,
    datasets: list.length,
    tasks: TASKS.map((task) => {
      const gaps = list.slice(0, Math.round(list.length * missing[task] * (zone === "landing" ? 0.6 : 1)));
      return {
        task,
        have: list.length - gaps.length,
        of: list.length,
        gaps: gaps.length,
        open: (page) => connection(gaps, page),
      };
    }),
  };
}
