/** The mapping sheet of one dataset: from and to its columns, of any zone, at any moment. */

import { Link } from "wouter";
import { NAMED } from "../../api/operations/governance";
import { useOperation } from "../../api/use";
import { AsOf, readAsof } from "../../shell/asof";
import { Failed } from "../../shell/failed";
import { mappingsPage } from "../../shell/links";
import { Name } from "../../shell/name";
import { Page } from "../../shell/page";
import { Sheet } from "./sheet";

export function MappingsOf({ dataset, asof }: { dataset: string; asof: string | null }) {
  const moment = readAsof(asof);
  const at = moment ? { asOf: moment } : null;
  const page = useOperation(NAMED, { id: dataset, at });
  const node = page.data?.node;
  const title = `Mappings of ${node?.label ?? "a dataset"}`;
  return (
    <Page title={title}>
      {moment && <AsOf at={moment} now={mappingsPage(dataset)} />}
      <header>
        <p className="small">{node ? <Name node={node} /> : <Link href="/governance">All zones and tasks</Link>}</p>
        <h1>{title}</h1>
        <p className="muted">From which columns its own are made, and what is made of them.</p>
      </header>
      <Failed page={page} />
      <div className="stack">
        <Sheet dataset={dataset} at={at} />
      </div>
    </Page>
  );
}
