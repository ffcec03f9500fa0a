/** The glossary as a tree: which terms stand under which. Pure. */

import type { TermLine } from "../api/operations/glossary";

/** Children by the id of what they are narrower than; terms without a broader one (here) stand under "". */
export function childrenOf(terms: readonly TermLine[]): Map<string, TermLine[]> {
  const here = new Set(terms.map((term) => term.id));
  const children = new Map<string, TermLine[]>();
  for (const term of terms) {
    const parents = term.broader.map((one) => one.id).filter((id) => here.has(id));
    for (const parent of parents.length > 0 ? parents : [""]) {
      const list = children.get(parent);
      if (list) list.push(term);
      else children.set(parent, [term]);
    }
  }
  return children;
}

/** The chosen terms with all that stand above them, so that each keeps its place in the tree; in the order of `all`. */
export function withBroader(all: readonly TermLine[], chosen: readonly TermLine[]): TermLine[] {
  const byId = new Map(all.map((term) => [term.id, term]));
  const kept = new Set(chosen.map((term) => term.id));
  // The set grows while it is walked: what is added is walked too, and a circle adds nothing twice.
  for (const id of kept) for (const one of byId.get(id)?.broader ?? []) kept.add(one.id);
  return all.filter((term) => kept.has(term.id));
}
