/** Meets the schedule of crawls: the count on the first page, the table, what was not read. Prints JSON. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { ask, openPage, withBrowser } from "./page.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const base = process.argv[2];

/** What axe-core objects to on a page. */
async function objections(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${id} (${nodes[0].target.join(" ")})`);
}

/** Until each crawl has ended once, whatever came of it. */
async function ended(tries = 240) {
  const { scheduledCrawls } = await ask(base, "{ scheduledCrawls { nodes { ended } } }");
  if (scheduledCrawls.nodes.length > 0 && scheduledCrawls.nodes.every((one) => one.ended)) return;
  if (tries === 0) throw new Error("the crawls did not end");
  await new Promise((resolve) => setTimeout(resolve, 500));
  await ended(tries - 1);
}

await withBrowser(async (browser) => {
  await ended();
  const { page, faults } = await openPage(browser, {});
  await page.goto(base);
  await page.getByRole("link", { name: "1", exact: true }).click();
  await page.locator("tbody tr").first().waitFor();
  const wide = await page.locator("main").innerText();
  const objected = await objections(page);

  const narrow = await openPage(browser, { width: 480, theme: "dark" });
  await narrow.page.goto(`${base}crawls`);
  await narrow.page.locator("tbody tr").first().waitFor();
  objected.push(...(await objections(narrow.page)));
  const policy = [page, narrow.page].map((one) => one.evaluate(() => window.__violations));
  console.log(
    JSON.stringify({
      wide,
      objected,
      policy: (await Promise.all(policy)).flat(),
      faults: [...faults, ...narrow.faults],
    }),
  );
});
