/** One address for each page, found by asking the catalog, so that it works with any data. */

import { ask } from "./page.mjs";

/** [name, path] pairs; a catalog without terms or runs has fewer pages to show. */
export async function allPages(base) {
  const start = process.env.EXPLORER_ROOT;
  const { datasets, jobs, runs, terms, rejected } = await ask(
    base,
    `{ datasets(first: 500) { nodes { id ref producers(first: 5) { job { id } } readers(first: 5) { job { id } } } }
       jobs(first: 1) { nodes { id } } runs(first: 1, states: [FAIL, COMPLETE]) { nodes { id } } terms(first: 20) { nodes { id } } rejected(first: 1) { nodes { id } } }`,
  );
  const entry = rejected.nodes[0];
  const busy = (node) => (node.ref === start ? 99 : Math.min(node.producers.length, 1) * 10 + node.readers.length);
  const root = datasets.nodes.toSorted((a, b) => busy(b) - busy(a))[0];
  const writer = root?.producers[0]?.job;
  const id = (node) => encodeURIComponent(node.id);
  return [
    ["home", ""],
    ["search", `search?q=${encodeURIComponent(root?.ref.split(/\W/).at(-1) ?? "orders")}`],
    ["browse", "search"],
    root && ["node-dataset", `node?id=${id(root)}`],
    jobs.nodes[0] && ["node-job", `node?id=${id(jobs.nodes[0])}`],
    runs.nodes[0] && ["node-run", `node?id=${id(runs.nodes[0])}`],
    runs.nodes[0] && ["compare", `compare?run=${id(runs.nodes[0])}`],
    root && ["diff", `diff?select=${id(root)}&from=2000-01-01`],
    root && ["impact", `impact?select=${id(root)}`],
    root && ["paths-ends", `paths?from=${id(root)}`],
    writer && ["paths", `paths?from=${id(writer)}&to=${id(root)}`],
    ["changes", "changes"],
    ["lineage-start", "lineage"],
    root && ["lineage-graph", `lineage?root=${id(root)}&sel=${id(root)}`],
    root && ["lineage-list", `lineage?root=${id(root)}&depth=2&view=list`],
    ["glossary", "glossary"],
    ["glossary-table", "glossary?view=table"],
    terms.nodes[0] && ["term", `term?id=${id(terms.nodes[Math.min(1, terms.nodes.length - 1)])}`],
    ["governance", "governance"],
    ["governance-flows", "governance?zone=trusted&task=FLOWS"],
    ["governance-mappings", "governance?zone=trusted&task=MAPPINGS"],
    // Schemas and Automation are made of the same parts.
    ["governance-profiles", "governance?zone=landing&task=PROFILES"],
    ["conformance", "conformance"],
    ["entries", "entries"],
    ["crawls", "crawls"],
    entry && ["entry", `entries?id=${entry.id}`],
  ].filter(Boolean);
}
