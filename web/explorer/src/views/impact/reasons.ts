/** Why things break or may change, a row a use. Pure. */

import { sayTransformation } from "../../api/lineagegraph";
import type { Affected, Effect, Owned, Use } from "../../api/operations/impact";
import type { NodeRef } from "../../api/operations/shared";
import { plain } from "../../shell/wording";

export interface Reason {
  readonly key: string;
  readonly node: NodeRef | null;
  readonly uses: NodeRef | null;
  /** As the job has it; null where nobody says. */
  readonly expression: string | null;
  /** What is said of the use where its expression is not known. */
  readonly how: string;
  readonly job: Owned | null;
}

/** Of what breaks each use that breaks it; of what may change the first, since there are many. */
export function reasons(affected: readonly Affected[], effect: Effect): Reason[] {
  return affected
    .filter((one) => one.effect === effect)
    .flatMap(({ id, node, because }) => {
      const told = effect === "BREAKS" ? because.filter((use) => use.breaks) : because.slice(0, 1);
      return told.map((use) => reason(id, node, use));
    });
}

function reason(id: string, node: NodeRef | null, { from, job, expression, transformations, method }: Use): Reason {
  const steps = [...new Set(transformations.map(sayTransformation))];
  return {
    key: `${id} ${from?.id} ${job?.id}`,
    node,
    uses: from,
    expression,
    how: steps.join("; ") || plain(method),
    job,
  };
}

export const ownersOf = (owners: readonly { name: string }[] | undefined): string =>
  owners?.map(({ name }) => name).join(", ") ?? "";
