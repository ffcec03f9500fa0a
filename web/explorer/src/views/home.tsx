/** Home: the search box first, then what there is, what failed, what is new, and how the zones flow. */

import { type FormEvent, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { CHANGES, HOME, type Stats } from "../api/operations/home";
import { useOperation } from "../api/use";
import { changesPage, entriesPage, lineagePage, searchPage } from "../shell/links";
import { Name } from "../shell/name";
import { Page } from "../shell/page";
import { Failure, Kind, Loading, Time } from "../shell/parts";
import { count, counted, named } from "../shell/wording";
import { Beginning } from "./beginning";
import { sayKind } from "./node/history";
import { Runs } from "./runs";
import { ZoneFlow } from "./zoneflow";

export function HomeView() {
  const home = useOperation(HOME, {}, { every: 10_000 });
  return (
    <Page title="">
      <h1 className="unseen">Headwater</h1>
      <BigSearch />
      {home.error && !home.data ? <Failure error={home.error} retry={() => home.refetch()} /> : null}
      {home.isPending && <Loading lines={9} />}
      {home.data && home.data.stats.events === 0 && <Beginning />}
      {home.data && home.data.stats.events === 0 && home.data.scheduledCrawls.nodes.length > 0 && (
        <p>
          <Link href="/crawls">{counted(home.data.scheduledCrawls.nodes.length, "scheduled crawl")}</Link>
        </p>
      )}
      {home.data && home.data.stats.events > 0 && (
        <div className="home">
          <Counts
            stats={home.data.stats}
            out={home.data.entryReasons.reduce((sum, one) => sum + one.count, 0)}
            crawls={home.data.scheduledCrawls.nodes}
          />
          {home.data.zones.length > 0 && (
            <section className="card wide" aria-labelledby="flow">
              <header>
                <h2 id="flow">Zones</h2>
                <Link href="/governance" className="small">
                  Governance
                </Link>
              </header>
              <div className="inside">
                <ZoneFlow zones={home.data.zones} flows={home.data.flows} />
              </div>
            </section>
          )}
          <section className="card" aria-labelledby="latest">
            <header>
              <h2 id="latest">Latest runs</h2>
            </header>
            <div className="inside">
              <Runs runs={home.data.runs.nodes} />
            </div>
          </section>
          <div className="stack">
            <section className="card" aria-labelledby="failed">
              <header>
                <h2 id="failed">Failed</h2>
              </header>
              <div className="inside">
                {home.data.failed.nodes.length > 0 ? (
                  <Runs runs={home.data.failed.nodes} />
                ) : (
                  <p className="muted">Nothing failed.</p>
                )}
              </div>
            </section>
            <section className="card" aria-labelledby="newest">
              <header>
                <h2 id="newest">New datasets</h2>
              </header>
              <ul className="list inside">
                {home.data.newest.nodes.map((node) => (
                  <li key={node.id}>
                    <span className="grow">
                      <Name node={node} />
                    </span>
                    <Kind kind={node.kind ?? "dataset"} />
                    <Link href={lineagePage(node.id)} className="small" aria-label={`Lineage of ${node.ref}`}>
                      Lineage
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
            <Arriving since={home.data.stats.position} />
          </div>
        </div>
      )}
    </Page>
  );
}

function BigSearch() {
  const [, go] = useLocation();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    go(searchPage(box.current?.value.trim() ?? ""));
  };
  return (
    <search>
      <form className="bigsearch" onSubmit={submit}>
        <input
          ref={box}
          type="search"
          placeholder="Search datasets, columns, jobs, terms"
          aria-label="Search the catalog"
        />
      </form>
    </search>
  );
}

interface CountsProps {
  stats: Stats;
  /** How many entries were not taken up. */
  out: number;
  crawls: readonly { failures: number }[];
}

function Counts({ stats, out, crawls }: CountsProps) {
  const failing = crawls.filter(({ failures }) => failures > 0).length;
  const cells: [name: string, value: number, tone?: string, href?: string][] = [
    [named(stats.datasets, "dataset"), stats.datasets],
    [named(stats.fields, "column"), stats.fields],
    [named(stats.jobs, "job"), stats.jobs],
    [named(stats.runs, "run"), stats.runs],
    [named(stats.terms, "term"), stats.terms],
    [`${named(stats.changesToday, "change")} today`, stats.changesToday, undefined, changesPage()],
    ["failed today", stats.failedToday, stats.failedToday > 0 ? "bad" : undefined],
  ];
  return (
    <dl className="counts wide">
      {cells.map(([name, value, tone, href]) => (
        <div key={name}>
          <dd className={tone}>{href ? <Link href={href}>{count(value)}</Link> : count(value)}</dd>
          <dt>{name}</dt>
        </div>
      ))}
      {out > 0 && (
        <div>
          <dd>
            <Link href={entriesPage(null)} className="bad">
              {count(out)}
            </Link>
          </dd>
          <dt>not taken up</dt>
        </div>
      )}
      {crawls.length > 0 && (
        <div>
          <dd>
            <Link href="/crawls" className={failing > 0 ? "bad" : undefined}>
              {count(failing || crawls.length)}
            </Link>
          </dd>
          <dt>{failing > 0 ? named(failing, "failing crawl") : named(crawls.length, "scheduled crawl")}</dt>
        </div>
      )}
      <div className="last">
        <dd>
          <Time at={stats.lastReceived} />
        </dd>
        <dt>last event</dt>
      </div>
    </dl>
  );
}

/** What arrives while the page is open. The position is the one the page opened at, not the latest. */
function Arriving({ since }: { since: string }) {
  const [start] = useState(since);
  const changes = useOperation(CHANGES, { after: start }, { every: 5000, keep: true });
  const nodes = changes.data?.changes.nodes ?? [];
  if (nodes.length === 0) return null;
  return (
    <section className="card" aria-labelledby="arriving">
      <header>
        <h2 id="arriving">Arriving now</h2>
      </header>
      <ul className="list inside">
        {nodes.slice(-8).map((change) => (
          <li key={`${change.position} ${change.kind} ${change.node?.id}`}>
            <span className="grow">{change.node ? <Name node={change.node} /> : "…"}</span>
            <span className="muted small">{sayKind(change.kind)}</span>
            <Time at={change.received} />
          </li>
        ))}
      </ul>
    </section>
  );
}
