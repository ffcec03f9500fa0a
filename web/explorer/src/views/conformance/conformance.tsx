/** Conformance: what becomes of the facets that producers send, and of events that are pasted or dropped here. */

import { useState } from "react";
import { FACET_USAGE, type FacetLine, type FacetStatus } from "../../api/operations/conformance";
import { useOperation } from "../../api/use";
import { Page } from "../../shell/page";
import { Failure, Loading, Notice, Time } from "../../shell/parts";
import { Table } from "../../shell/table";
import { count, counted, plain } from "../../shell/wording";
import { Check } from "./check";
import { FacetTag } from "./facettag";
import { shortProducer } from "./producers";

const MEANINGS: readonly (readonly [FacetStatus, string])[] = [
  ["INTERPRETED", "decides lineage, runs, names or versions"],
  ["TYPED", "decides nothing and is shown by its members"],
  ["STORED", "is kept and shown whole"],
];

export function ConformanceView() {
  return (
    <Page title="Conformance">
      <header>
        <h1>Conformance</h1>
        <p className="muted">
          What Headwater makes of OpenLineage events. What is not valid is taken in all the same unless it is refused,
          and everything a producer says is kept.
        </p>
      </header>
      <div className="stack">
        <Check />
        <Usage />
      </div>
    </Page>
  );
}

function Usage() {
  const page = useOperation(FACET_USAGE, {}, { every: 60_000 });
  const [only, setOnly] = useState<FacetStatus | null>(null);
  const { facets = [], exact = true, complete = true } = page.data?.facetUsage ?? {};
  const shown = facets.filter((line) => !only || line.status === only);
  return (
    <section className="card" aria-labelledby="usage">
      <header>
        <h2 id="usage">Facets in this catalog</h2>
        {!exact && <span className="muted small">counts are estimated from a sample</span>}
      </header>
      <div className="inside">
        {page.error && <Failure error={page.error} retry={() => page.refetch()} />}
        {page.isPending && <Loading lines={8} />}
        {page.data && facets.length === 0 && (
          <Notice title="No facets yet.">They appear here as soon as a producer sends its first event.</Notice>
        )}
        {facets.length > 0 && (
          <>
            <fieldset className="choices">
              <legend className="unseen">Which facets</legend>
              <Choice name="all" chosen={only === null} choose={() => setOnly(null)} of={facets.length} />
              {MEANINGS.map(([status, meaning]) => (
                <Choice
                  key={status}
                  name={plain(status)}
                  title={meaning}
                  chosen={only === status}
                  choose={() => setOnly(status)}
                  of={facets.filter((line) => line.status === status).length}
                />
              ))}
            </fieldset>
            <p className="muted small">
              {MEANINGS.filter(([status]) => !only || status === only)
                .map(([status, meaning]) => `${plain(status)}: ${meaning}`)
                .join("; ")}
              .
            </p>
            <Facets lines={shown} />
            {!complete && <p className="muted small">Only the {count(facets.length)} most frequent are shown.</p>}
          </>
        )}
      </div>
    </section>
  );
}

interface ChoiceProps {
  name: string;
  title?: string;
  chosen: boolean;
  choose: () => void;
  of: number;
}

function Choice({ name, title, chosen, choose, of }: ChoiceProps) {
  return (
    <label className={chosen ? "chosen" : undefined} title={title}>
      <input type="radio" name="status" checked={chosen} onChange={choose} />
      {name} <span className="muted">{count(of)}</span>
    </label>
  );
}

function Facets({ lines }: { lines: readonly FacetLine[] }) {
  return (
    <Table heads={["Facet", "Of", "Status", ["Count", "number"], "Last", "Producers"]}>
      {lines.map((line) => (
        <tr key={`${line.place} ${line.facet}`}>
          <th scope="row">
            <code>{line.facet}</code>
            <div className="muted small">{line.tells ?? "not known to Headwater"}</div>
          </th>
          <td>{line.place}</td>
          <td>
            <FacetTag status={line.status} />
            <div className="muted small">{line.shown.join(", ")}</div>
          </td>
          <td className="number">{count(line.count)}</td>
          <td>
            <Time at={line.last} />
          </td>
          <td>
            <Producers names={line.producers} schemas={line.schemas} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Producers({ names, schemas }: { names: readonly string[]; schemas: readonly string[] }) {
  if (names.length === 0) return <span className="muted">not said</span>;
  return (
    <details>
      <summary title={names.join("\n")}>
        {shortProducer(names[0])}
        {names.length > 1 && <span className="muted"> and {counted(names.length - 1, "more", "more")}</span>}
      </summary>
      <ul className="small addresses">
        {[...names, ...schemas].map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </details>
  );
}
