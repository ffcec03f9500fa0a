/** From the matrix of governance to each of a zone's five lists, and to the mapping sheet as a file. Prints JSON. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { openPage, withBrowser } from "./page.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [base, zone] = process.argv.slice(2);

const settled = (page) =>
  page.waitForFunction(() => document.querySelector("h1") && !document.querySelector(".skeleton"));

/** What axe-core objects to on a page. */
async function objections(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${id} (${nodes[0].target.join(" ")})`);
}

/** The rows of each section of a cell's page, by its heading. */
const sections = (page) =>
  page
    .locator("main section.card")
    .evaluateAll((cards) =>
      Object.fromEntries(
        cards.map((card) => [
          card.querySelector("h2").textContent,
          [...card.querySelectorAll("tbody tr")].map((row) => row.innerText),
        ]),
      ),
    );

async function sheet(page) {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "CSV", exact: true }).click(),
  ]);
  return readFileSync(await download.path(), "utf8").split("\r\n");
}

await withBrowser(async (browser) => {
  const { page, faults } = await openPage(browser, {});
  const results = { cells: {}, objected: [] };
  for (const task of ["Flows", "Schemas", "Automation", "Mappings", "Profiles"]) {
    await page.goto(`${base}governance`);
    await settled(page);
    await page.getByRole("link", { name: new RegExp(`^${task} in ${zone}:`) }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: `${task} in ${zone}` }).waitFor();
    await settled(page);
    results.cells[task] = await sections(page);
    if (task === "Mappings") results.sheet = await sheet(page);
    results.objected.push(...(await objections(page)));
    await page.reload();
    await page.getByRole("heading", { level: 1, name: `${task} in ${zone}` }).waitFor();
  }
  await page.goto(`${base}governance`);
  await settled(page);
  const broken = page.locator("section[aria-labelledby=breaches] tbody tr");
  await broken.first().waitFor();
  results.breaches = await broken.evaluateAll((rows) =>
    rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())),
  );
  results.faults = [...faults, ...(await page.evaluate(() => window.__violations))];
  console.log(JSON.stringify(results));
});
