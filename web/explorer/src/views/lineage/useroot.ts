/** What to ask for a root: the root itself, and for jobs the datasets that they read and write. */

import { useMemo } from "react";
import { aroundJob, type Ends, namesJobs } from "../../api/jobselector";
import { JOB_ENDS } from "../../api/operations/lineage";
import type { At, NodeRef } from "../../api/operations/shared";
import { useOperation } from "../../api/use";
import type { Address } from "../../graph/address";

/** A job as the root of a graph of datasets. */
export interface RootJob extends Ends {
  readonly node: NodeRef;
}

export interface Root {
  /** Empty while it is not known, and where there is nothing to ask for. */
  readonly select: string;
  readonly jobs: readonly RootJob[];
  /** The root's jobs are known to read and write nothing. */
  readonly idle: boolean;
  readonly error: unknown;
  readonly retry: () => void;
}

const ids = (ends: readonly { node: { id: string } | null }[]) => ends.flatMap(({ node }) => (node ? [node.id] : []));

export function useRoot({ root, depth, dir, grain }: Address, at: At | null): Root {
  // Between jobs a job has a card of its own.
  const ofJobs = grain === "dataset" && namesJobs(root);
  const answer = useOperation(JOB_ENDS, { select: root, at }, { enabled: ofJobs });
  const { data, error, refetch } = answer;
  return useMemo(() => {
    if (!ofJobs) return { select: root, jobs: [], idle: false, error: null, retry: refetch };
    const jobs = (data?.jobs.nodes ?? []).map(({ reads, writes, ...node }) => ({
      node,
      reads: ids(reads),
      writes: ids(writes),
    }));
    const ends = { reads: jobs.flatMap((job) => job.reads), writes: jobs.flatMap((job) => job.writes) };
    const select = aroundJob(ends, depth, dir);
    return { select, jobs, idle: data !== undefined && select === "", error, retry: refetch };
  }, [ofJobs, root, depth, dir, data, error, refetch]);
}
