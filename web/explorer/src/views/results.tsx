/** Found nodes as a list that the arrow keys walk. */

import type { KeyboardEvent } from "react";
import { Link } from "wouter";
import type { FoundNode, SearchHit } from "../api/operations/search";
import { lineagePage } from "../shell/links";
import { Name } from "../shell/name";
import { Kind, Marked, Ranges } from "../shell/parts";

/** Moves the focus along the results; past the first one, back to the box. */
export function walk(event: KeyboardEvent, by: 1 | -1) {
  const links = [...document.querySelectorAll<HTMLElement>("a.result-name")];
  const at = links.indexOf(document.activeElement as HTMLElement) + by;
  const next = at < 0 ? document.querySelector<HTMLElement>(".bigsearch input") : links[Math.min(at, links.length - 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

export function List({ hits, query }: { hits: readonly SearchHit[]; query: string }) {
  const keys = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") walk(event, 1);
    if (event.key === "ArrowUp") walk(event, -1);
  };
  return (
    <ul className="list" onKeyDown={keys}>
      {hits.map((hit) => hit.node && <Result key={hit.node.id} node={hit.node} hit={hit} query={query} />)}
    </ul>
  );
}

function Result({ node, hit, query }: { node: FoundNode; hit: SearchHit; query: string }) {
  const said = hit.highlights.find(({ text }) => text !== node.label && !node.ref.includes(text));
  const text = node.description ?? node.definition;
  return (
    <li className="result">
      <div className="grow">
        <Name node={node} query={query} className="result-name" />
        {(said || text) && (
          <p className="muted small cut">
            {said ? <Ranges text={said.text} ranges={said.ranges} /> : <Marked text={text ?? ""} query={query} />}
          </p>
        )}
      </div>
      {node.type && <code className="muted">{node.type}</code>}
      {(node.environment ?? node.dataset?.environment) && (
        <span className="tag">{node.environment ?? node.dataset?.environment}</span>
      )}
      {node.zone && <span className="muted small">{node.zone}</span>}
      <Kind kind={node.kind ?? (node.__typename === "Field" ? "column" : node.__typename)} />
      {(node.__typename === "Dataset" || node.__typename === "Job") && (
        <Link href={lineagePage(node.id)} className="small" aria-label={`Lineage of ${node.ref}`}>
          Lineage
        </Link>
      )}
    </li>
  );
}
