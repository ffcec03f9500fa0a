/** Jobs of the made-up warehouse, and their runs. */

import { common, connection, digest, hoursAgo } from "./mock-parts.mjs";

export function makeJob(zone, name, from, dataset) {
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

export function makeRun(job, i, hours, state, inputs, output) {
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
