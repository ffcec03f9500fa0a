/** Runs as a table: state, job, when, how long. */

import { Link } from "wouter";
import type { RunLine } from "../api/operations/shared";
import { nodePage } from "../shell/links";
import { State, Time } from "../shell/parts";
import { duration } from "../shell/wording";

export function Runs({ runs, job = true }: { runs: readonly RunLine[]; job?: boolean }) {
  return (
    <table className="runs">
      <thead>
        <tr>
          <th scope="col">{job ? "Job" : "Run"}</th>
          <th scope="col">State</th>
          <th scope="col">Started</th>
          <th scope="col" className="number">
            Took
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.id}>
            <td className="what">
              <Link href={nodePage(run.id)}>{job ? (run.job?.label ?? run.label) : run.label}</Link>
              {run.error && (
                <div className="muted small message" title={run.error.message}>
                  {run.error.message}
                </div>
              )}
            </td>
            <td>
              <State state={run.state} />
            </td>
            <td>
              <Time at={run.started} />
            </td>
            <td className="number">{run.durationMs === null ? "" : duration(run.durationMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
