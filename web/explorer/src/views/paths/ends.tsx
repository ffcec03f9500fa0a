/** One end is named: what there is at the other. */

import { Link } from "wouter";
import { REACHED } from "../../api/operations/paths";
import { selectorOf } from "../../api/selectors";
import { useOperation } from "../../api/use";
import { pathsPage, type Route } from "../../shell/links";
import { Name } from "../../shell/name";
import { Kind, Loading, Notice } from "../../shell/parts";
import { Refused } from "../../shell/refused";
import { Section } from "../../shell/section";
import { Table } from "../../shell/table";
import { endsOf } from "./steps";

export function Ends({ route }: { route: Route }) {
  const down = route.from !== "";
  const select = down ? route.from : route.to;
  const at = route.asof ? { asOf: route.asof } : null;
  const answer = useOperation(REACHED, { select, direction: down ? "DOWN" : "UP", at });
  const towards = (end: string): Route => (down ? { ...route, to: end } : { ...route, from: end });
  const renamed = (name: string) => pathsPage(down ? { ...route, from: name } : { ...route, to: name });
  if (answer.error) return <Refused error={answer.error} name={select} retry={() => answer.refetch()} to={renamed} />;
  if (!answer.data) return <Loading lines={8} />;
  const ends = endsOf(answer.data);
  if (ends.length === 0)
    return (
      <Notice title={down ? "Nothing is known to be made of it." : "It is not known what it is made of."}>
        <div className="row">
          <Link href={pathsPage({ ...route, from: route.to, to: route.from })}>
            {down ? "Where it comes from" : "Where it goes to"}
          </Link>
        </div>
      </Notice>
    );
  return (
    <Section id="ends" title={down ? "Where to?" : "Where from?"}>
      <p className="muted">
        {ends.length} {down ? "are downstream" : "are upstream"}
        {answer.data.lineage.complete ? "" : ", and more"}, the farthest first.
      </p>
      <Table heads={["What", "Kind", ["Steps", "number"]]}>
        {ends.map(({ node, steps }) => (
          <tr key={node.id}>
            <th scope="row">
              <Name node={node} href={pathsPage(towards(selectorOf(node)))} />
            </th>
            <td>
              <Kind kind={node.kind ?? (node.__typename === "Field" ? "column" : node.__typename)} />
            </td>
            <td className="number">{steps}</td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}
