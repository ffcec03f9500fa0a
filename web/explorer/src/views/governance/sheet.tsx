/** A mapping sheet: source column, target column, how, by which job, declared against observed; all of it as CSV. */

import { useId, useState } from "react";
import { Link } from "wouter";
import { GOVERNANCE, MAPPINGS, type Mapped, type Mapping } from "../../api/operations/governance";
import type { At } from "../../api/operations/shared";
import { useOperation } from "../../api/use";
import { nodePage } from "../../shell/links";
import { Section } from "../../shell/section";
import { Table } from "../../shell/table";
import { Paged } from "./paged";
import { sayAgreement, sayHow, sheetAddress } from "./tasks";

/** Of the choice: a zone might be called anything, so its place stands for it. */
const ANY = "any";

interface Props {
  /** The zone of targets: null, any; "", none. */
  into?: string | null;
  /** Only from or to this dataset. */
  dataset?: string | null;
  at?: At | null;
}

export function Sheet({ into = null, dataset = null, at = null }: Props) {
  const id = useId();
  const zones = useOperation(GOVERNANCE, {}).data?.governance.zones ?? [];
  const [chosen, choose] = useState(ANY);
  const from = chosen === ANY ? null : (zones[Number(chosen)]?.zone ?? "");
  const asked = { from, to: into, dataset, at };
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
      <a href={sheetAddress(asked)} download="mappings.csv" className="button">
        CSV
      </a>
    </span>
  );
  return (
    <Section id={id} title="Which column is made of which" aside={all}>
      <Paged operation={MAPPINGS} variables={asked} page={({ mappings }) => mappings} none="No mapping is known here.">
        {(rows) => <MappingRows rows={rows} />}
      </Paged>
    </Section>
  );
}

export function MappingRows({ rows }: { rows: readonly Mapping[] }) {
  return (
    <Table heads={["Source", "Target", "How", "Said by", "Standing"]}>
      {rows.map((row) => (
        <Row key={`${row.source.ref} ${row.target.ref} ${row.job?.id}`} row={row} />
      ))}
    </Table>
  );
}

function Row({ row }: { row: Mapping }) {
  return (
    <tr>
      <th scope="row">
        <End end={row.source} />
      </th>
      <td>
        <End end={row.target} />
      </td>
      <td>
        <div>{sayHow(row)}</div>
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
