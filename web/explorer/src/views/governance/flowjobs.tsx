/** The jobs that write into a zone: from where, how their last run ended, when the last success was, how far they came. */

import { useId } from "react";
import { Link } from "wouter";
import { FLOW_JOBS, type FlowJob } from "../../api/operations/governance";
import { nodePage } from "../../shell/links";
import { NameIfKnown } from "../../shell/name";
import { State, Time } from "../../shell/parts";
import { Section } from "../../shell/section";
import { type Head, Table } from "../../shell/table";
import { count } from "../../shell/wording";
import { Paged } from "./paged";

const HEADS: readonly Head[] = ["Job", "From", ["Datasets", "number"], "Last run", "Last success", "Watermark"];

export function FlowJobs({ zone }: { zone: string | null }) {
  const id = useId();
  return (
    <Section id={id} title={`Jobs that write into ${zone ?? "no zone"}`}>
      <Paged
        operation={FLOW_JOBS}
        variables={{ zone }}
        page={({ flowJobs }) => flowJobs}
        none="No job is known to write here."
      >
        {(rows) => (
          <Table heads={HEADS}>
            {rows.map((row) => (
              <Row key={row.job?.id} row={row} />
            ))}
          </Table>
        )}
      </Paged>
    </Section>
  );
}

function Row({ row }: { row: FlowJob }) {
  const from = row.fromZones.map((zone) => zone ?? "no zone").join(", ");
  return (
    <tr>
      <th scope="row">
        <NameIfKnown node={row.job} />
      </th>
      <td>{from || <span className="muted">outside</span>}</td>
      <td className="number">{count(row.datasets)}</td>
      <td>
        {row.lastRun ? (
          <Link href={nodePage(row.lastRun.id)}>
            <State state={row.lastRun.state} />
          </Link>
        ) : (
          <span className="muted">none</span>
        )}
      </td>
      <td>
        <Time at={row.freshAt} />
      </td>
      <td>
        {row.watermarks.length === 0 && <span className="muted">none</span>}
        {row.watermarks.map((mark) => (
          <div key={mark.datasetRef} title={mark.datasetRef}>
            {mark.dataset?.label ?? mark.datasetRef}: <span className="mono">{String(mark.value)}</span>
          </div>
        ))}
      </td>
    </tr>
  );
}
