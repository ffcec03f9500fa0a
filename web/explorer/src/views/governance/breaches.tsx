/** What breaks what the zone rules expect of datasets, and what to do. */

import { BREACHES } from "../../api/operations/governance";
import { NameIfKnown } from "../../shell/name";
import { Section } from "../../shell/section";
import { Table } from "../../shell/table";
import { Paged } from "./paged";

export function Breaches() {
  return (
    <Section id="breaches" title="What zones expect and lack">
      <Paged
        operation={BREACHES}
        variables={{}}
        page={({ zoneBreaches }) => zoneBreaches}
        none="Nothing breaks what the zone rules expect."
      >
        {(rows) => (
          <Table heads={["Dataset", "Zone", "What is missing", "What to do"]}>
            {rows.map((row) => (
              <tr key={`${row.dataset?.id} ${row.expectation}`}>
                <th scope="row">
                  <NameIfKnown node={row.dataset} />
                </th>
                <td>{row.zone}</td>
                <td>
                  <div>{row.sentence}</div>
                  {row.file && <div className="mono small">{row.file}</div>}
                </td>
                <td className="muted">{row.remedy}</td>
              </tr>
            ))}
          </Table>
        )}
      </Paged>
    </Section>
  );
}
