/** The lineage page without a root: where to start. */

import { useState } from "react";
import { Link, useLocation } from "wouter";
import { BROWSE, SEARCH } from "../../api/operations/search";
import { useOperation } from "../../api/use";
import { lineagePage } from "../../shell/links";
import { Name } from "../../shell/name";
import { Page } from "../../shell/page";
import { Failure, Kind, Loading, Notice } from "../../shell/parts";
import { SelectorBox } from "../../shell/selectorbox";

export function StartView() {
  const [text, setText] = useState("");
  const [, go] = useLocation();
  const wanted = text.trim();
  const found = useOperation(
    SEARCH,
    { text: wanted, kinds: ["DATASET", "JOB"], environment: null, after: null },
    { enabled: wanted !== "", keep: true },
  );
  const browse = useOperation(BROWSE, { select: null, environment: null, after: null });
  const hits = found.data?.search.nodes.flatMap((hit) => hit.node ?? []);
  const nodes = wanted ? hits : browse.data?.datasets.nodes;
  return (
    <Page title="Lineage">
      <header>
        <h1>Lineage</h1>
        <p className="muted">Choose where to start; the graph grows from there.</p>
      </header>
      <div className="bigsearch">
        <SelectorBox
          value={text}
          change={setText}
          go={(select) => go(lineagePage(select))}
          label="Find a dataset or job"
        />
      </div>
      {(found.error ?? browse.error) && <Failure error={found.error ?? browse.error} />}
      {!nodes && !browse.error && <Loading />}
      {nodes?.length === 0 && (
        <Notice title={wanted ? `No dataset or job is called “${wanted}”.` : "No datasets yet."} />
      )}
      <ul className="list">
        {wanted && (
          <li>
            <Link href={lineagePage(wanted)}>Lineage of “{wanted}”</Link>
          </li>
        )}
        {nodes?.slice(0, 30).map((node) => (
          <li key={node.id}>
            <span className="grow">
              <Name node={node} href={lineagePage(node.id)} />
            </span>
            <span className="muted small">{node.zone}</span>
            <Kind kind={node.kind ?? node.__typename} />
          </li>
        ))}
      </ul>
    </Page>
  );
}
