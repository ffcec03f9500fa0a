/** The parameters that a run was started with. */

import type { ReactNode } from "react";
import type { ParameterLine } from "../../api/operations/node";
import { Table } from "../../shell/table";

export function Parameters({ title, list }: { title: ReactNode; list: readonly ParameterLine[] }) {
  if (list.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <Table heads={["Parameter", "Value", "What it is"]}>
        {list.map(({ key, name, description, value }) => (
          <tr key={`${key} ${name}`}>
            <th scope="row" className="mono">
              {key ?? name}
            </th>
            <td className="mono value">{value ?? <span className="muted">none</span>}</td>
            <td className="muted value">{[key && name !== key && name, description].filter(Boolean).join(": ")}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}
