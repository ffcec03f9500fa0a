/** A long list that is there already, shown step by step: what nobody reads shall cost nothing. */

import { type ReactNode, useState } from "react";
import { count } from "./wording";

/** The first of a list, and the button for more of it; null where all is shown. */
export function useSteps<T>(list: readonly T[], step: number): [shown: readonly T[], more: ReactNode] {
  const [steps, setSteps] = useState(1);
  const rest = list.length - steps * step;
  const more = rest > 0 && (
    <p>
      <button type="button" onClick={() => setSteps(steps + 1)}>
        {rest > step ? `${count(step)} more of ${count(rest)}` : `The last ${count(rest)}`}
      </button>
    </p>
  );
  return [list.slice(0, steps * step), more || null];
}
