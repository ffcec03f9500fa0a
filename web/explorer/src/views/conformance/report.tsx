/** A conformance report: what is valid, what is wrong and where, what becomes of each facet, event by event. */

import type { ReactNode } from "react";
import type { EventReport, Report } from "../../api/operations/conformance";
import { Table } from "../../shell/table";
import { counted, moment, count as number } from "../../shell/wording";
import { FacetTag } from "./facettag";

const MOST_LISTED = 50;

export function ReportView({ report }: { report: Report }) {
  const flags = Object.entries(report.flags).map(([name, times]) => `${name} ${number(times)}`);
  return (
    <>
      <p>
        <strong>{counted(report.events, "event")}</strong>: {number(report.valid)} valid, {number(report.invalid)} not.
        {flags.length > 0 && <span className="muted"> Flagged: {flags.join(", ")}.</span>}
      </p>
      <Lines
        title="Refused"
        heads={["Why", "What to do"]}
        lines={report.refused.map((one) => [one.sentence, one.remedy, one.count])}
      />
      <Lines
        title="Against the schema"
        heads={["Where", "What"]}
        lines={report.problems.map((one) => [<Where key="where" path={one.path} />, one.message, one.count])}
      />
      <Lines
        title="Facets"
        heads={["Facet", "What becomes of it"]}
        lines={report.facets.map((one) => [
          <span key="facet">
            <code>{one.facet}</code> <span className="muted">of {one.place}</span>
          </span>,
          <span key="status">
            <FacetTag status={one.status} /> <span className="muted small">{one.shown.join(", ")}</span>
          </span>,
          one.count,
        ])}
      />
      <Lines
        title="Ignored"
        heads={["Where", "Why"]}
        lines={report.ignored.map((one) => [<Where key="where" path={one.path} />, one.message, one.count])}
      />
      {report.notOpenLineage.edits > 0 && (
        <p className="muted small">Not OpenLineage: edits {report.notOpenLineage.edits}</p>
      )}
      {report.results.length > 0 && <h3>Event by event</h3>}
      {report.results.slice(0, MOST_LISTED).map((one) => (
        <Event key={one.event} one={one} />
      ))}
      {report.events > MOST_LISTED && (
        <p className="muted small">
          The first {MOST_LISTED} of {counted(report.events, "event")}; `headwater conformance --json` lists more.
        </p>
      )}
    </>
  );
}

function Where({ path }: { path: string }) {
  return path ? <code>{path}</code> : <span className="muted">the event itself</span>;
}

type Line = readonly [ReactNode, ReactNode, number];

function Lines({ title, heads, lines }: { title: string; heads: readonly [string, string]; lines: readonly Line[] }) {
  if (lines.length === 0) return null;
  return (
    <Table heads={[...heads, ["Times", "number"]]} caption={title}>
      {lines.slice(0, MOST_LISTED).map(([first, second, times], i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a report does not change
        <tr key={i}>
          <th scope="row">{first}</th>
          <td>{second}</td>
          <td className="number">{number(times)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Event({ one }: { one: EventReport }) {
  const [word, tone] = one.refused ? ["refused", "bad"] : one.valid ? ["valid", "good"] : ["not valid", "warn"];
  return (
    <details className="facet">
      <summary>
        <span className={`tag ${tone}`}>{word}</span>
        <span>{one.kind || "no event"}</span>
        <span className="mono">{one.of}</span>
        <span className="muted small">{one.eventTime && moment(one.eventTime)}</span>
        {one.flags.map((flag) => (
          <span key={flag} className="tag warn">
            {flag}
          </span>
        ))}
      </summary>
      <ul className="list">
        {one.refused && (
          <li>
            <span className="grow">{one.refused.sentence}</span>
            <span className="muted">{one.refused.remedy}</span>
          </li>
        )}
        {one.problems.map((slip) => (
          <li key={`${slip.path} ${slip.message}`}>
            <Where path={slip.path} />
            <span className="grow">{slip.message}</span>
          </li>
        ))}
        {one.facets.map((facet) => (
          <li key={facet.path}>
            <code className="grow">{facet.path}</code>
            <FacetTag status={facet.status} />
          </li>
        ))}
        {one.ignored.map((slip) => (
          <li key={`${slip.path} ${slip.message}`}>
            <Where path={slip.path} />
            <span className="grow muted">ignored: {slip.message}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
