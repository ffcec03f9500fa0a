/** The other names of a dataset, each with the reason why it means the dataset; and its partitions by name. */

import { Link } from "wouter";
import type { PartsAnswer } from "../../api/operations/loads";
import type { DatasetPage, ReasonLine } from "../../api/operations/node";
import { counted, moment } from "../../shell/wording";
import { byRule, otherNames, sayReason } from "./names";
import { NodeLink, Part } from "./sections";

export function OtherNames({ node }: { node: DatasetPage }) {
  const { others, ruled } = byRule(otherNames(node));
  if (others.length + ruled.length === 0) return null;
  return (
    <Part title="Also known as">
      <ul className="list names">
        {others.map(({ ref, because }) => (
          <li key={ref}>
            <span className="mono">{ref}</span>
            {because.map((reason) => (
              <Because key={`${reason.kind} ${reason.ref} ${reason.of} ${reason.entry}`} name={ref} reason={reason} />
            ))}
          </li>
        ))}
        {ruled.map(({ reason, refs }) => (
          <li key={reason.rule}>
            {refs.length === 1 ? (
              <span className="mono">{refs[0]}</span>
            ) : (
              <details>
                <summary>
                  {counted(refs.length, "name")}, from <code>{refs[0]}</code> to <code>{refs.at(-1)}</code>
                </summary>
                <ul className="mono addresses">
                  {refs.map((ref) => (
                    <li key={ref}>{ref}</li>
                  ))}
                </ul>
              </details>
            )}
            <Because name={reason.ref} reason={reason} />
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** Why a name means the dataset; whoever knows better is told what to take back (docs/naming.md). */
function Because({ name, reason }: { name: string; reason: ReasonLine }) {
  const told = reason.run ?? reason.job;
  return (
    <details className="muted">
      <summary>
        because {sayReason(name, reason)}, {moment(reason.at)}
      </summary>
      {told && (
        <p>
          Told by <NodeLink node={told} />
        </p>
      )}
      {reason.kind === "NAMING_RULE" && (
        <p>
          <Link href="/governance">All naming rules</Link>
        </p>
      )}
      {reason.entry && (
        <p>
          Not so? Retract the entry <code>{reason.entry}</code>; docs/naming.md, “Undo”, has the request.
        </p>
      )}
    </details>
  );
}

/** Partitions that are shown before somebody asks for all. */
const FIRST = 14;

/** Partitions and versions that naming rules read from names. */
export function Partitions({ parts }: { parts: PartsAnswer | undefined }) {
  const { nodes = [], pageInfo } = parts?.node?.aliases ?? {};
  const names = nodes.flatMap(({ partition, version }) => partition ?? (version ? `version ${version}` : []));
  const all = [...new Set(names)].sort().reverse();
  if (all.length === 0) return null;
  return (
    <Part title={`${pageInfo?.hasNextPage ? "The first " : ""}${counted(all.length, "partition")} by name`}>
      <p className="row">
        {all.slice(0, FIRST).map((name) => (
          <span key={name} className="tag mono">
            {name}
          </span>
        ))}
      </p>
      {all.length > FIRST && (
        <details>
          <summary className="muted">{counted(all.length - FIRST, "more", "more")}</summary>
          <p className="row">
            {all.slice(FIRST).map((name) => (
              <span key={name} className="tag mono">
                {name}
              </span>
            ))}
          </p>
        </details>
      )}
    </Part>
  );
}
