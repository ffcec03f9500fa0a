/** Entries that were not taken up: why and how many, a list, one with its bytes; and a button to try them again. */

import { useState } from "react";
import { Link, useSearch } from "wouter";
import type { Operation } from "../api/client";
import {
  ENTRY,
  type Entry,
  type EntryLine,
  type KeptState,
  PARKED,
  REASONS,
  REJECTED,
  type Reason,
} from "../api/operations/entries";
import type { Page as PageOf } from "../api/operations/shared";
import { useOperation } from "../api/use";
import { entriesPage, entryPage } from "../shell/links";
import { Page } from "../shell/page";
import { Failure, Loading, Notice, State, Time } from "../shell/parts";
import { count, counted, plain } from "../shell/wording";
import { download } from "./lineage/download";
import { type Replaying, sayOutcomes, useReplay } from "./replay";

const STEP = 50;
const MOST = 1_000;

export function EntriesView() {
  const query = new URLSearchParams(useSearch());
  const id = query.get("id");
  return id ? <OneEntry id={id} /> : <Entries code={query.get("code")} />;
}

function Entries({ code }: { code: string | null }) {
  const page = useOperation(REASONS, {}, { every: 10_000 });
  const replay = useReplay();
  const reasons = page.data?.entryReasons ?? [];
  const shown = code ? reasons.filter((reason) => reason.code === code) : reasons;
  const states = (["PARKED", "REJECTED"] as const).filter((state) => shown.some((reason) => reason.state === state));
  return (
    <Page title="Entries">
      <header>
        <div className="row between">
          <h1>Entries</h1>
          {shown.some((reason) => reason.replayable > 0) && (
            <button type="button" disabled={replay.isPending} onClick={() => replay.mutate({ all: true, code })}>
              Replay all
            </button>
          )}
        </div>
        <p className="muted">
          What came and was not taken up: rejected at the door, or parked where the catalog failed with it. The bytes
          are kept, without secrets.
        </p>
      </header>
      <Replayed replay={replay} />
      {page.error && !page.data && <Failure error={page.error} retry={() => page.refetch()} />}
      {page.isPending && <Loading lines={8} />}
      {page.data && reasons.length === 0 && (
        <Notice title="Nothing was rejected, and nothing is parked.">Every entry that came was taken up.</Notice>
      )}
      {reasons.length > 0 && <Reasons reasons={reasons} code={code} replay={replay} />}
      {states.map((state) => (
        <List key={`${state} ${code}`} state={state} code={code} />
      ))}
    </Page>
  );
}

/** What a replay came to, as long as the page is open. */
function Replayed({ replay }: { replay: Replaying }) {
  return (
    <>
      {replay.error && <Failure error={replay.error} />}
      <p role="status" className={replay.data || replay.isPending ? "replayed" : "unseen"}>
        {replay.isPending ? "Trying again…" : replay.data ? sayOutcomes(replay.data) : ""}
      </p>
    </>
  );
}

function Reasons({ reasons, code, replay }: { reasons: readonly Reason[]; code: string | null; replay: Replaying }) {
  return (
    <div className="scroller">
      <table className="reasons">
        <thead>
          <tr>
            <th scope="col">Reason</th>
            <th scope="col">State</th>
            <th scope="col" className="number">
              Entries
            </th>
            <th scope="col" className="number">
              Came
            </th>
            <th scope="col">Last</th>
            <th scope="col">
              <span className="unseen">Replay</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {reasons.map((reason) => (
            <tr key={`${reason.state} ${reason.code}`} aria-current={reason.code === code ? "true" : undefined}>
              <td>
                <Link href={entriesPage(reason.code === code ? null : reason.code)} className="mono">
                  {reason.code}
                </Link>
                {reason.code === code && <span className="muted small"> only these are listed</span>}
              </td>
              <td>
                <State state={reason.state} />
              </td>
              <td className="number">{count(reason.count)}</td>
              <td className="number">{count(reason.times)}</td>
              <td>
                <Time at={reason.lastReceived} />
              </td>
              <td className="number">
                {reason.replayable > 0 ? (
                  <button
                    type="button"
                    className="quiet"
                    disabled={replay.isPending}
                    onClick={() => replay.mutate({ all: true, state: reason.state, code: reason.code })}
                    aria-label={`Replay ${plain(reason.state)} entries with ${reason.code}`}
                  >
                    Replay {count(reason.replayable)}
                  </button>
                ) : (
                  <span className="muted small">kept in part</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const LISTS: Readonly<
  Record<KeptState, Operation<{ entries: PageOf<EntryLine> }, { code: string | null; first: number }>>
> = { REJECTED, PARKED };

function List({ state, code }: { state: KeptState; code: string | null }) {
  const [first, setFirst] = useState(STEP);
  const page = useOperation(LISTS[state], { code, first }, { every: 10_000, keep: true });
  const entries = page.data?.entries.nodes ?? [];
  return (
    <section aria-labelledby={state}>
      <h2 id={state} className="entries-title">
        {state === "PARKED" ? "Parked" : "Rejected"}
      </h2>
      {page.error && !page.data && <Failure error={page.error} retry={() => page.refetch()} />}
      {page.isPending && <Loading />}
      <ul className="list">
        {entries.map((entry) => (
          <li key={entry.id}>
            <div className="grow">
              <p className="row">
                <Link href={entryPage(entry.id)} className="mono">
                  {entry.id.slice(0, 12)}
                </Link>
                <span>{entry.sentence}</span>
                {entry.place && <span className="tag mono">{entry.place}</span>}
              </p>
              <p className="mono small muted cut">{entry.excerpt || "nothing of it could be kept"}</p>
            </div>
            <span className="muted small">
              {entry.times > 1 && `${count(entry.times)} times, `}
              {counted(entry.length, "byte")}
            </span>
            <Time at={entry.received} />
          </li>
        ))}
      </ul>
      {page.data?.entries.pageInfo.hasNextPage && first < MOST && (
        <button type="button" onClick={() => setFirst(Math.min(MOST, first * 2))}>
          Show more
        </button>
      )}
    </section>
  );
}

function OneEntry({ id }: { id: string }) {
  const page = useOperation(ENTRY, { id });
  const replay = useReplay();
  const entry = page.data?.keptEntry;
  const took = replay.data?.[0]?.state;
  return (
    <Page title={`Entry ${id.slice(0, 12)}`}>
      <article className="entity">
        <header>
          <p className="crumbs row">
            <Link href={entriesPage(null)}>Entries</Link>
            {entry && <State state={entry.state} />}
          </p>
          <h1>Entry {id.slice(0, 12)}</h1>
        </header>
        <Replayed replay={replay} />
        {page.error && !page.data && <Failure error={page.error} retry={() => page.refetch()} />}
        {page.isPending && <Loading lines={8} />}
        {page.data && !entry && (
          <Notice title={took ? "It is not among them any more." : "No entry of this id is rejected or parked."}>
            {took === "ACCEPTED" ? "It was taken up." : "It may have been taken up meanwhile."}
          </Notice>
        )}
        {entry && <Kept entry={entry} replay={replay} />}
      </article>
    </Page>
  );
}

function Kept({ entry, replay }: { entry: Entry; replay: Replaying }) {
  return (
    <div className="headings">
      <section className="heading" aria-labelledby="why">
        <div>
          <h2 id="why">Why</h2>
          <p>What is wrong, where, and what to do.</p>
        </div>
        <div>
          <p className="prose">{entry.sentence}</p>
          <dl className="facts">
            <dt>What to do</dt>
            <dd>{entry.remedy}</dd>
            <dt>Place</dt>
            <dd className="mono">{entry.place ?? "not known"}</dd>
            <dt>Reason</dt>
            <dd>
              <Link href={entriesPage(entry.code)} className="mono">
                {entry.code}
              </Link>
            </dd>
            <dt>Came</dt>
            <dd>
              <Time at={entry.received} />
              {entry.times > 1 && `, ${count(entry.times)} times`}
            </dd>
            <dt>Length</dt>
            <dd>{counted(entry.length, "byte")}</dd>
            <dt>Id</dt>
            <dd className="mono">{entry.id}</dd>
          </dl>
          {entry.replayable ? (
            <p>
              <button
                type="button"
                className="primary"
                disabled={replay.isPending}
                onClick={() => replay.mutate({ entries: [entry.id] })}
              >
                Replay
              </button>
            </p>
          ) : (
            <p className="muted">
              What is kept of it is not one whole entry, so it cannot be replayed: send it again from where it came
              from.
            </p>
          )}
        </div>
      </section>
      <section className="heading" aria-labelledby="bytes">
        <div>
          <h2 id="bytes">Bytes</h2>
          <p>What is kept, at most 64 KiB of it here. Secrets are taken out.</p>
        </div>
        <div>
          {entry.text ? (
            <>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
              <pre className="json" tabIndex={0}>
                {entry.text}
              </pre>
              <p>
                <button type="button" onClick={() => save(entry)}>
                  Download
                </button>
              </p>
            </>
          ) : (
            <p className="muted">Nothing: it is packed in a way that nobody could look for secrets in it.</p>
          )}
        </div>
      </section>
    </div>
  );
}

function save(entry: Entry): void {
  const bytes = Uint8Array.from(atob(entry.base64), (sign) => sign.charCodeAt(0));
  download(`entry-${entry.id.slice(0, 12)}.json`, new Blob([bytes], { type: "application/octet-stream" }));
}
