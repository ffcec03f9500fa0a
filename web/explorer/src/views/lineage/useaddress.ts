/** The page's state lives in the address; this reads it and changes it. */

import { useCallback, useMemo, useRef } from "react";
import { useLocation, useSearch } from "wouter";
import { type Address, parseAddress, printAddress } from "../../graph/address";

export type ChangeAddress = (change: Partial<Address>, how?: "push" | "replace") => void;

/** Push what a reader would want to go back from (a selection, an expansion); replace what follows a hand (a pan). */
export function useAddress(): [Address, ChangeAddress] {
  const search = useSearch();
  const [, go] = useLocation();
  const address = useMemo(() => parseAddress(search), [search]);
  const latest = useRef(address);
  latest.current = address;
  const change = useCallback<ChangeAddress>(
    (part, how = "push") => {
      const next = { ...latest.current, ...part };
      const text = printAddress(next);
      if (text === printAddress(latest.current)) return;
      // Two changes in one tick must both land.
      latest.current = next;
      go(`/lineage?${text}`, { replace: how === "replace" });
    },
    [go],
  );
  return [address, change];
}
