/** Crawls that servers run by their schedule: what became of each last, what it could not read, when it is next. */

import { CRAWLS, type ScheduledCrawl } from "../api/operations/crawls";
import { useOperation } from "../api/use";
import { Failed } from "../shell/failed";
import { Page } from "../shell/page";
import { Due, Loading, Notice, State, Time } from "../shell/parts";
import { Table } from "../shell/table";
import { count, DUE, duration } from "../shell/wording";

const MOST = 200;

export function CrawlsView() {
  const page = useOperation(CRAWLS, { first: MOST }, { every: 10_000 });
  const crawls = page.data?.scheduledCrawls.nodes ?? [];
  return (
    <Page title="Crawls">
      <header>
        <h1>Crawls</h1>
        <p className="muted">Sources that a server reads again and again by its schedule.</p>
      </header>
      <Failed page={page} />
      {page.isPending && <Loading />}
      {page.data && crawls.length === 0 && (
        <Notice title="No crawl is scheduled.">A server that is started with --crawls FILE keeps a schedule.</Notice>
      )}
      {crawls.length > 0 && <Crawls crawls={crawls} />}
      {page.data?.scheduledCrawls.pageInfo.hasNextPage && (
        <p className="muted">These are the first {count(MOST)}; `headwater crawls list` shows all.</p>
      )}
      {crawls.map((crawl) => (
        <Unread key={crawl.name} crawl={crawl} />
      ))}
    </Page>
  );
}

function Crawls({ crawls }: { crawls: readonly ScheduledCrawl[] }) {
  return (
    <Table heads={["Crawl", "Source", "Last", "Began", "Ended", ["Failures", "number"], "Next"]}>
      {crawls.map((crawl) => (
        <tr key={crawl.name}>
          <th scope="row">{crawl.name}</th>
          <td>
            <span className="mono small where">{crawl.source}</span>
            <span className="muted small"> {crawl.kind}</span>
          </td>
          <td>
            <State state={crawl.outcome ?? crawl.state} />
            <p className="small muted">{said(crawl)}</p>
            {crawl.remedy && <p className="small">{crawl.remedy}</p>}
          </td>
          <td>
            <Time at={crawl.began} />
          </td>
          <td>{crawl.state === "RUNNING" ? <span className="muted">not yet</span> : <Time at={crawl.ended} />}</td>
          <td className="number">{count(crawl.failures)}</td>
          <td>
            <Next crawl={crawl} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function said({ sentence, report }: ScheduledCrawl): string {
  if (sentence) return sentence;
  return report ? `${count(report.told)} told, ${count(report.unchanged)} unchanged, ${count(report.gone)} gone` : "";
}

function Next({ crawl }: { crawl: ScheduledCrawl }) {
  if (!crawl.next) return <span className="muted">{whyNot(crawl)}</span>;
  return (
    <>
      {crawl.state === "DUE" ? DUE : <Due at={crawl.next} />}
      <p className="small muted">every {duration(crawl.every * 1000)}</p>
    </>
  );
}

function whyNot({ state }: ScheduledCrawl): string {
  return state === "RUNNING" ? "when it has ended" : "no server has it in its schedule";
}

/** What a crawl could not read. */
function Unread({ crawl: { name, report } }: { crawl: ScheduledCrawl }) {
  if (!report || report.parts.length === 0) return null;
  return (
    <section aria-label={`What ${name} could not read`}>
      <h2 className="entries-title">{name}: not read, or not whole</h2>
      <Table heads={["Where", "Why"]}>
        {report.parts.map((part) => (
          <tr key={`${part.place} ${part.code} ${part.sentence}`}>
            <th scope="row" className="mono small">
              {part.place}
            </th>
            <td>
              {part.sentence} <span className="mono small muted">{part.code}</span>
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
