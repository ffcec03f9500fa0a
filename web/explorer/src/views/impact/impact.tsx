/** What breaks and what may change downstream if a column or dataset went, and whom to tell. */

import { useState } from "react";
import { useLocation, useSearch } from "wouter";
import { type Affected, type AffectedDataset, type Effect, IMPACT, type Impact } from "../../api/operations/impact";
import { useOperation } from "../../api/use";
import { AskBoxes } from "../../shell/askbox";
import { AsOf, readAsof } from "../../shell/asof";
import { impactPage } from "../../shell/links";
import { Name, NameIfKnown } from "../../shell/name";
import { Names } from "../../shell/namelist";
import { Page } from "../../shell/page";
import { Limits, Loading, Notice, State } from "../../shell/parts";
import { Refused } from "../../shell/refused";
import { Section } from "../../shell/section";
import { type Head, Table } from "../../shell/table";
import { counted, plain } from "../../shell/wording";
import { ownersOf, type Reason, reasons } from "./reasons";

export function ImpactView() {
  const query = new URLSearchParams(useSearch());
  const [, go] = useLocation();
  const select = query.get("select") ?? "";
  const asof = readAsof(query.get("asof"));
  const at = asof ? { asOf: asof } : null;
  const page = useOperation(IMPACT, { select, at }, { enabled: select !== "" });
  const box = { name: "select", label: "Column or dataset", hint: "trusted.orders#amount", text: select };
  return (
    <Page title="Impact">
      {asof && <AsOf at={asof} now={impactPage(select)} />}
      <h1>Impact</h1>
      <p className="muted">What breaks and what may change downstream if a column or dataset went, and whose it is.</p>
      <AskBoxes
        key={select}
        boxes={[box]}
        ask={(said) => go(impactPage(said.select?.trim() ?? "", asof))}
        button="What if it went?"
      />
      {page.error && (
        <Refused error={page.error} name={select} retry={() => page.refetch()} to={(name) => impactPage(name, asof)} />
      )}
      {select !== "" && page.isPending && <Loading lines={8} />}
      {page.data && <Found found={page.data.impact} />}
    </Page>
  );
}

function Found({ found }: { found: Impact }) {
  const writers = found.changes.flatMap((change) => change.writers);
  return (
    <div className="stack">
      <p role="status" className="answer">
        {found.sentence}
      </p>
      {writers.length > 0 && (
        <dl className="facts">
          <dt>Would change with it</dt>
          <dd>
            <Names nodes={writers} />
          </dd>
        </dl>
      )}
      <Limits cut={found.cut} />
      {found.owners.length > 0 && (
        <Section id="owners" title="Whom to tell">
          <Table heads={["Effect", "Owner", "Of"]} className="why">
            {found.owners.map(({ name, effect, nodes }) => (
              <tr key={name}>
                <td>
                  <State state={effect} />
                </td>
                <th scope="row">{name}</th>
                <td>
                  <Names nodes={nodes} />
                </td>
              </tr>
            ))}
          </Table>
        </Section>
      )}
      {found.datasets.length > 0 && (
        <Section id="reached" title="Datasets reached">
          <Datasets datasets={found.datasets} />
        </Section>
      )}
      <Why affected={found.affected} effect="BREAKS" title="Breaks because" />
      <Why affected={found.affected} effect="MAY_CHANGE" title="May change because" />
      {found.terms.length > 0 && <Terms terms={found.terms} />}
      {found.affected.length === 0 && <Notice title="Nobody is known to use it." />}
    </div>
  );
}

function Datasets({ datasets }: { datasets: readonly AffectedDataset[] }) {
  return (
    <Table heads={["Effect", "Dataset", "Holds", "Columns", "Owner"]} className="why">
      {datasets.map(({ effect, dataset, holds, breaks, mayChange, whole, owners }) => (
        <tr key={dataset.id}>
          <td>
            <State state={effect} />
          </td>
          <th scope="row">
            <Name node={dataset} />
          </th>
          <td>{holds && <span className="tag accent">{plain(holds)}</span>}</td>
          <td className="mono">
            <Names nodes={breaks} />
            {mayChange.length > 0 && (
              <div>
                {breaks.length > 0 && <span className="muted">may change: </span>}
                <Names nodes={mayChange} />
              </div>
            )}
            {breaks.length + mayChange.length === 0 && whole && <span className="muted">not known which</span>}
          </td>
          <td>{ownersOf(owners) || <span className="muted">none named</span>}</td>
        </tr>
      ))}
    </Table>
  );
}

const HEADS: readonly Head[] = ["What", "Uses", "Expression", "In job", "Owner of the job"];
/** Rows of a table before its button shows the others. */
const FEW = 25;

function Why({ affected, effect, title }: { affected: readonly Affected[]; effect: Effect; title: string }) {
  const [all, setAll] = useState(false);
  const rows = reasons(affected, effect);
  if (rows.length === 0) return null;
  return (
    <Section id={effect} title={title}>
      <Table heads={HEADS} className="why">
        {rows.slice(0, all ? undefined : FEW).map((row) => (
          <Row key={row.key} row={row} />
        ))}
      </Table>
      {!all && rows.length > FEW && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {counted(rows.length, "row")}
        </button>
      )}
    </Section>
  );
}

function Row({ row: { node, uses, expression, how, job } }: { row: Reason }) {
  return (
    <tr>
      <th scope="row">
        <NameIfKnown node={node} />
      </th>
      <td>{uses && <Name node={uses} />}</td>
      <td className="value">{expression ? <code>{expression}</code> : <span className="muted">{how}</span>}</td>
      <td>{job && <Names nodes={[job]} />}</td>
      <td>{ownersOf(job?.owners) || <span className="muted">none named</span>}</td>
    </tr>
  );
}

function Terms({ terms }: Pick<Impact, "terms">) {
  return (
    <Section id="terms" title="Terms of the glossary">
      <Table heads={["Effect", "Term", "Assigned to"]} className="why">
        {terms.map(({ effect, iri, term, nodes }) => (
          <tr key={iri}>
            <td>
              <State state={effect} />
            </td>
            <th scope="row">{term ? <Name node={term} /> : <span className="mono">{iri}</span>}</th>
            <td>
              <Names nodes={nodes} placed />
            </td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}
