/** What axe-core objects to on a page. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The page as it stands; `only`: names of rules, all if none is named. */
export async function objections(page, only = null) {
  // axe runs in the page but comes in over the debugger, which the page's policy does not bind.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (rules) => window.axe.run(document, { resultTypes: ["violations"], ...(rules && { runOnly: rules }) }),
    only,
  );
  return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes[0].target.join(" ")}, ${nodes.length}×)`);
}
