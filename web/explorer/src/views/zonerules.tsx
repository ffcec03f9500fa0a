/** Which patterns make the zones, what is expected there, and how to set others. */

import type { ZoneRule } from "../api/operations/governance";
import { BASE } from "../shell/base";
import { Table } from "../shell/table";
import { plain } from "../shell/wording";
import { Command } from "./beginning";

type Said = Pick<ZoneRule, "zone" | "pattern"> & Partial<ZoneRule>;

const EXAMPLE: readonly Said[] = [
  { zone: "landing", pattern: "s3://lake/landing/*" },
  { zone: "trusted", pattern: "trusted.*" },
];

export function ZoneRules({ rules }: { rules: readonly ZoneRule[] }) {
  return (
    <section className="rules" aria-labelledby="rules">
      <h2 id="rules">Zone rules</h2>
      <p className="muted">
        The first pattern that fits a dataset's namespace/name, or its name alone, decides its zone; * stands for any
        signs.
      </p>
      {rules.length > 0 && (
        <Table heads={["Zone", "Pattern", "Expected of each dataset"]}>
          {rules.map((rule) => (
            <tr key={`${rule.zone} ${rule.pattern}`}>
              <th scope="row">{rule.zone}</th>
              <td className="mono">{rule.pattern}</td>
              <td className="muted">{rule.expects.map(plain).join(", ") || "nothing"}</td>
            </tr>
          ))}
        </Table>
      )}
      <p className="muted">An edit sets them, all at once (where keys are in use, with one that has the scope edit):</p>
      <Command text={edit(rules.length > 0 ? rules : EXAMPLE)} />
    </section>
  );
}

/** The command of docs/edits.md, with these rules and all that they say. A quote would end the shell's. */
function edit(said: readonly Said[]): string {
  const rules = said.map(({ zone, pattern, kind, expects, testScope }) => ({
    zone,
    pattern,
    ...(kind && { kind }),
    ...(expects && { expects }),
    ...(testScope && { testScope }),
  }));
  const body = JSON.stringify({ changes: [{ zoneRules: { rules } }] }).replaceAll("'", "\\u0027");
  return `curl ${location.origin}${BASE}api/v1/edits -H 'content-type: application/json' -d '${body}'`;
}
