/** A job under its three headings. */

import { Link } from "wouter";
import { JOB_LOADS } from "../../api/operations/loads";
import type { JobPage } from "../../api/operations/node";
import { useOperation } from "../../api/use";
import { nodePage } from "../../shell/links";
import { Failure } from "../../shell/parts";
import { Strip } from "../../shell/strip";
import { moment } from "../../shell/wording";
import { runBars, sayRuns } from "../runbars";
import { Runs } from "../runs";
import { Ends } from "./ends";
import { Hierarchy } from "./hierarchy";
import { happenings } from "./history";
import { Watermarks } from "./loads";
import { Parameters } from "./parameters";
import { Descriptions, Facets, Heading, HistoryList, Owners, Part, Terms } from "./sections";
import { jobLines, Query, Told } from "./told";

export function JobHeadings({ node, asof }: { node: JobPage; asof: string | null }) {
  const loads = useOperation(JOB_LOADS, { id: node.id, at: asof ? { asOf: asof } : null });
  return (
    <div className="headings">
      <Heading title="Meaning" about="What the job is for.">
        <Descriptions said={node.descriptions} />
        <Owners owners={node.owners} tags={node.tags} properties={node.properties} />
        {node.terms.length > 0 && <Terms terms={node.terms} />}
      </Heading>
      <Heading title="Lineage" about="What started it, what it reads and writes, and how its runs went.">
        <Hierarchy job={node} />
        <Part title="Reads">
          <Ends ends={node.reads} none="It is not known to read anything." />
        </Part>
        <Part title="Writes">
          <Ends ends={node.writes} none="It is not known to write anything." />
        </Part>
        <JobRuns node={node} />
        {loads.error && <Failure error={loads.error} retry={() => loads.refetch()} />}
        {loads.data && <Watermarks marks={loads.data.watermarks} of="job" />}
        <Part title="History">
          <HistoryList happened={happenings(node.history.nodes)} />
        </Part>
      </Heading>
      <Heading title="Physical" about="Where it runs, and all it sent.">
        <dl className="facts">
          <dt>Namespace</dt>
          <dd className="mono">{node.namespace}</dd>
          <dt>Name</dt>
          <dd className="mono">{node.name}</dd>
          <Told lines={jobLines(node)} />
        </dl>
        <LastParameters node={node} />
        <Query told={node} />
        <Part title="Facets">
          <Facets facets={node.facets} of={node.ref} />
        </Part>
      </Heading>
    </div>
  );
}

function JobRuns({ node: { runs } }: { node: JobPage }) {
  if (runs.nodes.length === 0)
    return (
      <Part title="Runs">
        <p className="muted">No run was seen.</p>
      </Part>
    );
  const said = sayRuns(runs.nodes);
  return (
    <Part title="Latest runs">
      <p className="picture-line">
        <Strip bars={runBars(runs.nodes)} said={said} />
        <span className="muted">{said}</span>
      </p>
      <Runs runs={runs.nodes} job={false} />
    </Part>
  );
}

/** Of the last run that names any: one that was aborted before it began names none. */
function LastParameters({ node: { runs } }: { node: JobPage }) {
  const run = runs.nodes.find((one) => one.executionParameters.length > 0);
  if (!run) return null;
  const title = (
    <>
      Parameters of the run <Link href={nodePage(run.id)}>{run.started ? `of ${moment(run.started)}` : run.label}</Link>
    </>
  );
  return <Parameters title={title} list={run.executionParameters} />;
}
