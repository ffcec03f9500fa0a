/** From the matrix of governance to each of five lists of each zone, and to the mapping sheets as files: `BASE ZONE…`. Prints JSON. */

import { contents, openPage, settled, withBrowser } from "./page.mjs";

const [base, ...zones] = process.argv.slice(2);
const TASKS = ["Flows", "Schemas", "Automation", "Mappings", "Profiles"];

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
  return (await contents(download)).toString("utf8").split("\r\n");
}

/** By keyboard from the matrix into a cell; what its page lists; its address alone leads there `again`; and back. */
async function cell(page, zone, task, again) {
  await page.getByRole("link", { name: new RegExp(`^${task} in ${zone}:`) }).focus();
  await page.keyboard.press("Enter");
  const title = page.getByRole("heading", { level: 1, name: `${task} in ${zone}` });
  await title.waitFor();
  await settled(page);
  const found = await sections(page);
  const file = task === "Mappings" ? await sheet(page) : null;
  if (again) {
    await page.reload();
    await title.waitFor();
  }
  await page.getByRole("link", { name: "All zones and tasks" }).click();
  return [found, file];
}

await withBrowser(async (browser) => {
  const { page, faults } = await openPage(browser, {});
  const results = {};
  await page.goto(`${base}governance`);
  for (const zone of zones) {
    results[zone] = { cells: {} };
    for (const task of TASKS) {
      // The addresses of a task differ in nothing but the zone.
      const [found, file] = await cell(page, zone, task, zone === zones[0]);
      results[zone].cells[task] = found;
      results[zone].sheet = file ?? results[zone].sheet;
    }
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
