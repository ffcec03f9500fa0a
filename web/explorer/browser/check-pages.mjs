/** Opens every page in both themes: no policy violation, no error, nothing axe-core objects to. Prints JSON. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { graphReady, openPage, withBrowser } from "./page.mjs";
import { allPages } from "./pages.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const base = process.argv[2];

async function check(browser, theme, [name, path]) {
  const { page, context, faults } = await openPage(browser, { theme });
  await page.goto(base + path, { waitUntil: "load" });
  await page.waitForSelector("h1, .failure");
  await page.waitForFunction(() => !document.querySelector(".skeleton"));
  if (name === "lineage-graph") await graphReady(page);
  const shown = await page.evaluate(() => document.querySelector("main")?.textContent?.trim().length ?? 0);
  // axe runs in the page but comes in over the debugger, which the page's policy does not bind.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const policy = await page.evaluate(() => window.__violations);
  await context.close();
  return {
    name,
    theme,
    shown,
    faults,
    policy,
    axe: violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes[0].target.join(" ")}, ${nodes.length}×)`),
  };
}

const results = await withBrowser(async (browser) => {
  const found = [];
  for (const theme of ["light", "dark"])
    for (const entry of await allPages(base)) found.push(await check(browser, theme, entry));
  return found;
});
console.log(JSON.stringify(results));
