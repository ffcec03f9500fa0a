/** The parameters that a run was started with. */

import type { ReactNode } from "react";
import type { ParameterLine } from "../../api/operations/node";

export function Parameters({ title, list }: { title: ReactNode; list: readonly ParameterLine[] }) {
  if (list.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <div className="scroller">
        <table>
          <thead>
            <tr>
              <th scope="col">Parameter</th>
              <th scope="col">Value</th>
              <th scope="col">What it is</th>
            </tr>
          </thead>
          <tbody>
            {list.map(({ key, name, description, value }) => (
              <tr key={`${key} ${name}`}>
                <td className="mono">{key ?? name}</td>
                <td className="mono value">{value ?? <span className="muted">none</span>}</td>
                <td className="muted">{[key && name !== key && name, description].filter(Boolean).join(": ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
