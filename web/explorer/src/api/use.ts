/** An operation as a query hook. */

import { keepPreviousData, QueryClient, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { ApiError, ask, type Operation } from "./client";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal with a code will be the same the second time; a service that does not answer may be starting.
      retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.code !== null),
      refetchOnWindowFocus: false,
    },
  },
});

const nameOf = (text: string) => /\b(?:query|mutation)\s+(\w+)/.exec(text)?.[1] ?? text;

export const keyOf = <A, V>(op: Operation<A, V>, variables: V) => [nameOf(op.text), variables] as const;

interface Options {
  enabled?: boolean;
  /** Milliseconds between askings. */
  every?: number;
  /** Show the last answer while the next is under way. */
  keep?: boolean;
}

export function useOperation<A, V>(op: Operation<A, V>, variables: V, options: Options = {}): UseQueryResult<A> {
  return useQuery({
    queryKey: keyOf(op, variables),
    queryFn: ({ signal }) => ask(op, variables, signal),
    enabled: options.enabled ?? true,
    refetchInterval: options.every,
    placeholderData: options.keep ? keepPreviousData : undefined,
  }) as UseQueryResult<A>;
}
