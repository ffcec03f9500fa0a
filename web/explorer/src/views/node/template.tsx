/** A program that opens the dataset, written from what the catalog knows; and what it does not know. */

import { useId, useState } from "react";
import type { At } from "../../api/operations/shared";
import { type Target, TEMPLATE } from "../../api/operations/template";
import { useOperation } from "../../api/use";
import { Failed } from "../../shell/failed";
import { Loading } from "../../shell/parts";
import { Copy } from "../beginning";
import { Part } from "./sections";

const TARGETS: readonly (readonly [Target, string])[] = [
  ["PANDAS", "pandas"],
  ["POLARS", "Polars"],
  ["DUCKDB", "DuckDB"],
  ["SPARK", "Spark"],
  ["R", "R"],
  ["SQL", "SQL, as CREATE TABLE"],
];

export function OpenWith({ dataset, at }: { dataset: string; at: At | null }) {
  const id = useId();
  const [target, choose] = useState<Target | "">("");
  return (
    <Part title="A program that opens it">
      <label htmlFor={id}>
        With{" "}
        <select id={id} value={target} onChange={(event) => choose(event.target.value as Target | "")}>
          <option value="">choose one</option>
          {TARGETS.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {target && <Program dataset={dataset} target={target} at={at} />}
    </Part>
  );
}

function Program({ dataset, target, at }: { dataset: string; target: Target; at: At | null }) {
  const page = useOperation(TEMPLATE, { dataset, target, at });
  const found = page.data?.template;
  return (
    <div className="program">
      <Failed page={page} />
      {page.isPending && <Loading lines={4} />}
      {found?.missing.map((one) => (
        <p key={`${one.code} ${one.sentence}`} className={one.fatal ? "" : "muted small"}>
          {one.sentence} {one.remedy}
        </p>
      ))}
      {found?.code && (
        <div className="command">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable from the keyboard */}
          <pre className="json" tabIndex={0}>
            {found.code.trim()}
          </pre>
          <Copy text={found.code} />
        </div>
      )}
      {found?.connectionRule && (
        <p className="muted small">
          How its system is reached says the connection rule of <span className="mono">{found.connectionRule}</span>.
        </p>
      )}
    </div>
  );
}
