/** Entries that were not taken up: why and how many, a list, one with its bytes; and a button to try them again. */

import { type ReactNode, useState } from "react";
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
  type Wanted,
} from "../api/operations/entries";
import type { Page as PageOf } from "../api/operations/shared";
import { useOperation } from "../api/use";
import { entriesPage, entryPage } from "../shell/links";
import { Page } from "../shell/page";
import { Failure, Loading, Notice, State, Time } from "../shell/parts";
import { useMayEdit } from "../shell/session";
import { Table } from "../shell/table";
import { count, counted, plain } from "../shell/wording";
import { ForgetButton } from "./forget";
import { download } from "./lineage/download";
import { type Replaying, sayOutcomes, useReplay } from "./replay";

const STEP = 50;
const MOST = 1_000;
/** Reasons that are listed before somebody asks for all of them. */
const FIRST_REASONS = 10;

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
            <ReplayButton replay={replay} wanted={{ all: true, code }}>
              {code ? `Replay all with ${code}` : "Replay all"}
            </ReplayButton>
          )}
        </div>
        <p className="muted">
          What came and was not taken up: rejected at the door, or parked where the catalog failed with it. The bytes
          are kept, without secrets. A replay takes up what is understood by now, and says why the rest stays.
        </p>
      </header>
      <Replayed replay={replay} />
      {page.error && !page.data && <Failure error={page.error} retry={() => page.refetch()} />}
      {page.isPending && <Loading lines={8} />}
      {page.data && reasons.length === 0 && (
        <Notice title="Nothing was rejected, and nothing is parked.">Every entry that came was taken up.</Notice>
      )}
      {reasons.length > 0 && <Reasons reasons={reasons} code={code} replay={replay} />}
      {page.data && reasons.length > 0 && shown.length === 0 && (
        <Notice title={`Nothing is left with ${code}.`}>
          <Link href={entriesPage(null)}>Show all entries</Link>
        </Notice>
      )}
      {states.map((state) => (
        <List key={`${state} ${code}`} state={state} code={code} replay={replay} />
      ))}
    </Page>
  );
}

interface ReplayButtonProps {
  replay: Replaying;
  wanted: Wanted;
  className?: string;
  /** What it does, where the words on it need those around it. */
  label?: string;
  children: ReactNode;
}

function ReplayButton({ replay, wanted, className, label, children }: ReplayButtonProps) {
  const may = useMayEdit();
  return (
    <button
      type="button"
      className={className}
      disabled={replay.isPending || !may}
      title={may ? undefined : "This needs a key with the scope edit."}
      aria-label={label}
      onClick={() => replay.mutate(wanted)}
    >
      {children}
    </button>
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
  const [all, setAll] = useState(false);
  const listed = all ? reasons : reasons.filter((reason, at) => at < FIRST_REASONS || reason.code === code);
  return (
    <div>
      <Table
        heads={["Reason", "State", ["Entries", "number"], ["Came", "number"], "Last", ["Replay", "unseen"]]}
        className="reasons"
      >
        {listed.map((reason) => (
          <tr key={`${reason.state} ${reason.code}`} aria-current={reason.code === code ? "true" : undefined}>
            <th scope="row">
              <Link href={entriesPage(reason.code === code ? null : reason.code)} className="mono">
                {reason.code}
              </Link>
              {reason.code === code && <span className="muted small"> only these are listed</span>}
            </th>
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
                <ReplayButton
                  replay={replay}
                  wanted={{ all: true, state: reason.state, code: reason.code }}
                  className="quiet action"
                  label={`Replay ${counted(reason.replayable, "entry", "entries")} ${plain(reason.state)} with ${reason.code}`}
                >
                  Replay {count(reason.replayable)}
                </ReplayButton>
              ) : (
                <span className="muted small">kept in part</span>
              )}
            </td>
          </tr>
        ))}
      </Table>
      {listed.length < reasons.length && (
        <button type="button" className="quiet action" onClick={() => setAll(true)}>
          Show all {count(reasons.length)} reasons
        </button>
      )}
    </div>
  );
}

const LISTS: Readonly<
  Record<KeptState, Operation<{ entries: PageOf<EntryLine> }, { code: string | null; first: number }>>
> = { REJECTED, PARKED };

function List({ state, code, replay }: { state: KeptState; code: string | null; replay: Replaying }) {
  const [first, setFirst] = useState(STEP);
  const page = useOperation(LISTS[state], { code, first }, { every: 10_000, keep: true });
  const entries = page.data?.entries.nodes ?? [];
  return (
    <section aria-labelledby={state}>
      <h2 id={state} className="entries-title">
        {state === "PARKED" ? "Parked" : "Rejected"}
      </h2>
      {state === "REJECTED" && entries.length > 1 && (
        <ForgetButton
          wanted={{ all: true, code }}
          question="Forget all of them? What is kept of them is gone then; nothing else changes."
        >
          {code ? `Forget all with ${code}` : "Forget all rejected"}
        </ForgetButton>
      )}
      {page.error && !page.data && <Failure error={page.error} retry={() => page.refetch()} />}
      {page.isPending && <Loading />}
      <ul className="list entries">
        {entries.map((entry) => (
          <Line key={entry.id} entry={entry} replay={replay} />
        ))}
      </ul>
      {page.data?.entries.pageInfo.hasNextPage && first < MOST && (
        <button type="button" disabled={page.isPlaceholderData} onClick={() => setFirst(Math.min(MOST, first * 2))}>
          Show more
        </button>
      )}
    </section>
  );
}

/** One of a list: what it was, why it stays out, where the error is, what to do. */
function Line({ entry, replay }: { entry: EntryLine; replay: Replaying }) {
  const short = entry.id.slice(0, 12);
  return (
    <li>
      <div className="grow">
        <p className="row">
          <Link href={entryPage(entry.id)} className="mono">
            {short}
          </Link>
          <span className="muted small">
            {entry.times > 1 && `${count(entry.times)} times, `}
            {counted(entry.length, "byte")}, <Time at={entry.received} />
          </span>
        </p>
        <p className="why">
          {entry.sentence} <span className="muted">{entry.remedy}</span>
        </p>
        {entry.place && <p className="mono small where">{entry.place}</p>}
        <p className="mono small muted cut">{entry.excerpt || "nothing of it could be kept"}</p>
      </div>
      {entry.replayable ? (
        <ReplayButton
          replay={replay}
          wanted={{ entries: [entry.id] }}
          className="quiet action"
          label={`Replay entry ${short}`}
        >
          Replay
        </ReplayButton>
      ) : (
        <span className="muted small">kept in part</span>
      )}
      {entry.state === "REJECTED" && (
        <ForgetButton wanted={{ entries: [entry.id] }} label={`Forget entry ${short}`}>
          Forget
        </ForgetButton>
      )}
    </li>
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
          <p className="prose long">{entry.sentence}</p>
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
              <ReplayButton replay={replay} wanted={{ entries: [entry.id] }} className="primary">
                Replay
              </ReplayButton>
            </p>
          ) : (
            <p className="muted">
              What is kept of it is not one whole entry, so it cannot be replayed: send it again from where it came
              from.
            </p>
          )}
          {entry.state === "REJECTED" && (
            <p>
              <ForgetButton wanted={{ entries: [entry.id] }}>Forget</ForgetButton>
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
