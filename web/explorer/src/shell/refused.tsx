/** Why a name got no answer, and the way on: the nodes that it may mean, or a search for it. */

import { Link } from "wouter";
import { ApiError } from "../api/client";
import { searchPage } from "./links";
import { Failure } from "./parts";

interface Props {
  error: unknown;
  name: string;
  retry: () => void;
  /** The page that asks the same of another name; without it candidates are named alone. */
  to?: (select: string) => string;
}

export function Refused({ error, name, retry, to }: Props) {
  const { candidates, code } = error instanceof ApiError ? error : { candidates: [], code: null };
  return (
    <Failure error={error} retry={retry}>
      {candidates.length > 0 && (
        <ul className="candidates">
          {candidates.map((one) => (
            <li key={one}>{to ? <Link href={to(one)}>{one}</Link> : one}</li>
          ))}
        </ul>
      )}
      {code === "not_found" && name && <Link href={searchPage(name)}>Search for “{name}”</Link>}
    </Failure>
  );
}
