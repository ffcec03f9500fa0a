/** Which mappings of a dataset its page shows. Pure. */

import type { Mapping } from "../../api/operations/governance";

const FEW = 6;

/** A few of them: how its own columns are made goes before what is made of them. */
export function fewMappings(all: readonly Mapping[], dataset: string): Mapping[] {
  const into = all.filter(({ target }) => target.dataset?.id === dataset);
  const others = all.filter((one) => !into.includes(one));
  return [...into, ...others].slice(0, FEW);
}
