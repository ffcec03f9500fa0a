/** The columns of a dataset: name, type, terms, description, and what was measured. */

import { Link } from "wouter";
import type { FieldLine } from "../../api/operations/node";
import { nodePage, termPage } from "../../shell/links";
import { Table } from "../../shell/table";
import { counted } from "../../shell/wording";
import { columnMeasures, type Metric } from "./measured";
import { Part, TagList } from "./sections";

interface Props {
  fields: readonly FieldLine[];
  more: boolean;
  metrics: readonly Metric[];
}

export function Columns({ fields, more, metrics }: Props) {
  if (fields.length === 0) return <Part title="Columns">No schema is known.</Part>;
  const measured = columnMeasures(metrics);
  const described = fields.some(({ description, tags }) => description || tags.length > 0);
  const heads = [
    "Name",
    "Type",
    "Terms",
    ...(described ? ["Description"] : []),
    ...(measured.size ? ["Measured"] : []),
  ];
  return (
    <Part title={`${counted(fields.length, "column")}${more ? ", the first of more" : ""}`}>
      <Table heads={heads}>
        {fields.map((field) => (
          <tr key={field.id}>
            <td className="mono">
              <Link href={nodePage(field.id)}>{field.path}</Link>
            </td>
            <td className="mono muted">{field.type ?? (field.known ? "" : "not in the schema")}</td>
            <td>
              <FieldTerms field={field} />
            </td>
            {described && (
              <td className="muted">
                {field.description} <TagList tags={field.tags} />
              </td>
            )}
            {measured.size > 0 && <td className="muted">{measured.get(field.path)}</td>}
          </tr>
        ))}
      </Table>
    </Part>
  );
}

function FieldTerms({ field }: { field: FieldLine }) {
  return (
    <span className="row">
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
    </span>
  );
}
