/** Starts a browser for several scripts and prints the address at which they reach it; it ends with the process. */

import { chromium } from "playwright-core";
import { LAUNCH } from "./page.mjs";

const server = await chromium.launchServer(LAUNCH);
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => server.close());
console.log(server.wsEndpoint());
