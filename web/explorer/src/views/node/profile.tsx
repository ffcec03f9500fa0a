/** What the values of a dataset look like, column by column, and what has moved since they were counted before. */

import type { ColumnDrift, Profile, ProfileAnswer, ProfiledColumn } from "../../api/operations/profile";
import { Time } from "../../shell/parts";
import { useSteps } from "../../shell/steps";
import { type Head, Table } from "../../shell/table";
import { count, counted } from "../../shell/wording";
import { sayColumns } from "./keys";
import {
  allOfAll,
  barsOf,
  frequentOf,
  goneColumns,
  isFar,
  sayBars,
  sayDrift,
  sayNulls,
  sayOfAll,
  sayRange,
  sayRows,
  sayShare,
} from "./profiled";
import { Part } from "./sections";
import "./profile.css";

/** Columns that are drawn at once. */
const STEP = 100;

interface Props {
  answer: ProfileAnswer | undefined;
  /** Those of the newest schema; null where nobody knows one. */
  columns: ReadonlySet<string> | null;
}

export function Profiled({ answer, columns }: Props) {
  const [last] = answer?.node?.profileHistory?.nodes ?? [];
  const [shown, more] = useSteps(last?.profile?.columns ?? [], STEP);
  if (!last?.profile) return null;
  const { profile } = last;
  const dropped = goneColumns(profile, columns);
  const everywhere = allOfAll(profile);
  const drift = answer?.node?.drift;
  const moved = new Map((drift?.columns ?? []).map((one) => [one.name, one]));
  const gone = (drift?.columns ?? []).filter((one) => one.state === "REMOVED").map((one) => one.name);
  const heads: Head[] = ["Column", ["Nulls", "number"], ["Distinct", "number"], "Values", "Distribution"];
  if (drift) heads.push("Drift");
  return (
    <Part title="Profile">
      <p className="small muted">
        {sayRows(profile)}, counted <Time at={last.at} />
        {everywhere && "; its database counted what stands here of all of them"}
        {drift && (
          <>
            ; drift against {count(drift.rowsBefore ?? 0)} rows of <Time at={drift.before} />
          </>
        )}
        {dropped.length > 0 &&
          `; ${counted(dropped.length, "column")} of it ${dropped.length > 1 ? "are" : "is"} no longer in the schema`}
      </p>
      <Table className="profile" heads={heads}>
        {shown.map((column) => (
          <Row
            key={column.name}
            column={column}
            profile={profile}
            ofAll={everywhere ? "" : sayOfAll(column)}
            dropped={dropped.includes(column.name ?? "")}
            drift={drift ? (moved.get(column.name ?? "") ?? null) : undefined}
          />
        ))}
      </Table>
      {more}
      {gone.length > 0 && <p className="small">Not counted any more: {sayColumns(gone)}</p>}
      <Keys profile={profile} />
    </Part>
  );
}

interface RowProps {
  column: ProfiledColumn;
  profile: Profile;
  /** Which of its figures are of all rows; empty where that need not be said. */
  ofAll: string;
  /** Whether the schema has lost it since. */
  dropped: boolean;
  /** Undefined: there is no profile before. */
  drift: ColumnDrift | null | undefined;
}

function Row({ column, profile, ofAll, dropped, drift }: RowProps) {
  return (
    <tr>
      <th scope="row">
        <span className="mono">{column.name}</span>
        <div className="mono muted small">{column.type}</div>
        {ofAll && <div className="muted small value">{ofAll}</div>}
        {dropped && <span className="tag warn">no longer in the schema</span>}
      </th>
      <td className="number">{sayNulls(column, profile)}</td>
      <td className="number">
        {column.approximate ? "about " : ""}
        {column.distinct === null ? "" : count(column.distinct)}
      </td>
      <td className="value">
        {column.withheld && <span className="tag warn">personal, not shown</span>}
        {sayRange(column).map((line) => (
          <div key={line}>{line}</div>
        ))}
        <More column={column} />
      </td>
      <td>{column.histogram.length > 1 ? <Histogram column={column} /> : <Frequent column={column} />}</td>
      {drift !== undefined && <DriftCell drift={drift ?? undefined} />}
    </tr>
  );
}

/** Quantiles of numbers and times; patterns of texts. */
function More({ column }: { column: ProfiledColumn }) {
  const quantiles = column.quantiles.filter((one) => one.value !== null);
  const patterns = column.patterns.slice(0, 5);
  if (quantiles.length === 0 && patterns.length === 0) return null;
  return (
    <details className="small">
      <summary>{quantiles.length > 0 ? "quantiles" : "patterns"}</summary>
      <dl className="counts">
        {quantiles.map((one) => (
          <div key={one.share} className="line">
            <dt>{sayShare(one.share ?? 0)}</dt>
            <dd className="mono">{one.value}</dd>
          </div>
        ))}
        {quantiles.length === 0 &&
          patterns.map((one) => (
            <div key={one.value} className="line">
              <dt>{count(one.count ?? 0)}</dt>
              <dd className="mono">{one.value}</dd>
            </div>
          ))}
      </dl>
    </details>
  );
}

function Histogram({ column }: { column: ProfiledColumn }) {
  const said = sayBars(column);
  return (
    <svg className="histogram" viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={said}>
      <title>{said}</title>
      {barsOf(column.histogram).map((bar) => (
        <rect key={bar.x} x={bar.x} y={bar.y} width={bar.width} height={bar.height} />
      ))}
    </svg>
  );
}

function Frequent({ column }: { column: ProfiledColumn }) {
  const frequent = frequentOf(column);
  if (frequent.length === 0) return column.top.length > 0 ? <span className="muted small">each value once</span> : null;
  const most = Math.max(...frequent.map((one) => one.count ?? 0));
  return (
    <ul className="frequent small">
      {frequent.map((one) => (
        <li key={one.value}>
          <span className="mono ellipsis" title={one.value ?? ""}>
            {one.value}
          </span>
          <meter value={one.count ?? 0} max={most} aria-hidden="true" />
          <span className="number">{count(one.count ?? 0)}</span>
        </li>
      ))}
    </ul>
  );
}

function DriftCell({ drift }: { drift: ColumnDrift | undefined }) {
  const said = sayDrift(drift);
  const about =
    drift?.stability == null
      ? undefined
      : `population stability index ${drift.stability.toFixed(2)}: 0.1 is little, 0.25 much`;
  return (
    <td title={about}>
      {said.length === 0 && <span className="muted">none</span>}
      {said.map((line) => (
        <div key={line} className={isFar(drift) && line === said[0] ? "tag warn" : "small"}>
          {line}
        </div>
      ))}
    </td>
  );
}

/** Columns that tell rows apart, and those whose values are all in another table. */
function Keys({ profile: { keyCandidates, inclusions, sampled } }: { profile: Profile }) {
  const where = sampled === null ? "" : " in the rows that were read";
  return (
    <>
      {keyCandidates.length > 0 && (
        <div className="beside">
          <h4>What tells rows apart by its values{where}</h4>
          <ul className="list">
            {keyCandidates.map(({ columns }) => (
              <li key={columns.join()} className="mono">
                {columns.join(", ")}
              </li>
            ))}
          </ul>
        </div>
      )}
      {inclusions.length > 0 && (
        <div className="beside">
          <h4>Values{where} that are in another dataset too</h4>
          <ul className="list">
            {inclusions.map(({ columns, dataset, ofColumns, share }) => (
              <li key={`${columns} ${dataset} ${ofColumns}`}>
                <span className="grow">
                  <span className="mono">{columns.join(", ")}</span> in{" "}
                  <span className="mono">{`${dataset}#${ofColumns.join(", ")}`}</span>
                </span>
                <span className="muted">{sayShare(share ?? 0)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
