/** The versions of a dataset's schema, the newest first: what changed, and who gets on with it. */

import type { DatasetPage, SchemaLine } from "../../api/operations/node";
import { Time } from "../../shell/parts";
import { Table } from "../../shell/table";
import { badgeOf, changeLines } from "./compatibility";
import { Part } from "./sections";

export function SchemaHistory({ schemas }: Pick<DatasetPage, "schemas">) {
  if (schemas.nodes.length === 0) return null;
  return (
    <Part title={`Schema history${schemas.pageInfo.hasNextPage ? ", the last of more versions" : ""}`}>
      <Table heads={["From", "Changed", "Compatibility"]}>
        {schemas.nodes.map((version) => (
          <Version key={version.from} version={version} />
        ))}
      </Table>
    </Part>
  );
}

function Version({ version }: { version: SchemaLine }) {
  const badge = version.compatibility && badgeOf(version.compatibility);
  return (
    <tr>
      <th scope="row">
        <Time at={version.from} />
      </th>
      <td className="value">
        {changeLines(version).map((line) => (
          <div key={line}>{line}</div>
        ))}
      </td>
      <td>
        {badge && (
          <span className={`tag ${badge.tone}`} title={badge.means}>
            {badge.word}
          </span>
        )}
      </td>
    </tr>
  );
}
