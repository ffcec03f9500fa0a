/** A job's lineage as a selector of datasets: the canvas shows those, and a job alone has no neighbours among them. Pure. */

import type { Direction } from "../graph/address";

/** Ids of what jobs read and write. */
export interface Ends {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** Parts that a selector may have, with some air. */
const MOST = 190;

/** Whether a root names jobs by their ids, as the explorer's links do. */
export const namesJobs = (root: string): boolean =>
  root !== "" && root.split(" ").every((one) => one.startsWith("job:"));

/**
 * At depth 1 what the job reads and writes; each further step is one more upstream of what it reads and downstream of
 * what it writes. Depth 0 is "all". Empty where the job has no ends.
 */
export function aroundJob({ reads, writes }: Ends, depth: number, direction: Direction): string {
  const further = depth === 0 ? "+" : depth > 1 ? `${depth - 1}+` : "";
  const onward = depth === 0 ? "+" : depth > 1 ? `+${depth - 1}` : "";
  // One step up from what it writes brings the edges that the job made.
  const made = [...new Set(writes)].map((id) => `1+${id}${direction === "up" ? "" : onward}`);
  const used = [...new Set(reads)].map((id) => `${direction === "down" ? "" : further}${id}`);
  return [...made, ...used].slice(0, MOST).join(" ");
}
