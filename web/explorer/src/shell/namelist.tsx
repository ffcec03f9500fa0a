/** Names in a cell, the first of many. */

import { Fragment, useState } from "react";
import { Link } from "wouter";
import type { NodeRef } from "../api/operations/shared";
import { pageOf } from "./links";

const FEW = 6;

export function Names({ nodes }: { nodes: readonly NodeRef[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? nodes : nodes.slice(0, FEW);
  return (
    <span>
      {shown.map((node, at) => (
        <Fragment key={node.id}>
          {at > 0 && ", "}
          <Link href={pageOf(node.__typename, node.id)} title={node.ref}>
            {node.label}
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
