/** When something changed in the graph that the address asks for, and since when its root is part of it. */

import { useMemo } from "react";
import { MOMENTS } from "../../api/operations/lineage";
import { useOperation } from "../../api/use";
import type { Address } from "../../graph/address";
import { between } from "./usegraph";
import { useRoot } from "./useroot";

export interface Moments {
  /** Rising, in milliseconds. */
  readonly moments: readonly number[];
  /** The first moment of an edge at the root; null while unknown, and where it never had one. */
  readonly born: number | null;
}

export function useMoments(address: Address): Moments {
  const { select } = useRoot(address, null);
  const variables = { select, depth: address.depth || null, ...between(address) };
  const answer = useOperation(MOMENTS, variables, { enabled: select !== "" });
  return useMemo(() => {
    const { roots, edges } = answer.data?.lineage ?? { roots: [], edges: [] };
    const times = new Set<number>();
    for (const { firstSeen, closedAt } of edges)
      for (const iso of [firstSeen, closedAt]) if (iso) times.add(Date.parse(iso));
    const own = edges.filter(({ from, to }) => roots.includes(from) || roots.includes(to));
    return {
      moments: [...times].sort((a, b) => a - b),
      born: own.length > 0 ? Math.min(...own.map(({ firstSeen }) => Date.parse(firstSeen))) : null,
    };
  }, [answer.data]);
}
