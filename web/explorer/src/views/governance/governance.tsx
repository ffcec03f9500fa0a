/** Governance: zones by the five tasks, with what holds and what is missing; and the flows between zones. */

import { Link, useSearch } from "wouter";
import { type Flow, GOVERNANCE, type Task, type ZoneStanding } from "../../api/operations/governance";
import { useOperation } from "../../api/use";
import { Failed } from "../../shell/failed";
import { cellPage, nodePage } from "../../shell/links";
import { Page } from "../../shell/page";
import { Loading, Notice, State, Time } from "../../shell/parts";
import { Table } from "../../shell/table";
import { count, counted } from "../../shell/wording";
import { NamingRules } from "../namingrules";
import { inOrder, ZoneFlow } from "../zoneflow";
import { ZoneRules } from "../zonerules";
import { Breaches } from "./breaches";
import { CellView } from "./cell";
import { MappingsOf } from "./mappingsof";
import { TASKS, taskOf } from "./tasks";

export function GovernanceView() {
  const query = new URLSearchParams(useSearch());
  const task = taskOf(query.get("task"));
  const dataset = query.get("dataset");
  if (task === "MAPPINGS" && dataset) return <MappingsOf key={dataset} dataset={dataset} asof={query.get("asof")} />;
  return task ? <CellView key={`${task} ${query.get("zone")}`} task={task} zone={query.get("zone")} /> : <Overview />;
}

function Overview() {
  const page = useOperation(GOVERNANCE, {}, { every: 30_000 });
  const standings = page.data?.governance.zones ?? [];
  return (
    <Page title="Governance">
      <header>
        <h1>Governance</h1>
        <p className="muted">
          Five tasks in every zone. A cell says for how many datasets the task is done, and opens the list.
        </p>
      </header>
      <Failed page={page} />
      {page.isPending && <Loading lines={8} />}
      {page.data && standings.length === 0 && (
        <Notice title="No zones yet.">A dataset finds its zone as soon as it is known, by the patterns below.</Notice>
      )}
      {standings.length > 0 && page.data && (
        <>
          {standings.some(({ zone }) => zone !== null) && (
            <ZoneFlow
              zones={standings.flatMap((s) => (s.zone ? [{ name: s.zone, datasets: s.datasets }] : []))}
              flows={page.data.flows}
            />
          )}
          <Matrix standings={standings} />
          <h2 className="flows-title">Flows between zones</h2>
          <Flows flows={page.data.flows} />
        </>
      )}
      {page.data && page.data.zoneRules.length > 0 && <Breaches />}
      {page.data && <ZoneRules rules={page.data.zoneRules} />}
      {page.data && <NamingRules naming={page.data.naming} />}
    </Page>
  );
}

const HEADS = ["Zone", ...TASKS.map(({ name }) => name)];
const ABOUTS = [undefined, ...TASKS.map(({ about }) => about)];

function Matrix({ standings }: { standings: readonly ZoneStanding[] }) {
  const order = inOrder(standings.map((standing) => standing.zone ?? ""));
  const rows = order.map((zone) => standings.find((standing) => (standing.zone ?? "") === zone) as ZoneStanding);
  return (
    <Table className="matrix" heads={HEADS} abouts={ABOUTS}>
      {rows.map((row) => (
        <tr key={row.zone ?? ""}>
          <th scope="row">
            {row.zone ? <strong>{row.zone}</strong> : <span>in no zone</span>}
            <div className="small muted">{counted(row.datasets, "dataset")}</div>
          </th>
          {TASKS.map(({ task, name }) => (
            <td key={task} className="cell">
              <MatrixCell row={row} task={task} name={name} />
            </td>
          ))}
        </tr>
      ))}
    </Table>
  );
}

function MatrixCell({ row, task, name }: { row: ZoneStanding; task: Task; name: string }) {
  const standing = row.tasks.find((one) => one.task === task);
  if (!standing || standing.of === 0) return <span className="muted small">nothing to do</span>;
  return (
    <Link href={cellPage(row.zone, task)} className="standing">
      <span className="unseen">
        {name} in {row.zone ?? "no zone"}:
      </span>
      <span className="count">{count(standing.have)}</span>
      <span className="muted small">{standing.gaps > 0 ? `${count(standing.gaps)} missing` : "complete"}</span>
      <meter value={standing.have} max={standing.of} aria-hidden="true" />
    </Link>
  );
}

function Flows({ flows }: { flows: readonly Flow[] }) {
  if (flows.length === 0) return <p className="muted">No job is known to carry data from zone to zone.</p>;
  return (
    <Table heads={["From", "To", ["Jobs", "number"], ["Edges", "number"], "Last run", "State"]}>
      {inFlow(flows).map((flow) => (
        <tr key={`${flow.fromZone} ${flow.toZone}`}>
          <th scope="row">{flow.fromZone ?? "no zone"}</th>
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
