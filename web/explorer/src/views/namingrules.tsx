/** Which naming rules hold: what makes several names one dataset, its partitions and environments; and how to set others. */

import type { NamingRule, NamingRuleSet } from "../api/operations/governance";
import { Time } from "../shell/parts";
import { Table } from "../shell/table";
import { Command } from "./beginning";

export function NamingRules({ naming: { rules, by, at } }: { naming: NamingRuleSet }) {
  return (
    <section className="rules" aria-labelledby="naming">
      <h2 id="naming">Naming rules</h2>
      <p className="muted">
        The first rule that fits a name says which dataset it means, which partition or version of it, and in which
        environment that is. Lists and search show prod and what belongs to no environment.
        {at && (
          <>
            {" "}
            Set {by && `by ${by} `}
            <Time at={at} />.
          </>
        )}
      </p>
      {rules.length === 0 ? (
        <p>No rules hold: a name means what the OpenLineage standard and its producers say.</p>
      ) : (
        <Table
          heads={[["Rule", "number"], "Namespace fits", "Name fits", "Means", "Partition, version", "Environment"]}
        >
          {rules.map((rule, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its place
            <Rule key={i} place={i + 1} rule={rule} />
          ))}
        </Table>
      )}
      <p className="muted">
        They are written in a file (docs/naming.md). See what it would change, let it hold, take it back:
      </p>
      <Command text="headwater naming plan naming.toml" />
      <Command text="headwater naming apply naming.toml" />
      <Command text="headwater naming undo" />
    </section>
  );
}

const ANY = <span className="muted">any</span>;

function Rule({ place, rule }: { place: number; rule: NamingRule }) {
  const means = [rule.toNamespace, rule.toName].filter(Boolean).join("/");
  return (
    <tr>
      <th scope="row" className="number muted">
        {place}
      </th>
      <td className="mono value">{rule.namespace ?? ANY}</td>
      <td className="mono value">{rule.name ?? ANY}</td>
      <td className="mono value">{means || <span className="muted">the name itself</span>}</td>
      <td className="mono value">{[rule.partition, rule.version].filter(Boolean).join(", ")}</td>
      <td className="mono value">{rule.environment}</td>
    </tr>
  );
}
