/** The mapping sheet of a zone: source column, target column, how, by which job, declared against observed; all of it as CSV. */

import { useId, useState } from "react";
import { Link } from "wouter";
import { GOVERNANCE, MAPPINGS, type Mapped, type Mapping } from "../../api/operations/governance";
import { useOperation } from "../../api/use";
import { nodePage } from "../../shell/links";
import { Section } from "../../shell/section";
import { Table } from "../../shell/table";
import { Paged } from "./paged";
import { sayAgreement, sayHow, sheetAddress } from "./tasks";

/** Of the choice: a zone might be called anything, so its place stands for it. */
const ANY = "any";

export function Sheet({ to }: { to: string | null }) {
  const id = useId();
  const zones = useOperation(GOVERNANCE, {}).data?.governance.zones ?? [];
  const [chosen, choose] = useState(ANY);
  const from = chosen === ANY ? null : (zones[Number(chosen)]?.zone ?? "");
  const into = to ?? "";
  const all = (
    <span className="row">
      <label htmlFor={`${id} from`}>
        From{" "}
        <select id={`${id} from`} value={chosen} onChange={(event) => choose(event.target.value)}>
          <option value={ANY}>any zone</option>
          {zones.map(({ zone }, place) => (
            <option key={zone ?? ""} value={place}>
              {zone ?? "no zone"}
            </option>
          ))}
        </select>
      </label>
      <a href={sheetAddress(from, into)} download="mappings.csv" className="button">
        CSV
      </a>
    </span>
  );
  return (
    <Section id={id} title="Which column is made of which" aside={all}>
      <Paged
        operation={MAPPINGS}
        variables={{ from, to: into }}
        page={({ mappings }) => mappings}
        none="No mapping is known here."
      >
        {(rows) => (
          <Table heads={["Source", "Target", "How", "Said by", "Standing"]}>
            {rows.map((row) => (
              <Row key={`${row.source.ref} ${row.target.ref} ${row.job?.id}`} row={row} />
            ))}
          </Table>
        )}
      </Paged>
    </Section>
  );
}

function Row({ row }: { row: Mapping }) {
  return (
    <tr>
      <td>
        <End end={row.source} />
      </td>
      <td>
        <End end={row.target} />
      </td>
      <td>
        {sayHow(row)}
        {row.expression && <div className="mono small">{row.expression}</div>}
      </td>
      <td>
        {row.job ? (
          <Link href={nodePage(row.job.id)}>{row.job.label}</Link>
        ) : (
          <Link href={nodePage(row.target.dataset?.id ?? row.target.id)} title={`How ${row.target.name} is defined`}>
            its definition
          </Link>
        )}
      </td>
      <td>
        <span className={`tag ${row.agreement === "BOTH" ? "good" : "none"}`}>{sayAgreement(row.agreement)}</span>
      </td>
    </tr>
  );
}

function End({ end }: { end: Mapped }) {
  return (
    <span title={end.ref}>
      <Link href={nodePage(end.id)} className="mono">
        {end.field ?? "every column"}
      </Link>
      <div className="muted small">
        {end.name}
        {end.zone && ` · ${end.zone}`}
      </div>
    </span>
  );
}
