/** Runs as a table: state, job, when, how long. */

import { Link } from "wouter";
import type { RunLine } from "../api/operations/shared";
import { nodePage } from "../shell/links";
import { State, Time } from "../shell/parts";
import { Table } from "../shell/table";
import { duration } from "../shell/wording";

export function Runs({ runs, job = true }: { runs: readonly RunLine[]; job?: boolean }) {
  return (
    <Table heads={[job ? "Job" : "Run", "State", "Started", ["Took", "number"]]} className="runs">
      {runs.map((run) => (
        <tr key={run.id}>
          <th scope="row" className="what">
            <Link href={nodePage(run.id)}>{job ? (run.job?.label ?? run.label) : run.label}</Link>
            {run.error?.message && (
              <div className="muted small message" title={run.error.message}>
                {run.error.message}
              </div>
            )}
          </th>
          <td>
            <State state={run.state} />
          </td>
          <td>
            <Time at={run.started} />
          </td>
          <td className="number">{run.durationMs === null ? "" : duration(run.durationMs)}</td>
        </tr>
      ))}
    </Table>
  );
}
