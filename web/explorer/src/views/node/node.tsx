/** The entity page: one layout for datasets, columns, jobs and runs. */

import { Link, Redirect, useSearch } from "wouter";
import { type AnyPage, NODE_PAGE } from "../../api/operations/node";
import { useOperation } from "../../api/use";
import { AsOf, readAsof } from "../../shell/asof";
import { comparePage, nodePage, termPage } from "../../shell/links";
import { Page } from "../../shell/page";
import { Failure, Kind, Loading, Notice, State } from "../../shell/parts";
import { moment, plain } from "../../shell/wording";
import { DatasetHeadings } from "./dataset";
import { JobHeadings } from "./job";
import { FieldHeadings, RunHeadings } from "./process";
import { Questions } from "./questions";

export function NodeView() {
  const query = new URLSearchParams(useSearch());
  const id = query.get("id") ?? "";
  const asof = readAsof(query.get("asof"));
  const page = useOperation(NODE_PAGE, { id, at: asof ? { asOf: asof } : null }, { enabled: id !== "" });
  const node = page.data?.node;
  if (node?.__typename === "Term") return <Redirect to={termPage(id)} replace />;
  return (
    <Page title={node ? titleOf(node) : "…"}>
      {asof && <AsOf at={asof} now={nodePage(id)} />}
      {page.error && <Failure error={page.error} retry={() => page.refetch()} />}
      {page.isPending && id !== "" && <Loading lines={10} />}
      {(id === "" || (page.data && !node)) && (
        <Notice title={asof ? "Nothing was known of it at that time." : "The catalog has nothing by this id."}>
          {asof ? "It appeared later." : "It may have been retracted, or the link may be cut short."}
        </Notice>
      )}
      {node && <Entity node={node} asof={asof} />}
    </Page>
  );
}

function Entity({ node, asof }: { node: AnyPage; asof: string | null }) {
  return (
    <article className="entity">
      <header className="row between">
        <div>
          <p className="crumbs row">
            <Kind
              kind={
                "kind" in node && node.kind
                  ? node.kind
                  : node.__typename === "Field"
                    ? "column"
                    : plain(node.__typename)
              }
            />
            {"zone" in node && node.zone ? (
              <Link href={`/search?zone=${encodeURIComponent(node.zone)}`}>{node.zone}</Link>
            ) : null}
            {"environment" in node && node.environment && <span className="tag">{node.environment}</span>}
            {node.retracted && <span className="tag bad">retracted</span>}
            {"dropped" in node && node.dropped && <span className="tag warn">dropped</span>}
            {"state" in node && <State state={node.state} />}
          </p>
          <h1>{titleOf(node)}</h1>
          <p className="muted mono">{node.ref}</p>
        </div>
        {node.__typename !== "Run" && <Questions node={node} asof={asof} />}
        {node.__typename === "Run" && (
          <Link href={comparePage(node.id)} className="button">
            Compare with last success
          </Link>
        )}
      </header>
      <Headings node={node} asof={asof} />
    </article>
  );
}

/** A run's own name is a number; its job and its time say which one it is. */
function titleOf(node: AnyPage): string {
  if (node.__typename !== "Run" || !("state" in node) || !node.job) return node.label;
  return node.started ? `${node.job.label} · ${moment(node.started)}` : node.job.label;
}

function Headings({ node, asof }: { node: AnyPage; asof: string | null }) {
  switch (node.__typename) {
    case "Dataset":
      return <DatasetHeadings node={node} asof={asof} />;
    case "Job":
      return <JobHeadings node={node} asof={asof} />;
    case "Run":
      return <RunHeadings node={node} />;
    case "Field":
      return <FieldHeadings node={node} asof={asof} />;
    default:
      return null;
  }
}
