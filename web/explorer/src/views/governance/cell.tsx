/** A cell of governance: those datasets of a zone that have what the task wants, those that lack it, and the task's own list. */

import { useId } from "react";
import { Link } from "wouter";
import { GOVERNED, type Governed, type Task } from "../../api/operations/governance";
import { Name } from "../../shell/name";
import { Page } from "../../shell/page";
import { Kind, Time } from "../../shell/parts";
import { Section } from "../../shell/section";
import { type Head, Table } from "../../shell/table";
import { FlowJobs } from "./flowjobs";
import { Paged } from "./paged";
import { Sheet } from "./sheet";
import { wordsOf } from "./tasks";

/** What a list of those that have it tells besides; the other tasks have a list of their own. */
const TOLD: Readonly<Partial<Record<Task, string>>> = {
  SCHEMAS: "Since",
  TEMPLATES: "Opened as",
  PROFILES: "Last measured",
};

export function CellView({ task, zone }: { task: Task; zone: string | null }) {
  const words = wordsOf(task);
  const title = `${words.name} in ${zone ?? "no zone"}`;
  return (
    <Page title={title}>
      <header>
        <p className="small">
          <Link href="/governance">All zones and tasks</Link>
        </p>
        <h1>{title}</h1>
        <p className="muted">{words.about}</p>
      </header>
      <div className="stack">
        {task === "FLOWS" && <FlowJobs zone={zone} />}
        {task === "MAPPINGS" && <Sheet into={zone ?? ""} />}
        <Datasets task={task} zone={zone} have={false} />
        <Datasets task={task} zone={zone} have />
      </div>
    </Page>
  );
}

function Datasets({ task, zone, have }: { task: Task; zone: string | null; have: boolean }) {
  const id = useId();
  const told = have ? TOLD[task] : undefined;
  const heads: Head[] = ["Dataset", "Kind", ...(told ? [told] : [])];
  return (
    <Section id={id} title={have ? "Done" : "Missing"}>
      <Paged
        operation={GOVERNED}
        variables={{ zone, task, have }}
        page={({ governed }) => governed}
        none={have ? "For none yet." : "Nothing is missing."}
        lead={have ? undefined : wordsOf(task).missing}
      >
        {(rows) => (
          <Table heads={heads}>
            {rows.map((node) => (
              <tr key={node.id}>
                <th scope="row">
                  <Name node={node} />
                </th>
                <td>
                  <Kind kind={node.kind ?? "dataset"} />
                </td>
                {told && (
                  <td>
                    <Told task={task} node={node} />
                  </td>
                )}
              </tr>
            ))}
          </Table>
        )}
      </Paged>
    </Section>
  );
}

function Told({ task, node }: { task: Task; node: Governed }) {
  if (task === "SCHEMAS") return <Time at={node.schemas.nodes[0]?.from} />;
  if (task === "PROFILES") {
    const at = node.profileHistory.nodes[0]?.at ?? node.metrics.nodes[0]?.at;
    return at ? <Time at={at} /> : <span className="muted">profiled</span>;
  }
  const known = [node.format?.name, node.connection?.driver].filter(Boolean);
  const words = known.length > 0 ? known : [node.storage?.storageLayer].filter(Boolean);
  return <span className={words.length > 0 ? undefined : "muted"}>{words.join(", ") || "by its storage"}</span>;
}
