/** What is different in the lineage of a selector between two moments. */

import { type FormEvent, useId } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { DIFF, type Difference, type LineageDiff } from "../api/operations/compare";
import type { At } from "../api/operations/shared";
import { useOperation } from "../api/use";
import { diffPage, nodePage } from "../shell/links";
import { Page } from "../shell/page";
import { Failure, Loading, Notice } from "../shell/parts";
import { useSteps } from "../shell/steps";
import { Table } from "../shell/table";
import { count, counted, daysAgo, PERIODS } from "../shell/wording";

const HEADINGS: Readonly<Record<Difference["part"], string>> = {
  NODE: "Datasets, jobs and columns in it",
  EDGE: "Lineage",
  FIELD: "Columns",
  ORDER: "Order of columns",
  OWNER: "Owners",
  TERM: "Terms",
};
const SIGNS: Readonly<Record<Difference["change"], string>> = { ADDED: "+", REMOVED: "−", CHANGED: "~" };

const at = (text: string): At => (text ? { asOf: text } : {});

export function DiffView() {
  const query = new URLSearchParams(useSearch());
  const [select, from, to] = ["select", "from", "to"].map((name) => query.get(name) ?? "") as [string, string, string];
  const asked = select !== "" && (from !== "" || to !== "");
  const page = useOperation(DIFF, { select, from: at(from), to: at(to) }, { enabled: asked });
  return (
    <Page title="Differences">
      <h1>Differences</h1>
      <p className="muted">
        What was added, removed and changed in the lineage of a selector between two moments; one that is left empty is
        now.
      </p>
      <Ask key={`${select} ${from} ${to}`} select={select} from={from} to={to} />
      {select !== "" && !asked && <Since select={select} />}
      {page.error && <Failure error={page.error} retry={() => page.refetch()} />}
      {asked && page.isPending && <Loading lines={8} />}
      {page.data && <Found found={page.data.lineageDiff} />}
    </Page>
  );
}

/** Ways to go on for who came without a moment. */
function Since({ select }: { select: string }) {
  return (
    <p className="row">
      Compare now with how it was
      {PERIODS.map(([name, days]) => (
        <Link key={name} href={diffPage(select, daysAgo(days))} className="button">
          {name}
        </Link>
      ))}
    </p>
  );
}

function Ask({ select, from, to }: { select: string; from: string; to: string }) {
  const [, go] = useLocation();
  const id = useId();
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    const text = (name: string) => String(said.get(name) ?? "").trim();
    go(diffPage(text("select"), text("from"), text("to")));
  };
  const hint = "2026-01-31 or 2026-01-31T12:00:00Z";
  return (
    <form className="row ask" onSubmit={send}>
      <label htmlFor={`${id}select`}>
        Selector
        <input id={`${id}select`} name="select" defaultValue={select} required placeholder="+trusted.orders" />
      </label>
      <label htmlFor={`${id}from`}>
        From
        <input id={`${id}from`} name="from" defaultValue={from} placeholder={hint} />
      </label>
      <label htmlFor={`${id}to`}>
        To
        <input id={`${id}to`} name="to" defaultValue={to} placeholder="now" />
      </label>
      <button type="submit">Compare</button>
    </form>
  );
}

function Found({ found }: { found: LineageDiff }) {
  if (found.equal)
    return (
      <Notice title="Nothing is different.">
        Datasets, jobs, edges, columns, owners and terms are the same. What runs did with the data is compared run by
        run: open a run, and choose Compare with last success.
      </Notice>
    );
  const parts = (Object.keys(HEADINGS) as Difference["part"][])
    .map((part) => [part, found.differences.filter((one) => one.part === part)] as const)
    .filter(([, differences]) => differences.length > 0);
  return (
    <div className="stack">
      <p role="status">{counted(found.count, "difference")}</p>
      {found.cut
        .filter(({ cut }) => cut.reason !== "DEPTH")
        .map(({ side, cut }) => (
          <Notice key={`${side} ${cut.reason}`} title={`The ${side.toLowerCase()} side is not whole.`}>
            {cut.sentence} {cut.remedy}
          </Notice>
        ))}
      {parts.map(([part, differences]) => (
        <section key={part} className="card" aria-labelledby={`diff-${part}`}>
          <header>
            <h2 id={`diff-${part}`}>{HEADINGS[part]}</h2>
          </header>
          <div className="inside">
            <Rows differences={differences} />
          </div>
        </section>
      ))}
    </div>
  );
}

/** Rows that are drawn at once, and values of one side before the others are to be asked for. */
const STEP = 200;
const FEW = 12;

function Rows({ differences }: { differences: readonly Difference[] }) {
  const [shown, more] = useSteps(differences, STEP);
  return (
    <>
      <Table heads={["What", "Before", "After"]} className="compared">
        {shown.map((one) => (
          <tr key={`${one.id} ${one.toId} ${one.jobRef} ${one.member}`}>
            <th scope="row">
              <span className={`sign ${one.change.toLowerCase()}`} title={one.change.toLowerCase()}>
                {SIGNS[one.change]} <span className="unseen">{one.change.toLowerCase()}</span>
              </span>
              <Link href={nodePage(one.id)}>{one.ref}</Link>
              {one.toId && (
                <>
                  {" → "}
                  <Link href={nodePage(one.toId)}>{one.toRef}</Link>
                </>
              )}
              {one.jobRef && <span className="muted"> by {one.jobRef}</span>}
              {one.member && <span className="mono"> {one.member}</span>}
            </th>
            <td className="mono">
              <Values all={one.before} />
            </td>
            <td className="mono">
              <Values all={one.after} />
            </td>
          </tr>
        ))}
      </Table>
      {more}
    </>
  );
}

/** The order of a thousand columns is a thousand names. */
function Values({ all }: { all: readonly string[] }) {
  if (all.length <= FEW) return all.join("; ");
  return (
    <details>
      <summary>
        {all.slice(0, FEW).join("; ")} and {count(all.length - FEW)} more
      </summary>
      {all.slice(FEW).join("; ")}
    </details>
  );
}
