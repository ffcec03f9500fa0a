/** A list that comes in pages: rows, "more", and what to say where there are none. */

import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ask, type Operation } from "../../api/client";
import type { Page } from "../../api/operations/shared";
import { keyOf } from "../../api/use";
import { Failure, Loading } from "../../shell/parts";

interface Props<Answer, Variables, Row> {
  operation: Operation<Answer, Variables & { after: string | null }>;
  variables: Variables;
  page: (answer: Answer) => Page<Row>;
  /** Said where there are none. */
  none: string;
  /** Said above those that there are. */
  lead?: string;
  children: (rows: Row[]) => ReactNode;
}

export function Paged<Answer, Variables, Row>(props: Props<Answer, Variables, Row>) {
  const { operation, variables, page, none, lead, children } = props;
  const list = useInfiniteQuery({
    queryKey: keyOf(operation, { ...variables, after: "pages" }),
    queryFn: ({ pageParam, signal }) => ask(operation, { ...variables, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => {
      const { hasNextPage, endCursor } = page(last).pageInfo;
      return hasNextPage ? endCursor : null;
    },
  });
  if (list.error) return <Failure error={list.error} retry={() => list.refetch()} />;
  if (list.isPending) return <Loading />;
  const rows = list.data.pages.flatMap((one) => page(one).nodes);
  if (rows.length === 0) return <p className="muted">{none}</p>;
  return (
    <>
      {lead && <p className="muted small">{lead}</p>}
      {children(rows)}
      {list.hasNextPage && (
        <button type="button" disabled={list.isFetching} onClick={() => list.fetchNextPage()}>
          More
        </button>
      )}
    </>
  );
}
