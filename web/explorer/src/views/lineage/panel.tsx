/** The panel beside the canvas: what is selected, and why it is there. */

import { useState } from "react";
import { Link } from "wouter";
import { sayTransformation } from "../../api/lineagegraph";
import { columnSelector, EVIDENCE } from "../../api/operations/lineage";
import { quoted } from "../../api/selectors";
import { useOperation } from "../../api/use";
import type { Address } from "../../graph/address";
import type { GraphEdge, GraphNode } from "../../graph/model";
import { kindFamily } from "../../graph/palette";
import type { Scene } from "../../graph/scene";
import { impactPage, lineagePage, nodePage, pathsPage } from "../../shell/links";
import { Failure, Kind, Loading, State, Time } from "../../shell/parts";
import { count, counted, sayMethod } from "../../shell/wording";
import { between } from "./usegraph";

interface NodeProps {
  scene: Scene;
  index: number;
  address: Address;
  root: string;
  select: (id: string) => void;
  trace: (column: string | null) => void;
}

const OUTCOME_STATE = { ok: "COMPLETE", failed: "FAIL", running: "RUNNING" } as const;

export function NodePanel({ scene, index, address, root, select, trace }: NodeProps) {
  const { col: column, asof, grain, collapse } = address;
  const node = scene.graph.nodes[index];
  const { up, down } = scene.adjacency.cone(index);
  return (
    <>
      <header>
        <h2 tabIndex={-1}>{node.name}</h2>
        <p className="muted mono small wrap">{node.fullName}</p>
      </header>
      <dl className="facts">
        <dt>Kind</dt>
        <dd>
          <Kind kind={node.kind} />
        </dd>
        {node.zone && (
          <>
            <dt>Zone</dt>
            <dd>{node.zone}</dd>
          </>
        )}
        {node.outcome && (
          <>
            <dt>Last run</dt>
            <dd>
              <State state={OUTCOME_STATE[node.outcome]} />
            </dd>
          </>
        )}
        <dt>In its path</dt>
        <dd>
          {count(up.size - 1)} up, {count(down.size - 1)} down
        </dd>
      </dl>
      <p className="row">
        <Link className="button" href={nodePage(node.id, asof)}>
          Open page
        </Link>
        {node.id !== root && (
          <Link className="button" href={lineagePage(node.id, null, asof, { grain, collapse })}>
            Start here
          </Link>
        )}
      </p>
      {column && <TracedColumn scene={scene} node={node} column={column} asof={asof} />}
      <Columns node={node} column={column} trace={trace} />
      <Neighbours title="Upstream" scene={scene} list={scene.adjacency.up[index]} all={node.upstream} select={select} />
      <Neighbours
        title="Downstream"
        scene={scene}
        list={scene.adjacency.down[index]}
        all={node.downstream}
        select={select}
      />
    </>
  );
}

interface TracedProps {
  scene: Scene;
  node: GraphNode;
  column: string;
  asof: string | null;
}

/** The edges of the traced column at this card, and how its values come about. */
function TracedColumn({ scene, node, column, asof }: TracedProps) {
  const edges = scene.trace?.edges ?? [];
  const into = edges.filter((edge) => edge.to === node.id && edge.toColumn === column);
  const outOf = edges.filter((edge) => edge.from === node.id && edge.fromColumn === column);
  const select = columnSelector(quoted(node.fullName), column);
  const name = (id: string) => scene.graph.nodes[scene.adjacency.index.get(id) ?? -1]?.name ?? "another dataset";
  if (into.length + outOf.length === 0) return <p className="muted">No column lineage of {column} is known.</p>;
  return (
    <section>
      <h3>{column}</h3>
      <p className="row">
        <Link className="button" href={impactPage(select, asof)}>
          Impact
        </Link>
        <Link className="button" href={pathsPage({ from: select, to: "", asof })}>
          Paths
        </Link>
      </p>
      <ul className="list">
        {into.map((edge) => (
          <li key={`${edge.from} ${edge.fromColumn}`}>
            <span className="grow cut mono">
              ← {name(edge.from)}.{edge.fromColumn}
            </span>
            <span className="muted small">{edge.transformation ?? edge.method}</span>
          </li>
        ))}
        {outOf.map((edge) => (
          <li key={`${edge.to} ${edge.toColumn}`}>
            <span className="grow cut mono">
              → {name(edge.to)}.{edge.toColumn}
            </span>
            <span className="muted small">{edge.transformation ?? edge.method}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Above this many columns a list wants a filter. */
const MANY = 12;

function Columns({
  node,
  column,
  trace,
}: {
  node: GraphNode;
  column: string | null;
  trace: (column: string | null) => void;
}) {
  const [filter, setFilter] = useState("");
  if (node.columns.length === 0) return null;
  const wanted = filter.trim().toLowerCase();
  const shown = node.columns.filter((one) => one.name.toLowerCase().includes(wanted));
  return (
    <section>
      <h3>{counted(node.columns.length, "column")}</h3>
      {node.columns.length > MANY && (
        <input
          type="search"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          placeholder="Filter columns"
          aria-label="Filter columns"
        />
      )}
      <ul className="columns">
        {shown.map((one) => (
          <li key={one.name}>
            <button
              type="button"
              className="quiet"
              aria-pressed={one.name === column}
              title={`Trace ${one.name}`}
              onClick={() => trace(one.name === column ? null : one.name)}
            >
              <code className="cut">{one.name}</code>
              <code className="muted cut">{one.type}</code>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface NeighbourProps {
  title: string;
  scene: Scene;
  list: readonly number[];
  all: number;
  select: (id: string) => void;
}

export function Neighbours({ title, scene, list, all, select }: NeighbourProps) {
  const nodes = [...new Set(list)].map((v) => scene.graph.nodes[v]);
  return (
    <section>
      <h3>
        {title} · {nodes.length < all ? `${nodes.length} of ${all} shown` : nodes.length}
      </h3>
      <ul className="neighbours">
        {nodes.map((node) => (
          <li key={node.id}>
            <button type="button" className="quiet" title={node.fullName} onClick={() => select(node.id)}>
              <span className={`kind ${kindFamily(node.kind)}`} aria-hidden="true" />
              <span className="cut">{node.name}</span>
              <span className="muted small">{node.zone}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

interface EdgeProps {
  scene: Scene;
  edge: GraphEdge;
  address: Address;
  select: (id: string) => void;
}

/** Why an edge is there: job, runs, first and last seen, how it is known, how sure. */
export function EdgePanel({ scene, edge, address, select }: EdgeProps) {
  const name = (id: string) => scene.graph.nodes[scene.adjacency.index.get(id) ?? 0].name;
  return (
    <>
      <header>
        <h2 tabIndex={-1}>Why this edge</h2>
        <p className="row">
          <button type="button" className="link" onClick={() => select(edge.from)}>
            {name(edge.from)}
          </button>
          <span aria-hidden="true">→</span>
          <span className="unseen">feeds</span>
          <button type="button" className="link" onClick={() => select(edge.to)}>
            {name(edge.to)}
          </button>
        </p>
      </header>
      <dl className="facts">
        <dt>Through</dt>
        <dd>
          {edge.via.length === 0
            ? edge.byDefinition
              ? "no job: it is defined so"
              : "not said"
            : edge.via.map((node) => (
                <span key={node.id} className="cut">
                  <Link href={nodePage(node.id)}>{node.name}</Link>
                </span>
              ))}
        </dd>
        <dt>Seen in</dt>
        <dd>
          {edge.seenIn === null || edge.ofRuns === null
            ? edge.byDefinition
              ? "its definition"
              : "the edges that it follows from"
            : `${count(edge.seenIn)} of ${counted(edge.ofRuns, "run")}`}
        </dd>
        <dt>Status</dt>
        <dd>{edge.status}</dd>
        <dt>Known from</dt>
        <dd>{sayMethod(edge.method)}</dd>
        <dt>Confidence</dt>
        <dd>{Math.round(edge.confidence * 100)} %</dd>
        <dt>First seen</dt>
        <dd>
          <Time at={edge.firstSeen} />
        </dd>
        <dt>Last seen</dt>
        <dd>
          <Time at={edge.lastSeen} />
        </dd>
        {edge.closedAt && (
          <>
            <dt>Ended</dt>
            <dd>
              <Time at={edge.closedAt} />
            </dd>
          </>
        )}
      </dl>
      <Evidence edge={edge} address={address} />
    </>
  );
}

function Evidence({ edge, address }: { edge: GraphEdge; address: Address }) {
  const at = address.asof ? { asOf: address.asof } : null;
  const answer = useOperation(EVIDENCE, { select: edge.from, ...between(address), at });
  if (answer.error) return <Failure error={answer.error} retry={() => answer.refetch()} />;
  if (!answer.data) return <Loading lines={3} />;
  const found = answer.data.lineage.edges.find((one) => one.from === edge.from && one.to === edge.to);
  if (!found) return null;
  return (
    <section>
      {found.transformations.length > 0 && <p>{found.transformations.map(sayTransformation).join("; ")}</p>}
      <h3>Evidence</h3>
      <ul className="list">
        {found.evidence.nodes.map((one) => (
          <li key={`${one.at} ${one.run?.id}`}>
            <span className="grow cut">
              {one.run ? <Link href={nodePage(one.run.id)}>{one.run.label}</Link> : "said without a run"}
            </span>
            <span className="muted small">
              <Time at={one.at} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
