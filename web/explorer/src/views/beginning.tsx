/** What home shows while the catalog holds nothing: how the first event gets in. */

import { type ReactNode, useState } from "react";
import { BASE } from "../shell/base";

/** The least that is an event: one run that read a dataset and wrote another. */
const EVENT = {
  eventType: "COMPLETE",
  eventTime: "2026-01-31T12:00:00Z",
  producer: "https://example.com/by-hand",
  schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
  run: { runId: "01936f6c-9a51-7c9e-8f2b-0d6f1a2b3c4d" },
  job: { namespace: "first", name: "load_orders" },
  inputs: [{ namespace: "first", name: "raw.orders" }],
  outputs: [{ namespace: "first", name: "trusted.orders" }],
};

export function Beginning() {
  const address = `${location.origin}${BASE.replace(/\/$/, "")}`;
  return (
    <div className="beginning">
      <h2>The catalog is empty. Three ways to fill it:</h2>
      <ol className="stack">
        <li className="card">
          <Way title="Send a first event, by hand">
            <Command
              text={`curl ${address}/api/v1/lineage -H 'content-type: application/json' -d '${JSON.stringify(EVENT)}'`}
            />
          </Way>
        </li>
        <li className="card">
          <Way title="Point a job's OpenLineage client here: Airflow, Spark, dbt, Flink and others have one">
            <Command text={`export OPENLINEAGE_URL=${address}`} />
          </Way>
        </li>
        <li className="card">
          <Way title="Read files of events, or watch a demo in a catalog of its own">
            <Command text="headwater ingest events/" />
            <Command text="headwater demo" />
          </Way>
        </li>
      </ol>
      <p className="muted small">This page shows what arrives as soon as it does.</p>
    </div>
  );
}

function Way({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <header>
        <h3>{title}</h3>
      </header>
      <div className="inside">{children}</div>
    </>
  );
}

export function Command({ text }: { text: string }) {
  return (
    <div className="command">
      <pre>{text}</pre>
      <Copy text={text} />
    </div>
  );
}

/** Says that it was done, and that it could not be done: browsers give the clipboard to secure origins only. */
export function Copy({ text }: { text: string }) {
  const [said, say] = useState("Copy");
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => say("Copied"),
      () => say("Not allowed: select it"),
    );
  return (
    <button type="button" className="quiet" aria-live="polite" onClick={copy} disabled={!navigator.clipboard}>
      {said}
    </button>
  );
}
