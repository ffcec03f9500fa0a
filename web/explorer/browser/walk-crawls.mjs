/** Meets the schedule of crawls: the count on the first page, the table, what was not read; and what a crawl found. Prints JSON. */

import { objections } from "./axe.mjs";
import { ask, openPage, outOfReach, settled, withBrowser } from "./page.mjs";

const base = process.argv[2];

/** Until each crawl has ended once, whatever came of it. */
async function ended(tries = 1200) {
  const { scheduledCrawls } = await ask(base, "{ scheduledCrawls { nodes { ended } } }");
  if (scheduledCrawls.nodes.length > 0 && scheduledCrawls.nodes.every((one) => one.ended)) return;
  if (tries === 0) throw new Error("the crawls did not end");
  await new Promise((resolve) => setTimeout(resolve, 100));
  await ended(tries - 1);
}

const idOf = async (name) => {
  const { resolve } = await ask(base, "query($name: String!) { resolve(refs: [$name]) { node { id } } }", { name });
  return encodeURIComponent(resolve[0].node.id);
};
/** The part of a dataset's page below a heading. */
const part = (page, title) => page.locator("h3", { hasText: title }).locator("..");

/** A crawled table: its columns with their keys, a program that opens it, the table that a key leads to. */
async function table(page) {
  await page.goto(`${base}node?id=${await idOf("main.orders")}`);
  await settled(page);
  const columns = await part(page, /^\d+ columns/)
    .locator("tbody tr")
    .allInnerTexts();
  const checks = await part(page, "Checks, indexes").locator("li").allInnerTexts();
  await page.getByLabel("With").selectOption("DUCKDB");
  const program = await page.locator(".program pre").innerText();
  await page.getByRole("link", { name: "main.customers#id" }).click();
  await page.getByRole("heading", { level: 1, name: "id", exact: true }).waitFor();
  return { columns, checks, program };
}

/** How many columns of a wide table stand there at first, and once more of them were asked for. */
async function wideTable(page) {
  await page.goto(`${base}node?id=${await idOf("main.wide")}`);
  await settled(page);
  const rows = part(page, /^\d+ columns/).locator("tbody tr");
  const first = await rows.count();
  await page.getByRole("button", { name: "More columns" }).click();
  await rows.nth(first).waitFor();
  return [first, await rows.count()];
}

/** A crawled view: its definition, and its row of the mapping sheet, which says that the definition says so. */
async function view(page) {
  await page.goto(`${base}governance?task=MAPPINGS`);
  await settled(page);
  const mapping = await page.locator("tbody tr", { hasText: "gross" }).innerText();
  await page.locator("tbody tr", { hasText: "gross" }).getByRole("link", { name: "its definition" }).click();
  await page.getByRole("heading", { level: 1, name: "main.gains" }).waitFor();
  await settled(page);
  return { mapping, definition: await part(page, "Definition").locator("pre").innerText() };
}

/** What is said of crawls whose time has come: one as its server says, the others only by the clock; with any time. */
async function whenDue(page) {
  await page.route("**/graphql", async (route) => {
    const response = await route.fetch();
    const json = await response.json();
    for (const [place, one] of (json.data?.scheduledCrawls?.nodes ?? []).entries())
      Object.assign(
        one,
        place === 0 ? { state: "DUE", next: "2999-01-01T00:00:00Z" } : { next: "2020-01-01T00:00:00Z" },
      );
    await route.fulfill({ response, json });
  });
  await page.reload();
  await page.locator("tbody tr").first().waitFor();
  await page.unrouteAll({ behavior: "wait" });
  const cells = page.locator("tbody tr > td:nth-child(7)");
  return { said: await cells.allInnerTexts(), times: await cells.locator("time").count() };
}

await withBrowser(async (browser) => {
  await ended();
  const { page, faults } = await openPage(browser, {});
  await page.goto(base);
  await page.getByRole("link", { name: "1", exact: true }).click();
  await page.locator("tbody tr").first().waitFor();
  const wide = await page.locator("main").innerText();
  const next = await page.locator("tbody tr > td:nth-child(7) time").allInnerTexts();
  const objected = await objections(page);

  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 400, height: 800 });
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Crawls" }).click();
  const due = await whenDue(page);
  objected.push(...(await objections(page, ["color-contrast"])));
  const out = await outOfReach(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  const found = { table: await table(page), view: await view(page), columns: await wideTable(page) };
  const policy = await page.evaluate(() => window.__violations);
  console.log(JSON.stringify({ ...found, wide, next, due, objected, out, policy, faults }));
});
