/** What the search page lists while nothing is typed: the kinds that are ticked, datasets where none is. */

import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import {
  BROWSE,
  BROWSE_JOBS,
  BROWSE_RUNS,
  BROWSE_TERMS,
  type Environment,
  type FoundNode,
  type NodeKind,
} from "../api/operations/search";
import type { PageInfo } from "../api/operations/shared";
import { useOperation } from "../api/use";
import { Failure, Loading, Notice } from "../shell/parts";
import { counted } from "../shell/wording";
import { List } from "./results";
import { Runs } from "./runs";

/** Whether nodes of a kind are listed when these are ticked. */
export const lists = (kinds: readonly NodeKind[], kind: NodeKind): boolean =>
  kinds.includes(kind) || (kinds.length === 0 && kind === "DATASET");

const ZONELESS: ReadonlySet<NodeKind> = new Set(["JOB", "TERM", "RUN"]);

interface Props {
  kinds: readonly NodeKind[];
  zone: string | null;
  environment: Environment;
}

/** Only datasets and columns lie in a zone: with one chosen, a list of anything else would not be what was asked for. */
export function Browse({ kinds, zone, environment }: Props) {
  const shown = (kind: NodeKind) => lists(kinds, kind) && !(zone && ZONELESS.has(kind));
  return (
    <>
      {shown("DATASET") && <Datasets zone={zone} environment={environment} />}
      {shown("FIELD") && <Notice title="Type to find columns.">There are too many of them for one list.</Notice>}
      {shown("JOB") && <Jobs />}
      {shown("TERM") && <Terms />}
      {shown("RUN") && <LatestRuns />}
      {zone && kinds.some((kind) => ZONELESS.has(kind)) && (
        <Notice title="Jobs, terms and runs lie in no zone.">Take the zone away to list them.</Notice>
      )}
    </>
  );
}

function Datasets({ zone, environment }: Omit<Props, "kinds">) {
  const variables = { select: zone ? `zone:${zone}` : null, environment, after: null };
  const answer = useOperation(BROWSE, variables, { keep: true });
  const datasets = answer.data?.datasets;
  return (
    <Listed answer={answer} page={datasets} one="dataset" first="datasets by name" more={zone ? ` in ${zone}` : ""}>
      <Nodes nodes={datasets?.nodes} />
    </Listed>
  );
}

function Jobs() {
  const answer = useOperation(BROWSE_JOBS, {});
  const jobs = answer.data?.jobs;
  return (
    <Listed answer={answer} page={jobs} one="job" first="jobs by name">
      <Nodes nodes={jobs?.nodes} />
    </Listed>
  );
}

function Terms() {
  const answer = useOperation(BROWSE_TERMS, {});
  const terms = answer.data?.terms;
  return (
    <Listed answer={answer} page={terms} one="term" first="terms by name">
      <Nodes nodes={terms?.nodes} />
    </Listed>
  );
}

function LatestRuns() {
  const answer = useOperation(BROWSE_RUNS, {});
  const runs = answer.data?.runs;
  return (
    <Listed answer={answer} page={runs} one="run" first="runs, the last started first">
      <Runs runs={runs?.nodes ?? []} />
    </Listed>
  );
}

const Nodes = ({ nodes = [] }: { nodes?: readonly FoundNode[] }) => (
  <List hits={nodes.map((node) => ({ node, matched: null, highlights: [] }))} query="" />
);

interface ListedProps {
  answer: UseQueryResult<unknown>;
  page: { nodes: readonly unknown[]; pageInfo: PageInfo } | undefined;
  one: string;
  /** What the first of more are. */
  first: string;
  more?: string;
  children: ReactNode;
}

function Listed({ answer, page, one, first, more = "", children }: ListedProps) {
  if (answer.error) return <Failure error={answer.error} retry={() => answer.refetch()} />;
  if (!page) return <Loading />;
  const { length } = page.nodes;
  return (
    <>
      <p className="muted small" role="status">
        {page.pageInfo.hasNextPage ? `The first ${length} ${first}` : counted(length, one)}
        {more}
      </p>
      {length > 0 && children}
    </>
  );
}
