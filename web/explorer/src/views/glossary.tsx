/** The glossary as a tree or a table. */

import { useMemo, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { TERMS, type TermLine } from "../api/operations/glossary";
import { useOperation } from "../api/use";
import { termPage } from "../shell/links";
import { Page } from "../shell/page";
import { Failure, Loading, Marked, Notice, State } from "../shell/parts";
import { Table } from "../shell/table";
import { counted } from "../shell/wording";
import { childrenOf, withBroader } from "./termtree";

export function GlossaryView() {
  const query = new URLSearchParams(useSearch());
  const [, go] = useLocation();
  const table = query.get("view") === "table";
  const [text, setText] = useState("");
  const terms = useOperation(TERMS, { text: null, after: null });
  const all = terms.data?.terms.nodes ?? [];
  const wanted = text.trim().toLowerCase();
  const shown = wanted
    ? all.filter((term) => `${term.label} ${term.definition ?? ""}`.toLowerCase().includes(wanted))
    : all;
  return (
    <Page title="Glossary">
      <header className="row between">
        <h1>Glossary</h1>
        <div className="row">
          <input
            type="search"
            value={text}
            onChange={(event) => setText(event.target.value)}
            placeholder="Filter terms"
            aria-label="Filter terms"
          />
          <button type="button" aria-pressed={!table} onClick={() => go("/glossary", { replace: true })}>
            Tree
          </button>
          <button type="button" aria-pressed={table} onClick={() => go("/glossary?view=table", { replace: true })}>
            Table
          </button>
        </div>
      </header>
      {terms.error && <Failure error={terms.error} retry={() => terms.refetch()} />}
      {terms.isPending && <Loading lines={8} />}
      {terms.data && all.length === 0 && (
        <Notice title="No terms yet.">
          <p>A glossary can be read from SKOS or a spreadsheet:</p>
          <pre>headwater glossary import terms.ttl</pre>
        </Notice>
      )}
      {all.length > 0 && (
        <p className="muted small" role="status">
          {wanted ? `${shown.length} of ${counted(all.length, "term")}` : counted(all.length, "term")}
        </p>
      )}
      {shown.length > 0 &&
        (table ? (
          <TermTable terms={shown} text={wanted} />
        ) : (
          <TermTree terms={wanted ? withBroader(all, shown) : all} text={wanted} />
        ))}
    </Page>
  );
}

function TermTree({ terms, text }: { terms: readonly TermLine[]; text: string }) {
  const children = useMemo(() => childrenOf(terms), [terms]);
  return (
    <div className="nested">
      <Branch of="" children_={children} path={[]} text={text} />
    </div>
  );
}

interface BranchProps {
  of: string;
  children_: Map<string, TermLine[]>;
  path: readonly string[];
  text: string;
}

/** `path` stops a circle of broader terms, which a glossary under edit may hold. */
function Branch({ of, children_, path, text }: BranchProps) {
  const list = children_.get(of);
  if (!list || path.includes(of)) return null;
  return (
    <ul>
      {list.map((term) => (
        <li key={term.id}>
          <div>
            <Link href={termPage(term.id)}>
              <Marked text={term.label} query={text} />
            </Link>
            {term.status.toUpperCase() !== "APPROVED" && <State state={term.status} />}
            <span className="muted cut">
              <Marked text={term.definition ?? ""} query={text} />
            </span>
          </div>
          <Branch of={term.id} children_={children_} path={[...path, of]} text={text} />
        </li>
      ))}
    </ul>
  );
}

function TermTable({ terms, text }: { terms: readonly TermLine[]; text: string }) {
  return (
    <Table heads={["Term", "Definition", "Glossary", "Status"]}>
      {terms.map((term) => (
        <tr key={term.id}>
          <th scope="row">
            <Link href={termPage(term.id)}>
              <Marked text={term.label} query={text} />
            </Link>
          </th>
          <td className="muted">
            <Marked text={term.definition ?? ""} query={text} />
          </td>
          <td className="muted">{term.glossary}</td>
          <td>
            <State state={term.status} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
