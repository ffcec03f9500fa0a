/** The pages and their addresses. Each is one segment deep; what it shows stands in the query. */

import { Link, Route, Switch, useLocation } from "wouter";
import { Boundary } from "./shell/boundary";
import { LoginView, useLocked } from "./shell/login";
import { Page } from "./shell/page";
import { Notice } from "./shell/parts";
import { Shell } from "./shell/shell";
import { ChangesView } from "./views/changes";
import { CompareView } from "./views/compare";
import { ConformanceView } from "./views/conformance/conformance";
import { CrawlsView } from "./views/crawls";
import { DiffView } from "./views/diff";
import { EntriesView } from "./views/entries";
import { GlossaryView } from "./views/glossary";
import { GovernanceView } from "./views/governance/governance";
import { HomeView } from "./views/home";
import { ImpactView } from "./views/impact/impact";
import { LineageView } from "./views/lineage/lineage";
import { NodeView } from "./views/node/node";
import { PathsView } from "./views/paths/paths";
import { SearchView } from "./views/search";
import { TermView } from "./views/term";

export function App() {
  const locked = useLocked();
  const [path] = useLocation();
  if (locked)
    return (
      <Shell>
        <LoginView />
      </Shell>
    );
  return (
    <Shell>
      <Boundary key={path}>
        <Switch>
          <Route path="/" component={HomeView} />
          <Route path="/search" component={SearchView} />
          <Route path="/node" component={NodeView} />
          <Route path="/lineage" component={LineageView} />
          <Route path="/glossary" component={GlossaryView} />
          <Route path="/term" component={TermView} />
          <Route path="/governance" component={GovernanceView} />
          <Route path="/conformance" component={ConformanceView} />
          <Route path="/entries" component={EntriesView} />
          <Route path="/crawls" component={CrawlsView} />
          <Route path="/compare" component={CompareView} />
          <Route path="/diff" component={DiffView} />
          <Route path="/changes" component={ChangesView} />
          <Route path="/impact" component={ImpactView} />
          <Route path="/paths" component={PathsView} />
          <Route>
            <Page title="Not found">
              <Notice title="There is no page at this address.">
                <p>
                  <Link href="/search">Search</Link> for what you need, or start at the <Link href="/">home page</Link>.
                </p>
              </Notice>
            </Page>
          </Route>
        </Switch>
      </Boundary>
    </Shell>
  );
}
