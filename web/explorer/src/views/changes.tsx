/** What the catalog learnt since a time: of everything, or of what a selector names. */

import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { ask } from "../api/client";
import { FEED, type FeedRow } from "../api/operations/changes";
import { AskBoxes } from "../shell/askbox";
import { readAsof } from "../shell/asof";
import { changesPage, nodePage } from "../shell/links";
import { Name } from "../shell/name";
import { Page } from "../shell/page";
import { Loading, Notice, Time } from "../shell/parts";
import { Refused } from "../shell/refused";
import { type Head, Table } from "../shell/table";
import { counted, daysAgo, moment, PERIODS } from "../shell/wording";
import { happening } from "./node/history";

const KINDS: readonly (readonly [kind: string, name: string])[] = [
  ["", "all"],
  ["created", "new datasets and jobs"],
  ["schema", "schemas"],
  ["lineage", "lineage"],
  ["run", "runs"],
  ["edited", "edits"],
];
const HEADS: readonly Head[] = ["What", "Of", "When it was so", ["Learnt", "number"]];

export function ChangesView() {
  const query = new URLSearchParams(useSearch());
  const [, go] = useLocation();
  const [yesterday] = useState(() => daysAgo(1));
  const since = readAsof(query.get("since")) ?? yesterday;
  const select = query.get("select") ?? "";
  const kind = query.get("kind") ?? "";
  const box = { name: "select", label: "Of", hint: "everything", text: select };
  return (
    <Page title="Changes">
      <h1>Changes</h1>
      <p className="muted">What the catalog learnt after {moment(since)}, oldest first.</p>
      <AskBoxes
        key={select}
        boxes={[box]}
        ask={(said) => go(changesPage(since, said.select?.trim() ?? "", kind))}
        button="Show"
      >
        <label htmlFor="kind">
          Changes of
          <select id="kind" value={kind} onChange={(event) => go(changesPage(since, select, event.target.value))}>
            {KINDS.map(([one, name]) => (
              <option key={one} value={one}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </AskBoxes>
      <div className="stack">
        <p className="row">
          Since
          {PERIODS.map(([name, days]) => (
            <Link key={name} href={changesPage(daysAgo(days), select, kind)} className="button">
              {name}
            </Link>
          ))}
        </p>
        <Feed since={since} select={select} kind={kind} />
      </div>
    </Page>
  );
}

function Feed({ since, select, kind }: { since: string; select: string; kind: string }) {
  const asked = { since, select: select || null, kinds: kind ? [kind] : null };
  const feed = useInfiniteQuery({
    queryKey: ["Feed", asked],
    queryFn: ({ pageParam, signal }) => ask(FEED, { ...asked, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ changes: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : null),
  });
  const rows = feed.data?.pages.flatMap(({ changes }) => changes.nodes) ?? [];
  const { hasNextPage, isFetching, error, fetchNextPage } = feed;
  // A page may look through many changes and find none that was asked for.
  const looking = rows.length === 0 && hasNextPage && !error;
  useEffect(() => {
    if (looking && !isFetching) fetchNextPage();
  }, [looking, isFetching, fetchNextPage]);
  if (error)
    return (
      <Refused error={error} name={select} retry={() => feed.refetch()} to={(one) => changesPage(since, one, kind)} />
    );
  if (feed.isPending || looking) return <Loading lines={8} />;
  if (rows.length === 0) return <Notice title="Nothing changed since then." />;
  return (
    <div className="stack">
      <p role="status">
        {counted(rows.length, "change")}
        {hasNextPage ? ", and more" : ""}
      </p>
      <Table heads={HEADS} className="why happened">
        {rows.map((row) => (
          <Row key={`${row.position} ${row.kind} ${row.node?.id}`} row={row} />
        ))}
      </Table>
      {hasNextPage && (
        <button type="button" disabled={isFetching} onClick={() => fetchNextPage()}>
          More
        </button>
      )}
    </div>
  );
}

/** A run is known by its job: its own name is a number. */
function Row({ row }: { row: FeedRow }) {
  const { said, more, at, learnt } = happening(row);
  const run = row.kind === "run";
  return (
    <tr>
      <td>
        {said} {!run && <span className="muted">{more}</span>}
      </td>
      <td>
        {run && row.node && <Link href={nodePage(row.node.id)}>{more || row.node.label}</Link>}
        {!run && row.node && <Name node={row.node} />}
        {!row.node && <span className="muted">hidden or gone</span>}
      </td>
      <td className="muted">{at ? <Time at={at} /> : "not said"}</td>
      <td className="number muted">{learnt && <Time at={learnt} />}</td>
    </tr>
  );
}
