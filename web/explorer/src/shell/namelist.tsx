/** Names in a cell, the first of many. */

import { Fragment, useState } from "react";
import { Link } from "wouter";
import type { NodeRef } from "../api/operations/shared";
import { pageOf } from "./links";
import { shownName } from "./names";

const FEW = 6;

interface Props {
  nodes: readonly NodeRef[];
  /** Columns with their dataset: those of several may be called alike. */
  placed?: boolean;
}

export function Names({ nodes, placed = false }: Props) {
  const [all, setAll] = useState(false);
  const shown = all ? nodes : nodes.slice(0, FEW);
  return (
    <span>
      {shown.map((node, at) => (
        <Fragment key={node.id}>
          {at > 0 && ", "}
          <Link href={pageOf(node.__typename, node.id)} title={node.ref}>
            {placed ? placedName(node) : node.label}
          </Link>
        </Fragment>
      ))}
      {shown.length < nodes.length && (
        <>
          {" "}
          <button type="button" className="link" onClick={() => setAll(true)}>
            and {nodes.length - shown.length} more
          </button>
        </>
      )}
    </span>
  );
}

function placedName(node: NodeRef): string {
  const { short, where } = shownName(node);
  return node.__typename === "Field" ? `${where.split("/").at(-1)}#${short}` : node.label;
}
