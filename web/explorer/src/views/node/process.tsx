/** Runs and columns under the same three headings. */

import { Link } from "wouter";
import type { FieldPage, RunPage } from "../../api/operations/node";
import type { RunState } from "../../api/operations/shared";
import { lineagePage, nodePage } from "../../shell/links";
import { State } from "../../shell/parts";
import { duration, moment } from "../../shell/wording";
import { Runs } from "../runs";
import { Ends } from "./ends";
import { fieldHistory } from "./history";
import { Parameters } from "./parameters";
import { Descriptions, Facets, Heading, HistoryList, NodeLink, Owners, Part, Tags, Terms } from "./sections";
import { runLines, Stderr, Told } from "./told";
import { usedInShort } from "./usedparts";

/** Why it is not sure that a run wrote what it named. */
const UNSURE: Readonly<Partial<Record<RunState, string>>> = {
  FAIL: "The run failed",
  ABORT: "The run was aborted",
  RUNNING: "The run has not ended",
  LOST: "The run has not ended, and was not heard of for long",
};

export function RunHeadings({ node }: { node: RunPage }) {
  return (
    <div className="headings">
      <Heading title="Meaning" about="Which run of what this is.">
        <dl className="facts">
          <dt>Job</dt>
          <dd>{node.job ? <NodeLink node={node.job} /> : "not named"}</dd>
          {node.nominalStart && (
            <>
              <dt>For the time</dt>
              <dd>
                {moment(node.nominalStart)}
                {node.nominalEnd && ` to ${moment(node.nominalEnd)}`}
              </dd>
            </>
          )}
          {node.parent && (
            <>
              <dt>Started by</dt>
              <dd>
                <Parent parent={node.parent} />
              </dd>
            </>
          )}
          <Tags tags={node.tags} />
        </dl>
      </Heading>
      <Heading title="Lineage" about="How it went, what it read and wrote.">
        <dl className="facts">
          <dt>State</dt>
          <dd>
            <State state={node.state} />
          </dd>
          <dt>Started</dt>
          <dd>
            <Exactly at={node.started} none="not said" />
          </dd>
          <dt>Ended</dt>
          <dd>
            <Exactly
              at={node.ended}
              none={node.state === "RUNNING" || node.state === "LOST" ? "not yet" : "not said"}
            />
          </dd>
          {node.durationMs !== null && (
            <>
              <dt>Took</dt>
              <dd>{duration(node.durationMs)}</dd>
            </>
          )}
        </dl>
        {node.error && (
          <Part title="Error">
            <div className="failure">
              <p>{node.error.message}</p>
              {node.error.stackTrace && (
                <details>
                  <summary className="small">Stack trace</summary>
                  <pre className="small">{node.error.stackTrace}</pre>
                </details>
              )}
            </div>
          </Part>
        )}
        <Part title="Read">
          <Ends
            ends={node.inputs.map((end) => ({ node: end, status: "", used: usedInShort(node, end.id, "INPUT") }))}
            none="It named no inputs."
          />
        </Part>
        <Part title="Wrote">
          {!node.confirmed && node.outputs.length > 0 && (
            <p className="muted">
              {UNSURE[node.state] ?? "It did not say that it completed"}: it may have written these.
            </p>
          )}
          <Ends
            ends={node.outputs.map((end) => ({
              node: end,
              status: node.confirmed ? "" : "unconfirmed",
              used: usedInShort(node, end.id, "OUTPUT"),
            }))}
            none="It named no outputs."
          />
        </Part>
        {node.children.nodes.length > 0 && (
          <Part title="Runs it started">
            <Runs runs={node.children.nodes} />
          </Part>
        )}
      </Heading>
      <Heading title="Physical" about="What the catalog received.">
        <dl className="facts">
          <dt>Run id</dt>
          <dd className="mono">{node.runId}</dd>
          <dt>Events</dt>
          <dd>{node.events}</dd>
          <Told lines={runLines(node)} />
        </dl>
        <Parameters title="Parameters" list={node.executionParameters} />
        <Stderr told={node} />
        <Part title="Facets">
          <Facets facets={node.facets} of={node.ref} />
        </Part>
      </Heading>
    </div>
  );
}

function Parent({ parent }: { parent: NonNullable<RunPage["parent"]> }) {
  const name = parent.jobName ?? parent.runId ?? "a run without a name";
  return parent.run ? <Link href={nodePage(parent.run.id)}>{name}</Link> : name;
}

/** On its own page a run says to the second when it was, and how long ago on hover is of no use. */
function Exactly({ at, none }: { at: string | null; none: string }) {
  return at ? <time dateTime={at}>{moment(at)}</time> : none;
}

export function FieldHeadings({ node, asof }: { node: FieldPage; asof: string | null }) {
  return (
    <div className="headings">
      <Heading title="Meaning" about="What the column means.">
        <Descriptions said={node.descriptions} />
        <Part title="Terms">
          <Terms terms={node.terms} />
        </Part>
        <Owners owners={node.owners} tags={node.tags} properties={node.properties} whole={node.dataset.owners} />
      </Heading>
      <Heading title="Lineage" about="Where its values come from and go to.">
        <p>
          <Link href={lineagePage(node.dataset.id, node.dataset.id, asof, { col: node.path })}>Trace this column</Link>
        </p>
        <Part title="History">
          <HistoryList happened={fieldHistory(node, asof)} />
        </Part>
      </Heading>
      <Heading title="Physical" about="How it is stored.">
        <dl className="facts">
          <dt>Dataset</dt>
          <dd>
            <NodeLink node={node.dataset} />
          </dd>
          <dt>Type</dt>
          <dd className="mono">{node.type ?? "not known"}</dd>
          {node.ordinal !== null && (
            <>
              <dt>Position</dt>
              <dd>{node.ordinal + 1}</dd>
            </>
          )}
          <dt>In the schema</dt>
          <dd>{node.known ? "yes" : "no, only lineage or people speak of it"}</dd>
        </dl>
      </Heading>
    </div>
  );
}
