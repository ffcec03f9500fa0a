/** A question that failed: what went wrong, and whether what is shown below is an answer from before. */

import type { UseQueryResult } from "@tanstack/react-query";
import { Failure, Time } from "./parts";

export function Failed({ page }: { page: UseQueryResult<unknown> }) {
  if (!page.error) return null;
  return (
    <Failure error={page.error} retry={() => page.refetch()}>
      {page.data !== undefined && (
        <p className="small">
          What is shown was answered <Time at={new Date(page.dataUpdatedAt).toISOString()} />.
        </p>
      )}
    </Failure>
  );
}
