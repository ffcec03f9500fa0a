/** Governance: zones by the five tasks, with what holds and what is missing; and the flows between zones. */

import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { type Flow, GAPS, GOVERNANCE, type Task, type ZoneStanding } from "../api/operations/governance";
import { useOperation } from "../api/use";
import { nodePage } from "../shell/links";
import { Name } from "../shell/name";
import { Page } from "../shell/page";
import { Failure, Kind, Loading, Notice, State, Time } from "../shell/parts";
import { Table } from "../shell/table";
import { count, counted } from "../shell/wording";
import { NamingRules } from "./namingrules";
import { inOrder, ZoneFlow } from "./zoneflow";
import { ZoneRules } from "./zonerules";

const TASKS: readonly (readonly [Task, name: string, about: string, missing: string])[] = [
  ["FLOWS", "Flows", "A job that reports its runs writes it.", "No job that reports its runs writes these:"],
  ["SCHEMAS", "Schemas", "Its columns are known.", "No schema is known of these:"],
  [
    "TEMPLATES",
    "Templates",
    "A facet says how a program opens it: storage, format or connection.",
    "No facet says how a program opens these:",
  ],
  [
    "MAPPINGS",
    "Mappings",
    "It is known from which columns its own are made. What has no known sources needs none.",
    "It is not known from which columns those of these are made:",
  ],
  [
    "PROFILES",
    "Profiles",
    "Its contents were measured: rows, nulls, least and greatest values.",
    "The contents of these were never measured:",
  ],
];

interface Cell {
  zone: string | null;
  task: Task;
}

export function GovernanceView() {
  const page = useOperation(GOVERNANCE, {}, { every: 30_000 });
  const [open, setOpen] = useState<Cell | null>(null);
  const standings = page.data?.governance ?? [];
  return (
    <Page title="Governance">
      <header>
        <h1>Governance</h1>
        <p className="muted">
          Five tasks in every zone. A cell says for how many datasets the task is done, and opens what is missing.
        </p>
      </header>
      {page.error && <Failure error={page.error} retry={() => page.refetch()} />}
      {page.isPending && <Loading lines={8} />}
      {page.data && standings.length === 0 && (
        <Notice title="No zones yet.">A dataset finds its zone as soon as it is known, by the patterns below.</Notice>
      )}
      {standings.length > 0 && page.data && (
        <>
          <ZoneFlow
            zones={standings.flatMap((s) => (s.zone ? [{ name: s.zone, datasets: s.datasets }] : []))}
            flows={page.data.flows}
          />
          <Matrix standings={standings} open={setOpen} />
          <h2 className="flows-title">Flows between zones</h2>
          <Flows flows={page.data.flows} />
        </>
      )}
      {page.data && <ZoneRules zones={page.data.zones} />}
      {page.data && <NamingRules naming={page.data.naming} />}
      {open && <Gaps cell={open} close={() => setOpen(null)} />}
    </Page>
  );
}

function Matrix({ standings, open }: { standings: readonly ZoneStanding[]; open: (cell: Cell) => void }) {
  const order = inOrder(standings.map((standing) => standing.zone ?? ""));
  const rows = order.map((zone) => standings.find((standing) => (standing.zone ?? "") === zone) as ZoneStanding);
  return (
    <div className="scroller">
      <table className="matrix">
        <thead>
          <tr>
            <th scope="col">Zone</th>
            {TASKS.map(([task, name, about]) => (
              <th key={task} scope="col">
                <strong>{name}</strong>
                <div className="about">{about}</div>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.zone ?? ""}>
              <th scope="row">
                {row.zone ? <strong>{row.zone}</strong> : <span>in no zone</span>}
                <div className="small">{counted(row.datasets, "dataset")}</div>
              </th>
              {TASKS.map(([task, name]) => (
                <td key={task} className="cell">
                  <MatrixCell row={row} task={task} name={name} open={open} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function MatrixCell({
  row,
  task,
  name,
  open,
}: {
  row: ZoneStanding;
  task: Task;
  name: string;
  open: (cell: Cell) => void;
}) {
  const standing = row.tasks.find((one) => one.task === task);
  if (!standing || standing.of === 0) return <span className="muted small">nothing to do</span>;
  const zone = row.zone ?? "no zone";
  return (
    <button type="button" onClick={() => open({ zone: row.zone, task })}>
      <span className="unseen">
        {name} in {zone}:
      </span>
      <span className="count">{count(standing.count)}</span>
      <span className="muted small">{standing.gaps > 0 ? `${count(standing.gaps)} missing` : "complete"}</span>
      <meter value={standing.count} max={standing.of} aria-hidden="true" />
    </button>
  );
}

function Flows({ flows }: { flows: readonly Flow[] }) {
  if (flows.length === 0) return <p className="muted">No job is known to carry data from zone to zone.</p>;
  return (
    <Table heads={["From", "To", ["Jobs", "number"], ["Edges", "number"], "Last run", "State"]}>
      {inFlow(flows).map((flow) => (
        <tr key={`${flow.fromZone} ${flow.toZone}`}>
          <td>{flow.fromZone ?? "no zone"}</td>
          <td>{flow.toZone ?? "no zone"}</td>
          <td className="number">{count(flow.jobs)}</td>
          <td className="number">{count(flow.edges)}</td>
          <td>
            {flow.lastRun ? (
              <Link href={nodePage(flow.lastRun.id)}>
                <Time at={flow.lastAt} />
              </Link>
            ) : (
              <Time at={flow.lastAt} />
            )}
          </td>
          <td>
            {flow.failing > 0 ? (
              <span className="tag bad">{flow.failing} failing</span>
            ) : (
              flow.lastRun && <State state={flow.lastRun.state} />
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** Flows in the order in which data passes the zones. */
function inFlow(flows: readonly Flow[]): Flow[] {
  const order = inOrder([...new Set(flows.flatMap((flow) => [flow.fromZone ?? "", flow.toZone ?? ""]))]);
  const place = (zone: string | null) => order.indexOf(zone ?? "");
  return [...flows].sort((a, b) => place(a.fromZone) - place(b.fromZone) || place(a.toZone) - place(b.toZone));
}

/** What is missing in one cell. */
function Gaps({ cell, close }: { cell: Cell; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const gaps = useOperation(GAPS, {});
  useEffect(() => dialog.current?.showModal(), []);
  const task = TASKS.find(([name]) => name === cell.task);
  const list = gaps.data?.governance.find((one) => one.zone === cell.zone)?.tasks.find((one) => one.task === cell.task)
    ?.open.nodes;
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="gaps" className="gaps">
      <div className="row between">
        <h2 id="gaps">
          {task?.[1]} in {cell.zone ?? "no zone"}
        </h2>
        <button type="button" className="quiet" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      <p className="muted small">{task?.[3]}</p>
      {gaps.error && <Failure error={gaps.error} retry={() => gaps.refetch()} />}
      {gaps.isPending && <Loading />}
      {list && list.length === 0 && <Notice title="Nothing is missing." />}
      <ul className="list">
        {list?.map((node) => (
          <li key={node.id}>
            <span className="grow">
              <Name node={{ __typename: "Dataset", ...node }} />
            </span>
            <Kind kind={node.kind ?? "dataset"} />
          </li>
        ))}
      </ul>
    </dialog>
  );
}
