/** Starts the explorer. */

import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Router } from "wouter";
import { queryClient } from "./api/use";
import { App } from "./app";
import { ROUTER_BASE } from "./shell/base";
import { applyTheme } from "./shell/theme";
import "./tokens.css";
import "./base.css";
import "./parts.css";
import "./shell/table.css";
import "./views/node/node.css";
import "./views/pages.css";
import "./views/conformance/conformance.css";
import "./views/governance/governance.css";
import "./views/lineage/lineage.css";

applyTheme();
createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Router base={ROUTER_BASE}>
        <App />
      </Router>
    </QueryClientProvider>
  </StrictMode>,
);
