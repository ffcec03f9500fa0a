/** Tests of a dataset: one line a test, with its results over time. */

import type { TestLine } from "../../api/operations/node";
import { State, Time } from "../../shell/parts";
import { Strip } from "../../shell/strip";
import { Table } from "../../shell/table";
import { counted } from "../../shell/wording";
import { Part, RunTime } from "./sections";
import { sayResults, type TestSeries, testBars, testSeries } from "./testlines";

export function Tests({ tests, more }: { tests: readonly TestLine[]; more: boolean }) {
  const series = testSeries(tests);
  if (series.length === 0) return null;
  const failing = series.filter((one) => one.verdict === "failed").length;
  return (
    <Part title={`${counted(series.length, "test")}, ${failing === 0 ? "none fails" : `${failing} failing`}`}>
      <Table
        heads={[
          "Test",
          "Column",
          `${more ? "Latest results" : "Results"}, the last on the right`,
          "Now",
          ["Last", "number"],
        ]}
      >
        {series.map((one) => (
          <Line key={`${one.name} ${one.column} ${one.results[0].details.name}`} series={one} />
        ))}
      </Table>
    </Part>
  );
}

function Line({ series }: { series: TestSeries }) {
  const [last] = series.results;
  return (
    <tr>
      <th scope="row">
        <span className="mono">{series.name}</span>
        <Details test={last} failed={series.verdict === "failed"} />
      </th>
      <td className="mono muted">{series.column}</td>
      <td>
        <Strip bars={testBars(series)} said={sayResults(series)} />
      </td>
      <td>
        <State state={series.verdict} />
        {series.since && series.since !== last.at && (
          <div className="muted small">
            since <Time at={series.since} />
          </div>
        )}
      </td>
      <td className="number">
        <RunTime run={last.run} at={last.at} />
      </td>
    </tr>
  );
}

/** What a test is for; of one that failed also what was expected and found. */
function Details({ test: { details }, failed }: { test: TestLine; failed: boolean }) {
  const { description, severity, expected, actual } = details;
  const found = failed && (expected !== null || actual !== null);
  if (!description && !severity && !found) return null;
  return (
    <div className="muted small">
      {[description, severity?.toLowerCase()].filter(Boolean).join(" · ")}
      {found && (
        <div>
          expected {expected ?? "nothing said"}, found {actual ?? "nothing said"}
        </div>
      )}
    </div>
  );
}
