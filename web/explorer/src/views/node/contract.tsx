/** The data contract that covers a dataset: what is not as it says, and what cannot be told. */

import type { ProfileAnswer } from "../../api/operations/profile";
import { useSteps } from "../../shell/steps";
import { Table } from "../../shell/table";
import { counted, plain } from "../../shell/wording";
import { Part } from "./sections";

/** Breaches that are drawn at once. */
const STEP = 100;

export function Contract({ answer }: { answer: ProfileAnswer | undefined }) {
  const contract = answer?.node?.contract;
  const [shown, more] = useSteps(contract?.breaches ?? [], STEP);
  if (!contract) return null;
  const broken = contract.breaches.length;
  return (
    <Part title="Contract">
      <p>
        {contract.name ?? contract.id}{" "}
        <span className="muted">{[contract.version, contract.status].filter(Boolean).join(", ")}</span>{" "}
        <span className={`tag ${broken > 0 ? "bad" : "good"}`}>
          {broken > 0 ? counted(broken, "breach", "breaches") : "kept"}
        </span>
      </p>
      {contract.purpose && <p className="muted">{contract.purpose}</p>}
      {broken > 0 && (
        <Table heads={["What", "Where", "Promised", "Found"]}>
          {shown.map((one) => (
            <tr key={`${one.kind} ${one.where} ${one.expected}`}>
              <th scope="row">{plain(one.kind)}</th>
              <td className="mono">{one.where || "the dataset"}</td>
              <td>{one.expected}</td>
              <td>{one.found}</td>
            </tr>
          ))}
        </Table>
      )}
      {more}
      {contract.unchecked.length > 0 && (
        <details className="small">
          <summary>{counted(contract.unchecked.length, "promise")} that the catalog cannot check</summary>
          <ul>
            {contract.unchecked.map((one) => (
              <li key={`${one.kind} ${one.where} ${one.because}`}>
                {plain(one.kind)} {one.where}: {one.because}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Part>
  );
}
