/** GraphiQL over this catalog: a page apart, so that the explorer neither carries its weight nor loosens its policy. */

import { GraphiQL } from "graphiql";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BASE } from "../shell/base";
import { applyTheme } from "../shell/theme";
import { examples } from "./examples";
import "graphiql/style.css";
import "./graphiql.css";

/** Answers and problem documents alike are JSON; GraphiQL shows whichever came. */
async function ask(question: object, options?: { headers?: Record<string, string> }): Promise<never> {
  const response = await fetch(`${BASE}graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...options?.headers },
    body: JSON.stringify(question),
  });
  // The type that GraphiQL wants is one of answers; `never` says that what came is the server's business.
  return (await response.json()) as never;
}

/** The newest dataset's name; another where the catalog is empty, or asks for a key first. */
async function anyName(): Promise<string> {
  const said = await ask({ query: "{ datasets(orderBy: NEWEST, first: 1) { nodes { ref } } }" }).catch(() => null);
  return (said as Newest | null)?.data?.datasets.nodes[0]?.ref ?? "orders";
}

interface Newest {
  data?: { datasets: { nodes: { ref: string }[] } } | null;
}

applyTheme();
const tabs = examples(await anyName());
createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <GraphiQL
      fetcher={ask}
      defaultTabs={tabs.map(({ query, variables }) => ({ query, variables: variables ?? null, headers: null }))}
      defaultEditorToolsVisibility="variables"
      defaultTheme={document.documentElement.dataset.theme === "dark" ? "dark" : "light"}
    >
      <GraphiQL.Logo>
        <a href={BASE}>← Back to the explorer</a>
      </GraphiQL.Logo>
    </GraphiQL>
  </StrictMode>,
);
