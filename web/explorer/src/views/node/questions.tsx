/** What can be asked of a dataset, job or column beside what its page says: the links at its head. */

import { Link } from "wouter";
import type { AnyPage, JobPage } from "../../api/operations/node";
import { selectorOf } from "../../api/selectors";
import { diffPage, impactPage, lineagePage, pathsPage } from "../../shell/links";
import { ancestors } from "./ancestors";

interface Props {
  node: AnyPage;
  asof: string | null;
}

export function Questions({ node, asof }: Props) {
  const select = selectorOf(node);
  return (
    <nav className="row" aria-label="Questions">
      {node.__typename !== "Job" && (
        <Link href={impactPage(select, asof)} className="button quiet" title="What breaks if it goes, and whose it is">
          Impact
        </Link>
      )}
      <Link
        href={pathsPage({ from: select, to: "", asof })}
        className="button quiet"
        title="By which ways data get there"
      >
        Paths
      </Link>
      <Link href={diffPage(select, asof ?? "")} className="button quiet" title="What changed between two moments">
        Differences
      </Link>
      <LineageLink node={node} asof={asof} />
      {node.__typename === "Job" && "parent" in node && <BetweenJobs node={node} asof={asof} />}
    </nav>
  );
}

/** A column's is its dataset's with the column traced. */
function LineageLink({ node, asof }: Props) {
  const href =
    node.__typename === "Field" && "dataset" in node
      ? lineagePage(node.dataset.id, node.dataset.id, asof, { col: node.path })
      : lineagePage(node.id, null, asof);
  return (
    <Link href={href} className="button">
      Lineage
    </Link>
  );
}

/** Which jobs feed a job and which it feeds, with all that it started in one card where it started others. */
function BetweenJobs({ node, asof }: { node: JobPage; asof: string | null }) {
  const collapse = node.children.nodes.length > 0 ? ancestors(node.parent).length + 1 : 0;
  return (
    <Link href={lineagePage(node.id, null, asof, { grain: "job", collapse })} className="button">
      Between jobs
    </Link>
  );
}
