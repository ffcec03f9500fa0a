/** The graph that the address asks for: the root's answer, every expansion's, opened columns and a column's trace. */

import { type UseQueryResult, useQueries } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { ApiError, ask } from "../../api/client";
import { graphOf, traceOf } from "../../api/lineagegraph";
import {
  type Between,
  COLUMNS,
  type Cut,
  columnSelector,
  LINEAGE,
  type LineageAnswer,
  TRACE,
} from "../../api/operations/lineage";
import { keyOf, useOperation } from "../../api/use";
import { type Address, openColumns } from "../../graph/address";
import { Adjacency, type Trace, traceColumn } from "../../graph/adjacency";
import { type Column, type Graph, restrict, union } from "../../graph/model";
import { withShortNames } from "../../graph/shortnames";
import { type RootJob, useRoot } from "./useroot";

export interface LineageData {
  /** The last graph that was whole; kept while the next is under way and when it fails. */
  readonly graph: Graph | null;
  readonly roots: readonly string[];
  /** The jobs that the root names, where it names jobs. */
  readonly jobs: readonly RootJob[];
  readonly trace: Trace | null;
  readonly cut: readonly Cut[];
  readonly pending: boolean;
  readonly error: unknown;
  readonly retry: () => void;
  /** False while answers for the present address are missing. */
  readonly ready: boolean;
}

/** Nodes of one answer: what a person can still read, and for "all" what the server gives at most. */
const LIMIT = { some: 1000, all: 10_000 };
/** Cards whose columns are asked for at once, and how many columns of each while they are many. */
const MOST_OPEN = 300;
const FEW_COLUMNS = 100;
/** The code of a refusal that says that nothing bears the name. */
const NOT_FOUND = "not_found";
const NOTHING: Graph = { nodes: [], edges: [] };
const DIRECTION = { both: "BOTH", up: "UP", down: "DOWN" } as const;

/** What the edges are between, as the questions say it. */
export const between = ({ grain, collapse }: Pick<Address, "grain" | "collapse">): Between => ({
  granularity: grain === "job" ? "JOB" : "DATASET",
  collapse: collapse || null,
});

export function useGraph(address: Address): LineageData {
  const at = useMemo(() => (address.asof ? { asOf: address.asof } : null), [address.asof]);
  const root = useRoot(address, at);
  const base = useOperation(
    LINEAGE,
    {
      select: root.select,
      direction: DIRECTION[address.dir],
      depth: address.depth || null,
      ...between(address),
      limit: address.depth ? LIMIT.some : LIMIT.all,
      at,
    },
    { enabled: root.select !== "" },
  );
  const expansions = useExpansions(address, at);
  const whole = useMemo(() => {
    if (!base.data || expansions.missing) return null;
    return expansions.answers.reduce((graph, answer) => union(graph, graphOf(answer)), graphOf(base.data));
  }, [base.data, expansions]);
  const kept = useRef<Graph | null>(null);
  const keptRoots = useRef<readonly string[]>([]);
  const keptFor = useRef(address.root);
  if (keptFor.current !== address.root) {
    kept.current = null;
    keptRoots.current = [];
  }
  keptFor.current = address.root;
  // That nothing was known at a time is an answer, not a failure.
  const refused = root.error ?? base.error;
  const unknown = root.idle || (address.asof !== null && refused instanceof ApiError && refused.code === NOT_FOUND);
  if (whole) kept.current = whole;
  if (unknown) kept.current = NOTHING;
  const present = kept.current;
  const traced = useTrace(address, at);
  const columns = useColumns(address, at, present, base.data?.lineage.roots[0]);
  if (base.data) keptRoots.current = base.data.lineage.roots;
  const roots = keptRoots.current;
  const graph = useMemo(
    () => present && compose(present, traced, columns, address),
    [present, traced, columns, address],
  );
  return {
    graph,
    roots,
    jobs: root.jobs,
    trace: traced?.trace ?? null,
    cut: base.data?.lineage.cut ?? [],
    pending: base.isFetching || expansions.missing,
    error: unknown ? null : (refused ?? expansions.error),
    retry: () => (root.error ? root.retry() : base.refetch()),
    ready: whole !== null || unknown,
  };
}

function useExpansions(address: Address, at: { asOf: string } | null) {
  const sides = address.open.filter((token) => token.startsWith("u:") || token.startsWith("d:"));
  return useQueries({
    queries: sides.map((token) => {
      const variables = {
        select: token.slice(2),
        direction: token.startsWith("u:") ? ("UP" as const) : ("DOWN" as const),
        depth: 1,
        ...between(address),
        limit: LIMIT.some,
        at,
      };
      return {
        queryKey: keyOf(LINEAGE, variables),
        queryFn: ({ signal }: { signal: AbortSignal }) => ask(LINEAGE, variables, signal),
      };
    }),
    combine: together,
  });
}

/** Outside the hook, so that it stays the same function and the answers are only put together when they change. */
function together(results: UseQueryResult<LineageAnswer>[]) {
  return {
    answers: results.flatMap((result): LineageAnswer[] => (result.data ? [result.data] : [])),
    missing: results.some((result) => result.isPending),
    error: results.find((result) => result.error)?.error ?? null,
  };
}

type Columns = ReadonlyMap<string, readonly Column[]>;

/** Ids whose columns are asked for: opened cards, and the one the panel shows. */
function useColumns(
  address: Address,
  at: { asOf: string } | null,
  graph: Graph | null,
  root: string | undefined,
): Columns {
  const shown = graph?.nodes.map((node) => node.id) ?? [];
  const ids = openColumns(address.open, shown).slice(0, MOST_OPEN);
  const beside = address.grain === "dataset" ? (address.sel ?? root) : null;
  if (beside && !beside.includes(">") && !ids.includes(beside)) ids.push(beside);
  const first = ids.length > FEW_COLUMNS ? FEW_COLUMNS : 500;
  const answer = useOperation(COLUMNS, { ids: ids.sort(), first, at }, { enabled: ids.length > 0, keep: true });
  return useMemo(() => {
    const columns = new Map<string, Column[]>();
    for (const node of answer.data?.nodes ?? [])
      if (node?.fields)
        columns.set(
          node.id,
          node.fields.nodes.map(({ path, type }) => ({ name: path, type: type ?? "" })),
        );
    return columns;
  }, [answer.data]);
}

interface Traced {
  readonly trace: Trace;
  readonly datasets: Graph["nodes"];
}

function useTrace(address: Address, at: { asOf: string } | null): Traced | null {
  const { sel, col } = address;
  const wanted = sel !== null && col !== null && !sel.includes(">");
  const select = wanted ? columnSelector(sel, col) : "";
  const answer = useOperation(TRACE, { select, at }, { enabled: wanted });
  return useMemo(() => {
    if (!sel || !col || !answer.data) return null;
    const { edges, datasets } = traceOf(answer.data);
    return { trace: traceColumn(edges, sel, col), datasets };
  }, [sel, col, answer.data]);
}

function compose(graph: Graph, traced: Traced | null, columns: Columns, address: Address): Graph {
  let all = graph;
  if (traced) {
    const here = new Set(graph.nodes.map((node) => node.id));
    const added = traced.datasets.filter((node) => !here.has(node.id) && traced.trace.columns.has(node.id));
    all = { nodes: [...graph.nodes, ...added], edges: graph.edges, hints: added.length > 0 ? traced.trace.edges : [] };
  }
  if (address.isolate && address.sel) all = isolated(all, traced?.trace ?? null, address.sel);
  all = { ...all, nodes: withShortNames(all.nodes) };
  if (columns.size === 0) return all;
  return { ...all, nodes: all.nodes.map((node) => ({ ...node, columns: columns.get(node.id) ?? node.columns })) };
}

function isolated(graph: Graph, trace: Trace | null, selected: string): Graph {
  if (trace) return restrict(graph, new Set(trace.columns.keys()));
  if (selected.includes(">")) return restrict(graph, new Set(selected.split(">")));
  const adjacency = new Adjacency(graph);
  const start = adjacency.index.get(selected);
  if (start === undefined) return graph;
  const { up, down } = adjacency.cone(start);
  return restrict(graph, new Set([...up, ...down].map((v) => graph.nodes[v].id)));
}
