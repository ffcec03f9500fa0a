/** How a table or view is declared beyond its columns: its definition, checks, indexes, parts. */

import type { RelationLine } from "../../api/operations/declared";
import { useSteps } from "../../shell/steps";
import { Part } from "./sections";
import { Text } from "./told";

/** Lines that are drawn at once. */
const STEP = 50;

export function Declared({ relation }: { relation: RelationLine | null | undefined }) {
  const lines = relation ? relationLines(relation) : [];
  const [shown, more] = useSteps(lines, STEP);
  if (!relation) return null;
  const sure = relation.lineageConfidence;
  return (
    <>
      {relation.definition && (
        <div>
          <Text title={["Definition", relation.dialect].filter(Boolean).join(", ")} text={relation.definition} />
          {sure !== null && sure < 1 && (
            <p className="small muted">Its lineage was read from it, and is sure to {Math.round(sure * 100)}%.</p>
          )}
        </div>
      )}
      {lines.length > 0 && (
        <Part title="Checks, indexes and parts">
          <ul className="list">
            {shown.map(([what, said, beside]) => (
              <li key={`${what} ${said} ${beside}`}>
                <span className="muted">{what}</span>
                <span className="grow mono">{said}</span>
                <span className="muted">{beside}</span>
              </li>
            ))}
          </ul>
          {more}
        </Part>
      )}
    </>
  );
}

type Line = readonly [what: string, said: string, more: string];

function relationLines({ checks, exclusions, indexes, partitioning, inherits }: RelationLine): Line[] {
  const lines: Line[] = checks.map((one) => ["check", one.expression ?? "", heldHow(one)]);
  for (const one of exclusions) lines.push(["exclusion", one.expression ?? "", one.name ?? ""]);
  for (const { unique, columns, condition, name, method } of indexes)
    lines.push([
      unique ? "unique index" : "index",
      columns.join(", ") + (condition ? ` where ${condition}` : ""),
      [method, name].filter(Boolean).join(", "),
    ]);
  if (partitioning?.parent) lines.push(["part of", partitioning.parent, partitioning.bound ?? ""]);
  const key = partitioning?.key ?? [partitioning?.strategy, partitioning?.columns.join(", ")].filter(Boolean).join(" ");
  if (key) lines.push(["divided by", key, ""]);
  for (const name of inherits) lines.push(["inherits from", name, ""]);
  return lines;
}

const heldHow = ({ enforced, validated }: RelationLine["checks"][number]): string =>
  enforced === false ? "stated, not held" : validated === false ? "older rows were not checked" : "";
