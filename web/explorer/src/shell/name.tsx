/** A link to a node by its name: short first, where it lies beside it, the whole name on hover. */

import { Link } from "wouter";
import { pageOf } from "./links";
import { shownName } from "./names";
import { Marked } from "./parts";

interface Props {
  node: { readonly __typename: string; readonly id: string; readonly ref: string; readonly label: string };
  /** Words to mark. */
  query?: string;
  href?: string;
  className?: string;
}

export function Name({ node, query = "", href, className }: Props) {
  // A job's or term's label says enough; two datasets may share one, so theirs says where it lies.
  const placed = node.__typename === "Dataset" || node.__typename === "Field";
  const { short, where } = placed ? shownName(node) : { short: node.label, where: "" };
  return (
    <span className="name" title={node.ref}>
      <Link href={href ?? pageOf(node.__typename, node.id)} className={className}>
        <Marked text={short} query={query} />
      </Link>
      {where && (
        <span className="muted small where">
          <Marked text={where} query={query} />
        </span>
      )}
    </span>
  );
}

/** The same of a node that the reader may not be allowed to see. */
export function NameIfKnown({ node }: { node: Props["node"] | null | undefined }) {
  return node ? <Name node={node} /> : <span className="muted">hidden</span>;
}
