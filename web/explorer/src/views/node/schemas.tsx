/** The versions of a dataset's schema, the newest first: what changed, and who gets on with it. */

import { SCHEMAS, type SchemaVersionLine } from "../../api/operations/schemas";
import { useOperation } from "../../api/use";
import { Failure, Loading, Time } from "../../shell/parts";
import { Table } from "../../shell/table";
import { badgeOf, changeLines } from "./compatibility";
import { Part } from "./sections";

export function SchemaHistory({ id, asof }: { id: string; asof: string | null }) {
  const found = useOperation(SCHEMAS, { id, at: asof ? { asOf: asof } : null });
  const schemas = found.data?.node?.schemas;
  if (found.error) return <Failure error={found.error} retry={() => found.refetch()} />;
  if (found.isPending) return <Loading lines={2} />;
  if (!schemas || schemas.nodes.length === 0) return null;
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

function Version({ version }: { version: SchemaVersionLine }) {
  const badge = version.compatibility && badgeOf(version.compatibility);
  return (
    <tr>
      <td>
        <Time at={version.from} />
      </td>
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
