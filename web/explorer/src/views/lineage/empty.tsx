/** The lineage page when there is nothing, or nobody else, to show. */

import { Link } from "wouter";
import { ApiError } from "../../api/client";
import type { Direction } from "../../graph/address";
import { lineagePage, searchPage } from "../../shell/links";
import { Failure, Notice } from "../../shell/parts";
import { neighbour } from "./timebar";
import type { ChangeAddress } from "./useaddress";
import type { RootJob } from "./useroot";

interface EmptyProps {
  asof: string | null;
  moments: readonly number[];
  change: ChangeAddress;
}

/** Only of the side that was asked for is anything known. */
const ALONE: Readonly<Record<Direction, string>> = {
  both: "Nothing is known to feed it, and nothing to use it.",
  up: "Nothing is known to feed it.",
  down: "Nothing is known to use it.",
};

/** A root without neighbours is an answer too, but not one to leave a reader alone with. */
export function Alone({ asof, dir, moments, change }: EmptyProps & { dir: Direction }) {
  return (
    <p className="cutnotice" role="status">
      {asof ? "No lineage was known at this time." : ALONE[dir]}
      <ToNextChange asof={asof} moments={moments} change={change} />
    </p>
  );
}

interface NothingProps extends EmptyProps {
  born: number | null;
  jobs: readonly RootJob[];
}

/** Before its root was born, changes further away show nothing either; so the next one to go to is the birth. */
export function Nothing({ asof, moments, born, jobs, change }: NothingProps) {
  const later = born === null ? moments : moments.filter((time) => time >= born);
  const names = jobs.map(({ node }) => node.label).join(", ");
  const none = names ? `${names} is not known to read or write anything.` : "No lineage is known yet.";
  return (
    <Notice title={asof ? "Nothing was known at this time." : none}>
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

/** Why there is no graph, and the way on: the nodes that the root may mean, or a search for it. */
export function Refused({ error, root, retry }: { error: unknown; root: string; retry: () => void }) {
  const { candidates, code } = error instanceof ApiError ? error : { candidates: [], code: null };
  return (
    <Failure error={error} retry={retry}>
      {candidates.length > 0 && (
        <ul className="candidates">
          {candidates.map((name) => (
            <li key={name}>
              <Link href={lineagePage(name)}>{name}</Link>
            </li>
          ))}
        </ul>
      )}
      {code === "not_found" && <Link href={searchPage(root)}>Search for “{root}”</Link>}
    </Failure>
  );
}
