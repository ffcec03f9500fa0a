/** What a job or run reads or writes, as a list. */

import type { NodeRef } from "../../api/operations/shared";
import { plain } from "../../shell/wording";
import { NodeLink } from "./sections";

export interface End {
  readonly node: NodeRef | null;
  readonly status: string;
  /** Which part of it and how much; may be empty. */
  readonly used?: string;
}

export function Ends({ ends, none }: { ends: readonly End[]; none: string }) {
  if (ends.length === 0) return <p className="muted">{none}</p>;
  return (
    <ul className="list">
      {ends.map(({ node, status, used }) => (
        <li key={node?.id ?? status}>
          <span className="grow">
            <NodeLink node={node} />
            {used && <div className="muted small value">{used}</div>}
          </span>
          <span className="muted">{plain(status)}</span>
        </li>
      ))}
    </ul>
  );
}
