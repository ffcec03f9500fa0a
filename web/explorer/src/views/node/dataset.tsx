/** A dataset under its three headings. */

import { Link } from "wouter";
import { AROUND, type DatasetPage, type ReasonLine } from "../../api/operations/node";
import { useOperation } from "../../api/use";
import { lineagePage, nodePage } from "../../shell/links";
import { Kind, Loading, State, Time } from "../../shell/parts";
import { moment, plain, sayMethod } from "../../shell/wording";
import { Columns } from "./columns";
import { datasetHistory, namesOf } from "./history";
import { wholeMeasures } from "./measured";
import { otherNames, sayReason } from "./names";
import { Descriptions, Facets, Heading, HistoryList, NodeLink, Owners, Part, Terms } from "./sections";
import { datasetLines, Told } from "./told";

export function DatasetHeadings({ node, asof }: { node: DatasetPage; asof: string | null }) {
  return (
    <div className="headings">
      <Heading title="Meaning" about="What the data means to those who use it.">
        <Descriptions said={node.descriptions} />
        <Owners owners={node.owners} tags={node.tags} />
        <Part title="Terms">
          <Terms terms={node.terms} />
        </Part>
      </Heading>
      <Heading title="Lineage" about="What processes did to it.">
        <Produced node={node} />
        <Read node={node} asof={asof} />
        <Versions node={node} />
        <History node={node} asof={asof} />
      </Heading>
      <Heading title="Physical" about="How it is stored.">
        <Storage node={node} />
        <Columns fields={node.fields.nodes} more={node.fields.pageInfo.hasNextPage} metrics={node.metrics.nodes} />
        <Tests node={node} />
        <Part title="Facets">
          <Facets facets={node.facets} of={node.ref} />
        </Part>
      </Heading>
    </div>
  );
}

function Produced({ node }: { node: DatasetPage }) {
  return (
    <Part title="Written by">
      {node.producers.length === 0 ? (
        <p className="muted">No job is known to write it.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">Job</th>
              <th scope="col">Last run</th>
              <th scope="col">Status</th>
              <th scope="col">Known from</th>
              <th scope="col" className="number">
                Last
              </th>
            </tr>
          </thead>
          <tbody>
            {node.producers.map((line) => (
              <tr key={`${line.job?.id} ${line.method}`}>
                <td>
                  <NodeLink node={line.job} />
                </td>
                <td>
                  {line.lastRun ? (
                    <Link href={nodePage(line.lastRun.id)}>
                      <State state={line.lastRun.state} />
                    </Link>
                  ) : (
                    ""
                  )}
                </td>
                <td>{plain(line.status)}</td>
                <td>{sayMethod(line.method)}</td>
                <td className="number">
                  <Time at={line.last} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Part>
  );
}

function Read({ node, asof }: { node: DatasetPage; asof: string | null }) {
  return (
    <Part title="Read by">
      {node.readers.length === 0 ? (
        <p className="muted">No job is known to read it.</p>
      ) : (
        <ul className="list">
          {node.readers.map((line) => (
            <li key={`${line.job?.id} ${line.last}`}>
              <span className="grow">
                <NodeLink node={line.job} />
              </span>
              <span className="muted">{plain(line.status)}</span>
              <span className="muted">
                <Time at={line.last} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <p>
        <Link href={lineagePage(node.id, null, asof)}>Open the lineage graph</Link>
      </p>
    </Part>
  );
}

function Versions({ node }: { node: DatasetPage }) {
  if (node.versions.nodes.length === 0) return null;
  return (
    <Part title="Latest versions">
      <ul className="list">
        {node.versions.nodes.slice(0, 5).map((version) => (
          <li key={`${version.at} ${version.run?.id}`}>
            <span className="grow">
              {version.run ? <Link href={nodePage(version.run.id)}>{moment(version.at)}</Link> : moment(version.at)}{" "}
              <span className="muted">
                {[version.run?.job && `by ${version.run.job.label}`, version.version].filter(Boolean).join(", ")}
              </span>
            </span>
            {version.run && <State state={version.run.state} />}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Storage({ node }: { node: DatasetPage }) {
  return (
    <dl className="facts">
      <dt>Kind</dt>
      <dd>
        <Kind kind={node.kind ?? "not said"} />
      </dd>
      <dt>Namespace</dt>
      <dd className="mono">{node.namespace}</dd>
      <dt>Name</dt>
      <dd className="mono">{node.name}</dd>
      <OtherNames node={node} />
      <Told lines={datasetLines(node)} />
      {wholeMeasures(node.metrics.nodes).map(([name, value, at]) => (
        <Measure key={name} name={name} value={value} at={at} />
      ))}
    </dl>
  );
}

function OtherNames({ node }: { node: DatasetPage }) {
  const others = otherNames(node);
  if (others.length === 0) return null;
  return (
    <>
      <dt>Also known as</dt>
      <dd>
        {others.map(({ ref, because }) => (
          <div key={ref}>
            <span className="mono">{ref}</span>
            {because.map((reason) => (
              <Because key={`${reason.kind} ${reason.ref} ${reason.of} ${reason.entry}`} name={ref} reason={reason} />
            ))}
          </div>
        ))}
      </dd>
    </>
  );
}

/** Why a name means the dataset; whoever knows better is told what to take back (docs/naming.md). */
function Because({ name, reason }: { name: string; reason: ReasonLine }) {
  const told = reason.run ?? reason.job;
  return (
    <details className="muted">
      <summary>
        because {sayReason(name, reason)}, {moment(reason.at)}
      </summary>
      {told && (
        <p>
          Told by <NodeLink node={told} />
        </p>
      )}
      {reason.entry && (
        <p>
          Not so? Retract the entry <code>{reason.entry}</code>; docs/naming.md, “Undo”, has the request.
        </p>
      )}
    </details>
  );
}

function Measure({ name, value, at }: { name: string; value: string; at: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {value}{" "}
        <span className="muted">
          <Time at={at} />
        </span>
      </dd>
    </>
  );
}

/** The feed says that something changed; schemas and edges say what, and from when to when it was so. */
function History({ node, asof }: { node: DatasetPage; asof: string | null }) {
  const around = useOperation(AROUND, { id: node.id, at: asof ? { asOf: asof } : null });
  const { nodes, edges } = around.data?.lineage ?? { nodes: [], edges: [] };
  return (
    <Part title="History">
      {around.isPending ? (
        <Loading lines={3} />
      ) : (
        <HistoryList happened={datasetHistory(node, edges, namesOf(nodes), asof)} />
      )}
    </Part>
  );
}

function Tests({ node }: { node: DatasetPage }) {
  if (node.tests.nodes.length === 0) return null;
  return (
    <Part title="Tests">
      <ul className="list">
        {node.tests.nodes.map((test) => (
          <li key={`${test.at} ${test.assertion} ${test.column}`}>
            <State state={test.success === true ? "passed" : test.success === false ? "failed" : "unknown"} />
            <span className="grow mono">
              {String(test.assertion ?? "")} {test.column ? String(test.column) : ""}
            </span>
            <span className="muted">
              <Time at={test.at} />
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}
