/** A run beside the last success of its job, or beside any other: the story, what differs, and which run upstream did. */

import { useState } from "react";
import { Link, useSearch } from "wouter";
import { ApiError } from "../api/client";
import { COMPARE, type ComparedItem, type RunComparison, type UpstreamRun } from "../api/operations/compare";
import type { RunLine } from "../api/operations/shared";
import { useOperation } from "../api/use";
import { nodePage } from "../shell/links";
import { Page } from "../shell/page";
import { Failure, Loading, Notice, State } from "../shell/parts";
import { Table } from "../shell/table";
import { counted, moment, plain } from "../shell/wording";

export function CompareView() {
  const query = new URLSearchParams(useSearch());
  const run = query.get("run") ?? "";
  const page = useOperation(COMPARE, { run, against: query.get("against") }, { enabled: run !== "" });
  const found = page.data?.compareRuns;
  const first = page.error instanceof ApiError && page.error.code === "no_success_before";
  return (
    <Page title="Compare runs">
      <div className="stack">
        <h1>Compare runs</h1>
        {run === "" && <Notice title="No run is named.">Open a run, and choose Compare with last success.</Notice>}
        {first && (
          <Notice title="No run of this job completed before this one.">
            <p>
              There is nothing to compare it with yet. <Link href={nodePage(run)}>Open the run</Link>
            </p>
          </Notice>
        )}
        {page.error && !first && <Failure error={page.error} retry={() => page.refetch()} />}
        {page.isPending && run !== "" && <Loading lines={8} />}
        {found && <Compared found={found} />}
      </div>
    </Page>
  );
}

function Compared({ found }: { found: RunComparison }) {
  return (
    <div className="stack">
      <dl className="facts">
        <dt>Run</dt>
        <dd>
          <Named run={found.run} />
        </dd>
        <dt>Compared with</dt>
        <dd>
          <Named run={found.against} />
        </dd>
      </dl>
      <section className="card" aria-labelledby="story">
        <header>
          <h2 id="story">In words</h2>
        </header>
        <div className="inside">
          <ul className="story">
            {found.story.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
      </section>
      {found.upstream.length > 0 && (
        <section className="card" aria-labelledby="upstream">
          <header>
            <h2 id="upstream">Runs upstream that differ</h2>
          </header>
          <div className="inside">
            <Upstream found={found.upstream} />
          </div>
        </section>
      )}
      <section className="card" aria-labelledby="items">
        <header>
          <h2 id="items">What both say</h2>
        </header>
        <div className="inside">
          <Items items={found.items} />
        </div>
      </section>
    </div>
  );
}

function Named({ run }: { run: RunLine }) {
  const name = run.job?.label ?? run.label;
  return (
    <span className="row">
      <Link href={nodePage(run.id)}>{run.started ? `${name} · ${moment(run.started)}` : name}</Link>
      <State state={run.state} />
    </span>
  );
}

function Upstream({ found }: { found: readonly UpstreamRun[] }) {
  return (
    <ol className="upstreams">
      {found.map((one) => (
        <li key={`${one.run.id} ${one.against.id}`}>
          <div className="row between">
            <Named run={one.run} />
            <span className="muted">{counted(one.distance, "step")} up</span>
          </div>
          <ul>
            {one.items
              .filter((item) => item.own)
              .map((item) => (
                <li key={item.sentence}>{item.sentence}</li>
              ))}
          </ul>
          <p className="small muted">
            {one.owners.length > 0 ? `Owner: ${one.owners.map((owner) => owner.name).join(", ")}. ` : "No owner. "}
            {one.via.length > 0 && "Read through "}
            {one.via.map((node, at) => (
              <span key={node.id}>
                {at > 0 && ", "}
                <Link href={nodePage(node.id)}>{node.label}</Link>
              </span>
            ))}
          </p>
        </li>
      ))}
    </ol>
  );
}

/** "test not_null", and of the state or the error, which have no name of their own, the kind alone. */
const named = ({ kind, name }: ComparedItem) => (plain(kind) === name ? name : `${plain(kind)} ${name}`);

function Items({ items }: { items: readonly ComparedItem[] }) {
  const [all, setAll] = useState(false);
  const changed = items.filter((item) => item.changed);
  const shown = all ? items : changed;
  return (
    <>
      <label className="row small">
        <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
        Also what is the same ({items.length - changed.length})
      </label>
      {shown.length === 0 && <p className="muted">Nothing that they say of themselves differs.</p>}
      {shown.length > 0 && (
        <Table heads={["What", "Before", "After"]} className="compared">
          {shown.map((item) => (
            <tr key={`${item.kind} ${item.subject} ${item.name}`}>
              <th scope="row">
                {named(item)}
                {item.subject && !item.name.includes(item.subject) && (
                  <div className="muted small mono">{item.subject}</div>
                )}
              </th>
              <td className="mono">{item.before ?? <span className="muted">not said</span>}</td>
              <td className="mono">
                {item.changed ? (
                  (item.after ?? <span className="muted">not said</span>)
                ) : (
                  <span className="muted">the same</span>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}
