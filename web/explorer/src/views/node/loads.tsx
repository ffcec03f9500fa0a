/** How far loads came: watermarks, and files that landed, loaded or not. */

import type { FileLine, LoadsAnswer, WatermarkLine } from "../../api/operations/loads";
import { State } from "../../shell/parts";
import { Strip, Ticks } from "../../shell/strip";
import { Table } from "../../shell/table";
import { bytes, counted, moment } from "../../shell/wording";
import { doneFiles, fileBars, openFiles, sayFiles } from "./landing";
import { NodeLink, Part, RunTime } from "./sections";

/** Of a dataset by its jobs, or of a job by its datasets. */
export function Watermarks({ marks, of }: { marks: readonly WatermarkLine[]; of: "dataset" | "job" }) {
  if (marks.length === 0) return null;
  const now = Date.now();
  return (
    <Part title="How far loads came">
      <Table heads={[of === "dataset" ? "Job" : "Dataset", "Watermark", "Moved", ["Last", "number"]]}>
        {marks.map((mark) => (
          <tr key={`${mark.job?.id} ${mark.datasetRef}`}>
            <th scope="row">
              <Whose mark={mark} of={of} />
            </th>
            <td>
              <span className="mono value">{sayValue(mark.value)}</span>
              <div className="muted small value">{sayBefore(mark)}</div>
            </td>
            <td>
              <Ticks times={mark.commits.nodes.map(({ at }) => Date.parse(at))} until={now} said={sayMoves(mark)} />
              <div className="muted small">{sayMoves(mark)}</div>
            </td>
            <td className="number">
              <RunTime run={mark.run} at={mark.at} />
            </td>
          </tr>
        ))}
      </Table>
    </Part>
  );
}

function Whose({ mark, of }: { mark: WatermarkLine; of: "dataset" | "job" }) {
  if (of === "job" && !mark.dataset) return <span className="mono">{mark.datasetRef}</span>;
  return <NodeLink node={of === "job" ? mark.dataset : mark.job} />;
}

const sayValue = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const sayBefore = ({ type, field, previous }: WatermarkLine): string =>
  [type, field && `of ${field}`, previous ? `before: ${sayValue(previous.value)}` : "the first"]
    .filter(Boolean)
    .join(", ");

function sayMoves({ commits: { nodes, pageInfo } }: WatermarkLine): string {
  const first = nodes.at(-1);
  if (!first) return "never";
  return `${pageInfo.hasNextPage ? "more than " : ""}${counted(nodes.length, "time")} since ${moment(first.at)}`;
}

export function LandingFiles({ files }: { files: LoadsAnswer }) {
  const open = openFiles(files);
  const done = doneFiles(files);
  if (open.length + done.length === 0) return null;
  const said = sayFiles(files);
  return (
    <Part title="Landing files">
      <p className="picture-line">
        <Strip bars={fileBars(files)} said={`Files by time: ${said}`} />
        <span className="muted">{said}; the last on the right</span>
      </p>
      {open.length === 0 ? <p className="muted">All of them are loaded.</p> : <Files files={open} />}
      {done.length > 0 && (
        <details>
          <summary className="muted">
            {files.processed.pageInfo.hasNextPage ? "The first " : ""}
            {counted(done.length, "processed file")}
          </summary>
          <Files files={done} />
        </details>
      )}
    </Part>
  );
}

function Files({ files }: { files: readonly FileLine[] }) {
  return (
    <Table heads={["File", "Source", ["Size", "number"], "Landed", "State", "Loaded by"]}>
      {files.map((file) => (
        <tr key={file.path}>
          <th scope="row" className="mono value">
            {file.path}
          </th>
          <td>{file.source}</td>
          <td className="number">{file.size !== null && bytes(file.size)}</td>
          <td>
            <RunTime run={file.landedBy} at={file.landed} />
          </td>
          <td>
            <State state={file.state} />
          </td>
          <td>
            <Loads loads={file.loads} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** Who loaded a file, or tried to; the run says when and how that went. */
function Loads({ loads }: { loads: FileLine["loads"] }) {
  if (loads.length === 0) return <span className="muted">nobody yet</span>;
  return loads.map(({ job, run, state, at }) => (
    <div key={`${job?.id} ${run?.id} ${at}`} className="row">
      <NodeLink node={job} />
      <RunTime run={run} at={at} />
      {state !== "COMPLETE" && <State state={state} />}
    </div>
  ));
}
