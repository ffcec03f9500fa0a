/** Which patterns make the zones, and how to set others. */

import type { ZoneRule } from "../api/operations/governance";
import { BASE } from "../shell/base";
import { Command } from "./beginning";

const EXAMPLE: readonly ZoneRule[] = [
  { name: "landing", patterns: ["s3://lake/landing/*"] },
  { name: "trusted", patterns: ["trusted.*"] },
];

export function ZoneRules({ zones }: { zones: readonly ZoneRule[] }) {
  return (
    <section className="rules" aria-labelledby="rules">
      <h2 id="rules">Zone rules</h2>
      <p className="muted">
        The first pattern that fits a dataset's namespace/name, or its name alone, decides its zone; * stands for any
        signs.
      </p>
      {zones.length > 0 && (
        <dl className="facts">
          {zones.map(({ name, patterns }) => (
            <Rule key={name} name={name} patterns={patterns} />
          ))}
        </dl>
      )}
      <p className="muted">An edit sets them, all at once (where keys are in use, with one that has the scope edit):</p>
      <Command text={edit(zones.length > 0 ? zones : EXAMPLE)} />
    </section>
  );
}

function Rule({ name, patterns }: ZoneRule) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="mono">{patterns.join(", ")}</dd>
    </>
  );
}

/** The command of docs/edits.md, with these zones. A quote would end the shell's. */
function edit(zones: readonly ZoneRule[]): string {
  const rules = zones.flatMap(({ name, patterns }) => patterns.map((pattern) => ({ zone: name, pattern })));
  const body = JSON.stringify({ changes: [{ zoneRules: { rules } }] }).replaceAll("'", "\\u0027");
  return `curl ${location.origin}${BASE}api/v1/edits -H 'content-type: application/json' -d '${body}'`;
}
