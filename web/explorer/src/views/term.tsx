/** One term: what it means, how it relates, where it is used. */

import { Link, useSearch } from "wouter";
import { TERM_PAGE, type TermPage } from "../api/operations/glossary";
import type { NodeRef } from "../api/operations/shared";
import { useOperation } from "../api/use";
import { termPage } from "../shell/links";
import { Page } from "../shell/page";
import { Failure, Loading, Notice, State, Time } from "../shell/parts";
import { Table } from "../shell/table";
import { counted, plain } from "../shell/wording";
import { happenings } from "./node/history";
import { Heading, HistoryList, NodeLink, Owners, Part } from "./node/sections";

export function TermView() {
  const id = new URLSearchParams(useSearch()).get("id") ?? "";
  const page = useOperation(TERM_PAGE, { id }, { enabled: id !== "" });
  const term = page.data?.node;
  return (
    <Page title={term?.label ?? "Term"}>
      {page.error && <Failure error={page.error} retry={() => page.refetch()} />}
      {page.isPending && id !== "" && <Loading lines={8} />}
      {(id === "" || (page.data && !term?.id)) && <Notice title="The glossary has no such term." />}
      {term?.id && <Term term={term} />}
    </Page>
  );
}

const LABELS: Readonly<Record<string, string>> = {
  prefLabel: "",
  altLabel: "also",
  hiddenLabel: "for searching",
  notation: "code",
};

function Term({ term }: { term: TermPage }) {
  const others = term.labels.filter((label) => label.text !== term.label);
  return (
    <article className="entity">
      <header>
        <p className="crumbs row">
          <Link href="/glossary">{term.glossary}</Link>
          <State state={term.status} />
        </p>
        <h1>{term.label}</h1>
        {others.length > 0 && (
          <p className="muted">
            {others
              .map(
                (label) =>
                  `${label.text} (${[label.language, LABELS[label.kind] ?? plain(label.kind)].filter(Boolean).join(", ")})`,
              )
              .join(" · ")}
          </p>
        )}
      </header>
      <div className="headings">
        <Heading title="Meaning" about="What people agreed it means.">
          {term.definition ? (
            <p className="prose">{term.definition}</p>
          ) : (
            <p className="muted">It has no definition yet.</p>
          )}
          {term.definitions
            .filter((one) => one.text !== term.definition)
            .map((one) => (
              <p key={`${one.language} ${one.text}`} className="prose" lang={one.language}>
                {one.text}
              </p>
            ))}
          <dl className="facts">
            <Relation name="Broader" terms={term.broader} />
            <Relation name="Narrower" terms={term.narrower} />
            <Relation name="Related" terms={term.related} />
          </dl>
          <Owners owners={term.owners} tags={[]} />
        </Heading>
        <Heading title="Lineage" about="Where it is assigned, by people or along column lineage.">
          <Assignments term={term} />
          <Nearby term={term} />
          <Part title="History">
            <HistoryList happened={happenings(term.history.nodes)} />
          </Part>
        </Heading>
        <Heading title="Physical" about="How it is kept.">
          <dl className="facts">
            <dt>IRI</dt>
            <dd className="mono">{term.iri}</dd>
          </dl>
        </Heading>
      </div>
    </article>
  );
}

function Relation({ name, terms }: { name: string; terms: readonly NodeRef[] }) {
  if (terms.length === 0) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd className="row">
        {terms.map((term) => (
          <Link key={term.id} href={termPage(term.id)}>
            {term.label}
          </Link>
        ))}
      </dd>
    </>
  );
}

const SOURCES: Readonly<Record<string, string>> = {
  PERSON: "a person",
  FILE: "a file",
  PRODUCER: "a producer",
  CRAWLER: "a crawler",
};
const sayBy = (source: string, by: string | null) => `by ${SOURCES[source] ?? plain(source)}${by ? `, ${by}` : ""}`;

/** What terms beside this one are assigned to: whoever asks where a term is used often means those too. */
function Nearby({ term }: { term: TermPage }) {
  const near = [...term.narrower, ...term.related].filter(({ assignments }) => assignments.nodes.length > 0);
  if (near.length === 0) return null;
  return (
    <Part title="Through narrower and related terms">
      <ul className="list">
        {near.map((one) => (
          <li key={one.id}>
            <Link href={termPage(one.id)} className="tag accent">
              {one.label}
            </Link>
            <span className="grow">
              {one.assignments.nodes.map(({ node }) => node && <NodeLink key={node.id} node={node} />)}
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Assignments({ term }: { term: TermPage }) {
  const { nodes, pageInfo } = term.assignments;
  if (nodes.length === 0) return <p className="muted">It is not assigned to anything.</p>;
  return (
    <Part title={`${pageInfo.hasNextPage ? "The first " : ""}${counted(nodes.length, "assignment")}`}>
      <Table heads={["Where", "How", "Status", ["Since", "number"]]}>
        {nodes.map((line) => (
          <tr key={`${line.node?.id} ${line.at}`}>
            <th scope="row">
              <NodeLink node={line.node} />
            </th>
            <td className="muted">{line.note ?? sayBy(line.source, line.by)}</td>
            <td>
              <State state={line.status} />
            </td>
            <td className="number">
              <Time at={line.at} />
            </td>
          </tr>
        ))}
      </Table>
    </Part>
  );
}
