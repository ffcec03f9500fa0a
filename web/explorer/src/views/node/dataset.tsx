/** A dataset under its three headings. */

import { Link } from "wouter";
import { DECLARED, type DeclaredLine } from "../../api/operations/declared";
import { LOADS, PARTS, type PartsAnswer } from "../../api/operations/loads";
import { AROUND, type DatasetPage } from "../../api/operations/node";
import { PROFILE } from "../../api/operations/profile";
import { useOperation } from "../../api/use";
import { Failed } from "../../shell/failed";
import { lineagePage, mappingsPage, nodePage } from "../../shell/links";
import { Kind, Loading, State, Time } from "../../shell/parts";
import { Table } from "../../shell/table";
import { moment, plain, sayMethod } from "../../shell/wording";
import { MappingRows } from "../governance/sheet";
import { Columns } from "./columns";
import { Contract } from "./contract";
import { Declared } from "./declared";
import { datasetHistory, namesOf } from "./history";
import { LandingFiles, Watermarks } from "./loads";
import { fewMappings } from "./mapped";
import { wholeMeasures } from "./measured";
import { OtherNames, Partitions } from "./othernames";
import { Profiled } from "./profile";
import { latestNames } from "./profiled";
import { SchemaHistory } from "./schemas";
import { Descriptions, Facets, Heading, HistoryList, NodeLink, Owners, Part, Terms } from "./sections";
import { OpenWith } from "./template";
import { Tests } from "./tests";
import { datasetLines, declaredLines, Told } from "./told";
import { usedInShort } from "./usedparts";

export function DatasetHeadings({ node, asof }: { node: DatasetPage; asof: string | null }) {
  const at = asof ? { asOf: asof } : null;
  const parts = useOperation(PARTS, { id: node.id, at });
  const loads = useOperation(LOADS, { id: node.id, at });
  const profile = useOperation(PROFILE, { id: node.id, at });
  const declared = useOperation(DECLARED, { id: node.id, at });
  return (
    <div className="headings">
      <Heading title="Meaning" about="What the data means to those who use it.">
        <Descriptions said={node.descriptions} />
        <Owners owners={node.owners} tags={node.tags} properties={node.properties} />
        <Part title="Terms">
          <Terms terms={node.terms} />
        </Part>
      </Heading>
      <Heading title="Lineage" about="What processes did to it.">
        <Produced node={node} />
        <Read node={node} asof={asof} parts={parts.data} />
        <Mappings node={node} asof={asof} />
        {loads.data && <Watermarks marks={loads.data.watermarks} of="dataset" />}
        <Versions node={node} parts={parts.data} />
        <History node={node} asof={asof} />
      </Heading>
      <Heading title="Physical" about="How it is stored.">
        <Storage node={node} declared={declared.data?.node ?? {}} />
        <OtherNames node={node} />
        <Partitions parts={parts.data} />
        {loads.data && <LandingFiles files={loads.data} />}
        <Failed page={parts} />
        <Failed page={loads} />
        <Failed page={declared} />
        <Columns node={node} at={at} attributes={declared.data?.node?.relation?.attributes ?? []} />
        {declared.isPending && <Loading lines={2} />}
        <Declared relation={declared.data?.node?.relation} />
        {profile.isPending && <Loading lines={3} />}
        <Profiled answer={profile.data} columns={latestNames(node)} />
        <Failed page={profile} />
        <SchemaHistory schemas={node.schemas} />
        <Contract answer={profile.data} />
        <OpenWith dataset={node.ref} at={at} />
        <Tests tests={node.tests.nodes} more={node.tests.pageInfo.hasNextPage} />
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
        <Table heads={["Job", "Last run", "Status", "Known from", ["Last", "number"]]}>
          {node.producers.map((line) => (
            <tr key={`${line.job?.id} ${line.method}`}>
              <th scope="row">
                <NodeLink node={line.job} />
              </th>
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
        </Table>
      )}
    </Part>
  );
}

interface ReadProps {
  node: DatasetPage;
  asof: string | null;
  parts: PartsAnswer | undefined;
}

function Read({ node, asof, parts }: ReadProps) {
  return (
    <Part title="Read by">
      {node.readers.length === 0 ? (
        <p className="muted">No job is known to read it.</p>
      ) : (
        <ul className="list">
          {node.readers.map((line, i) => (
            <li key={`${line.job?.id} ${line.last}`}>
              <span className="grow">
                <NodeLink node={line.job} />
                <div className="muted small value">
                  {usedInShort(parts?.node?.readers?.[i]?.lastRun, node.id, "INPUT")}
                </div>
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

function Versions({ node, parts }: { node: DatasetPage; parts: PartsAnswer | undefined }) {
  if (node.versions.nodes.length === 0) return null;
  return (
    <Part title="Latest versions">
      <ul className="list">
        {node.versions.nodes.slice(0, 5).map((version, i) => (
          <li key={`${version.at} ${version.run?.id}`}>
            <span className="grow">
              {version.run ? <Link href={nodePage(version.run.id)}>{moment(version.at)}</Link> : moment(version.at)}{" "}
              <span className="muted">
                {[version.run?.job && `by ${version.run.job.label}`, version.version].filter(Boolean).join(", ")}
              </span>
              <div className="muted small value">
                {usedInShort(parts?.node?.versions?.nodes[i]?.run, node.id, "OUTPUT")}
              </div>
            </span>
            {version.run && <State state={version.run.state} />}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Storage({ node, declared }: { node: DatasetPage; declared: Partial<DeclaredLine> }) {
  const measures = wholeMeasures(node.metrics.nodes);
  const counted = measures.some(([name]) => name === "Rows");
  return (
    <dl className="facts">
      <dt>Kind</dt>
      <dd>{node.kind ? <Kind kind={node.kind} /> : <span className="muted">not said</span>}</dd>
      <dt>Namespace</dt>
      <dd className="mono">{node.namespace}</dd>
      <dt>Name</dt>
      <dd className="mono">{node.name}</dd>
      {node.environment && (
        <>
          <dt>Environment</dt>
          <dd>{node.environment}</dd>
        </>
      )}
      <Told lines={[...datasetLines(node), ...declaredLines(declared, counted)]} />
      {measures.map(([name, value, at]) => (
        <Measure key={name} name={name} value={value} at={at} />
      ))}
    </dl>
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

/** Asked for once by all that shows a part of it. */
const useAround = (node: DatasetPage, asof: string | null) =>
  useOperation(AROUND, { id: node.id, at: asof ? { asOf: asof } : null });

/** A few of them; where they cannot be read, the history says why. */
function Mappings({ node, asof }: { node: DatasetPage; asof: string | null }) {
  const { data } = useAround(node, asof);
  if (!data) return null;
  const shown = fewMappings(data.mappings.nodes, node.id);
  return (
    <Part title="Mappings">
      {shown.length === 0 ? (
        <p className="muted">It is not known which of its columns are made of which, or what is made of them.</p>
      ) : (
        <>
          <MappingRows rows={shown} />
          <p>
            <Link href={mappingsPage(node.id, asof)}>All its mappings</Link>
          </p>
        </>
      )}
    </Part>
  );
}

/** The feed says that something changed; schemas and edges say what, and from when to when it was so. */
function History({ node, asof }: { node: DatasetPage; asof: string | null }) {
  const around = useAround(node, asof);
  const { nodes, edges } = around.data?.lineage ?? { nodes: [], edges: [] };
  return (
    <Part title="History">
      <Failed page={around} />
      {around.isPending ? (
        <Loading lines={3} />
      ) : (
        <HistoryList happened={datasetHistory(node, edges, namesOf(nodes), asof)} />
      )}
    </Part>
  );
}
