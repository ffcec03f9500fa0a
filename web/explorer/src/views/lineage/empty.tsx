/** The lineage page when there is nothing, or nobody else, to show. */

import { Notice } from "../../shell/parts";
import { neighbour } from "./timebar";
import type { ChangeAddress } from "./useaddress";

interface EmptyProps {
  asof: string | null;
  moments: readonly number[];
  change: ChangeAddress;
}

/** A root without neighbours is an answer too, but not one to leave a reader alone with. */
export function Alone({ asof, moments, change }: EmptyProps) {
  return (
    <p className="cutnotice" role="status">
      {asof ? "No lineage was known at this time." : "Nothing is known to feed it, and nothing to use it."}
      <ToNextChange asof={asof} moments={moments} change={change} />
    </p>
  );
}

/** Before its root was born, changes further away show nothing either; so the next one to go to is the birth. */
export function Nothing({ asof, moments, born, change }: EmptyProps & { born: number | null }) {
  const later = born === null ? moments : moments.filter((time) => time >= born);
  return (
    <Notice title={asof ? "Nothing was known at this time." : "No lineage is known yet."}>
      <div className="row">
        <ToNextChange asof={asof} moments={later} change={change} />
      </div>
    </Notice>
  );
}

function ToNextChange({ asof, moments, change }: EmptyProps) {
  if (!asof) return null;
  return (
    <button type="button" onClick={() => change({ asof: neighbour(moments, asof, "later") }, "replace")}>
      Go to the next change
    </button>
  );
}
