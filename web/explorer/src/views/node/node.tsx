/** The entity page: one layout for datasets, columns, jobs and runs. */

import { Link, Redirect, useSearch } from "wouter";
import { type AnyPage, NODE_PAGE } from "../../api/operations/node";
import { useOperation } from "../../api/use";
import { lineagePage, termPage } from "../../shell/links";
import { Page } from "../../shell/page";
import { Failure, Kind, Loading, Notice, State } from "../../shell/parts";
import { plain } from "../../shell/wording";
import { DatasetHeadings } from "./dataset";
import { FieldHeadings, JobHeadings, RunHeadings } from "./process";

export function NodeView() {
  const id = new URLSearchParams(useSearch()).get("id") ?? "";
  const page = useOperation(NODE_PAGE, { id, at: null }, { enabled: id !== "" });
  const node = page.data?.node;
  if (node?.__typename === "Term") return <Redirect to={termPage(id)} replace />;
  return (
    <Page title={node?.label ?? "…"}>
      {page.error && <Failure error={page.error} retry={() => page.refetch()} />}
      {page.isPending && id !== "" && <Loading lines={10} />}
      {(id === "" || (page.data && !node)) && (
        <Notice title="The catalog has nothing by this id.">
          It may have been retracted, or the link may be cut short.
        </Notice>
      )}
      {node && <Entity node={node} />}
    </Page>
  );
}

function Entity({ node }: { node: AnyPage }) {
  return (
    <article className="entity">
      <header className="row between">
        <div>
          <p className="crumbs row">
            <Kind kind={"kind" in node && node.kind ? node.kind : plain(node.__typename)} />
            {"zone" in node && node.zone ? (
              <Link href={`/search?zone=${encodeURIComponent(node.zone)}`}>{node.zone}</Link>
            ) : null}
            {node.retracted && <span className="tag bad">retracted</span>}
            {"dropped" in node && node.dropped && <span className="tag warn">dropped</span>}
            {"state" in node && <State state={node.state} />}
          </p>
          <h1>{node.label}</h1>
          <p className="muted mono">{node.ref}</p>
        </div>
        {(node.__typename === "Dataset" || node.__typename === "Job") && (
          <Link href={lineagePage(node.id)} className="button">
            Lineage
          </Link>
        )}
      </header>
      <Headings node={node} />
    </article>
  );
}

function Headings({ node }: { node: AnyPage }) {
  switch (node.__typename) {
    case "Dataset":
      return <DatasetHeadings node={node} />;
    case "Job":
      return <JobHeadings node={node} />;
    case "Run":
      return <RunHeadings node={node} />;
    case "Field":
      return <FieldHeadings node={node} />;
    default:
      return null;
  }
}
