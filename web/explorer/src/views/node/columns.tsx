/** The columns of a dataset: name, type, keys, whether they may be null, terms, tags, description, and what was measured. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { ask } from "../../api/client";
import { COLUMNS, type FieldLine, type KeyLine } from "../../api/operations/columns";
import type { AttributeLine } from "../../api/operations/declared";
import type { DatasetPage } from "../../api/operations/node";
import type { At } from "../../api/operations/shared";
import { keyOf } from "../../api/use";
import { nodePage, termPage } from "../../shell/links";
import { Failure } from "../../shell/parts";
import { type Head, Table } from "../../shell/table";
import { counted } from "../../shell/wording";
import { sayFilled, sayKey, sayTarget } from "./keys";
import { columnMeasures } from "./measured";
import { Part, TagList } from "./sections";

interface Props {
  node: DatasetPage;
  at: At | null;
  attributes: readonly AttributeLine[];
}

export function Columns({ node, at, attributes }: Props) {
  const [wanted, want] = useState(false);
  const first = node.fields.pageInfo;
  const later = useLater(node.id, at, first.endCursor, wanted);
  const pages = later.data?.pages ?? [];
  const fields = [...node.fields.nodes, ...pages.flatMap((page) => page.node?.fields?.nodes ?? [])];
  if (fields.length === 0) return <Part title="Columns">No schema is known.</Part>;
  const more = pages.length > 0 ? later.hasNextPage : first.hasNextPage;
  return (
    <Part title={`${counted(fields.length, "column")}${more ? ", the first of more" : ""}`}>
      <ColumnTable fields={fields} measured={columnMeasures(node.metrics.nodes)} attributes={attributes} />
      {later.error && <Failure error={later.error} retry={() => later.fetchNextPage()} />}
      {more && (
        <p>
          <button
            type="button"
            disabled={later.isFetching}
            onClick={() => (wanted ? later.fetchNextPage() : want(true))}
          >
            More columns
          </button>
        </p>
      )}
    </Part>
  );
}

/** The pages after the first one, once they are wanted. */
function useLater(id: string, at: At | null, start: string | null, wanted: boolean) {
  return useInfiniteQuery({
    queryKey: keyOf(COLUMNS, { id, at, after: start }),
    queryFn: ({ pageParam, signal }) => ask(COLUMNS, { id, at, after: pageParam }, signal),
    initialPageParam: start,
    getNextPageParam: (last) => {
      const page = last.node?.fields?.pageInfo;
      return page?.hasNextPage ? page.endCursor : null;
    },
    enabled: wanted,
  });
}

interface TableProps {
  fields: readonly FieldLine[];
  measured: ReadonlyMap<string, string>;
  attributes: readonly AttributeLine[];
}

/** What a column of the table says of a field; it stands there where any field has something to say. */
type Telling = readonly [head: Head, has: (field: FieldLine) => boolean, cell: (field: FieldLine) => ReactNode];

function ColumnTable({ fields, measured, attributes }: TableProps) {
  const filled = new Map(attributes.map((one) => [one.name, sayFilled(one)]));
  const told: readonly Telling[] = [
    ["Keys", ({ keys }) => keys.length > 0, (field) => <Keys field={field} />],
    ["Nulls", ({ nullable }) => nullable !== null, ({ nullable }) => sayNullable(nullable)],
    ["Terms", ({ terms }) => terms.length > 0, (field) => <FieldTerms field={field} />],
    [
      "Tags",
      ({ tags }) => tags.length > 0,
      ({ tags }) =>
        tags.length > 0 && (
          <Row>
            <TagList tags={tags} />
          </Row>
        ),
    ],
    ["Description", ({ description }) => Boolean(description), ({ description }) => description],
    ["Measured", ({ path }) => measured.has(path), ({ path }) => measured.get(path)],
  ];
  const shown = told.filter(([, has]) => fields.some(has));
  return (
    <Table heads={["Name", "Type", ...shown.map(([head]) => head)]} className="columns-of">
      {fields.map((field) => (
        <tr key={field.id}>
          <th scope="row" className="mono">
            <Link href={nodePage(field.id)}>{field.path}</Link>
          </th>
          <td className="mono muted">
            {sayType(field) && <div>{sayType(field)}</div>}
            {filled.get(field.path) && <div className="value">{filled.get(field.path)}</div>}
          </td>
          {shown.map(([head, has, cell]) => (
            <td key={String(head)}>{has(field) ? cell(field) : null}</td>
          ))}
        </tr>
      ))}
    </Table>
  );
}

const Row = ({ children }: { children: ReactNode }) => <span className="row">{children}</span>;

const sayType = ({ type, known }: FieldLine): string => type ?? (known ? "" : "not in the schema");

const sayNullable = (nullable: boolean | null): ReactNode =>
  nullable ? <span className="muted">allowed</span> : <span className="mono whole">NOT NULL</span>;

function Keys({ field }: { field: FieldLine }) {
  return field.keys.map((key) => (
    <div key={`${key.kind} ${key.columns.join()} ${sayTarget(key)}`}>
      {key.kind === "FOREIGN" ? (
        <>
          <span className="muted">{sayKey(key, field.path)}</span> <Target to={key} />
        </>
      ) : (
        <span className={`tag ${key.kind === "PRIMARY" ? "accent" : ""}`}>{sayKey(key, field.path)}</span>
      )}
    </div>
  ));
}

/** Where a foreign key leads: the column, else its dataset, else only a name that the catalog does not have. */
function Target({ to }: { to: KeyLine }) {
  const id = to.field?.id ?? to.dataset?.id;
  const name = sayTarget(to);
  if (!id) return <span className="mono">{name}</span>;
  return (
    <Link href={nodePage(id)} className="mono" title={to.dataset?.ref}>
      {name}
    </Link>
  );
}

function FieldTerms({ field }: { field: FieldLine }) {
  return (
    <Row>
      {field.terms.map(({ term, termIri }) =>
        term ? (
          <Link key={term.id} href={termPage(term.id)} className="tag accent" title={term.definition ?? termIri}>
            {term.label}
          </Link>
        ) : (
          <span key={termIri} className="tag" title={termIri}>
            {termIri.split(/[/#]/).at(-1)}
          </span>
        ),
      )}
    </Row>
  );
}
