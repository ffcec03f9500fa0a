/** A dataset under its three headings. */

import { Link } from "wouter";
import type { DatasetPage, FieldLine } from "../../api/operations/node";
import { lineagePage, nodePage, termPage } from "../../shell/links";
import { Kind, State, Time } from "../../shell/parts";
import { counted, plain } from "../../shell/wording";
import { Descriptions, Facets, Heading, HistoryList, NodeLink, Owners, Part, Terms } from "./sections";

export function DatasetHeadings({ node }: { node: DatasetPage }) {
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
        <Read node={node} />
        <Versions node={node} />
        <Part title="History">
          <HistoryList changes={node.history.nodes} />
        </Part>
      </Heading>
      <Heading title="Physical" about="How it is stored.">
        <Storage node={node} />
        <Columns fields={node.fields.nodes} more={node.fields.pageInfo.hasNextPage} />
        <Tests node={node} />
        <Part title="Facets">
          <Facets facets={node.facets} />
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
                <td>{plain(line.method)}</td>
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

function Read({ node }: { node: DatasetPage }) {
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
        <Link href={lineagePage(node.id)}>Open the lineage graph</Link>
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
              {version.run ? (
                <Link href={nodePage(version.run.id)}>{version.run.label}</Link>
              ) : (
                (version.version ?? "version")
              )}
            </span>
            {version.run && <State state={version.run.state} />}
            <span className="muted">
              <Time at={version.at} />
            </span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Storage({ node }: { node: DatasetPage }) {
  const others = node.members.filter((member) => member.name !== node.name || member.namespace !== node.namespace);
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
      {others.length > 0 && (
        <>
          <dt>Also known as</dt>
          <dd className="mono">{others.map((member) => `${member.namespace} ${member.name}`).join(", ")}</dd>
        </>
      )}
      {node.lifecycle.slice(0, 3).map((change) => (
        <Change key={`${change.at} ${change.change}`} at={change.at} change={change.change} />
      ))}
      {node.metrics.nodes.slice(0, 2).map((metric) => (
        <Measured key={`${metric.at} ${metric.facet}`} facet={metric.facet} value={metric.value} />
      ))}
    </dl>
  );
}

function Change({ at, change }: { at: string; change: string }) {
  return (
    <>
      <dt>{plain(change)}</dt>
      <dd>
        <Time at={at} />
      </dd>
    </>
  );
}

function Measured({ facet, value }: { facet: string; value: unknown }) {
  const pairs =
    value && typeof value === "object" ? Object.entries(value).filter(([name]) => !name.startsWith("_")) : [];
  return (
    <>
      <dt>{facet}</dt>
      <dd>
        {pairs
          .map(([name, n]) => `${name} ${typeof n === "number" ? n.toLocaleString("en") : JSON.stringify(n)}`)
          .join(", ")}
      </dd>
    </>
  );
}

function Columns({ fields, more }: { fields: readonly FieldLine[]; more: boolean }) {
  if (fields.length === 0) return <Part title="Columns">No schema is known.</Part>;
  return (
    <Part title={`${counted(fields.length, "column")}${more ? ", the first of more" : ""}`}>
      <div className="scroller">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Type</th>
              <th scope="col">Meaning</th>
            </tr>
          </thead>
          <tbody>
            {fields.map((field) => (
              <tr key={field.id}>
                <td className="mono">
                  <Link href={nodePage(field.id)}>{field.path}</Link>
                </td>
                <td className="mono muted">{field.type ?? (field.known ? "" : "not in the schema")}</td>
                <td>
                  <span className="row">
                    {field.terms.map(
                      ({ term }) =>
                        term && (
                          <Link key={term.id} href={termPage(term.id)} className="tag accent">
                            {term.label}
                          </Link>
                        ),
                    )}
                    {field.tags.map((tag) => (
                      <span key={tag.name} className="tag">
                        {tag.name}
                      </span>
                    ))}
                    {field.description && <span className="muted">{field.description}</span>}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
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
