/** From a dataset to its impact, from a column to the ways that it takes: by clicks alone, and again by the address. Prints JSON. */

import { ask, openPage, settled, withBrowser } from "./page.mjs";

const base = process.argv[2];

const click = async (page, name) => {
  await page.getByRole("navigation", { name: "Questions" }).getByRole("link", { name, exact: true }).click();
  await page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
  await settled(page);
};
const answer = (page) => page.locator(".answer").innerText();
const headings = (page) => page.locator("main h2").allInnerTexts();
/** How far the page is wider than its window. */
const over = (page) => page.evaluate(() => document.querySelector("main").scrollWidth - innerWidth);

async function open(page, path) {
  await page.goto(base + path, { waitUntil: "load" });
  await settled(page);
}

async function impact(page, dataset) {
  await open(page, `node?id=${encodeURIComponent(dataset.id)}`);
  await click(page, "Impact");
  const found = { sentence: await answer(page), headings: await headings(page) };
  await page.reload();
  await settled(page);
  const again = await answer(page);
  const owners = await page.locator('[aria-labelledby="owners"] tbody').innerText();
  return { ...found, again, owners, box: await page.getByRole("combobox").inputValue() };
}

async function paths(page, column) {
  await open(page, `node?id=${encodeURIComponent(column.id)}`);
  await click(page, "Paths");
  const ends = page.locator('[aria-labelledby="ends"] tbody tr');
  const offered = await ends.count();
  await ends.first().getByRole("link").click();
  await page.locator(".answer").waitFor();
  const first = page.locator('[aria-labelledby="path-0"] tbody tr');
  const found = { offered, sentence: await answer(page), rows: await first.allInnerTexts() };
  await page.reload();
  await settled(page);
  const again = await answer(page);
  await page.setViewportSize({ width: 400, height: 800 });
  const narrow = await over(page);
  await page.getByRole("link", { name: "The other way round" }).click();
  await page.getByText("No path was found").waitFor();
  return { ...found, again, narrow };
}

async function refused(page) {
  await open(page, "impact?select=users");
  const candidates = await page.locator(".candidates a").count();
  await page.locator(".candidates a").first().click();
  await page.locator(".answer").waitFor();
  await open(page, "paths?from=no.such.thing");
  return { candidates, search: await page.getByRole("link", { name: /^Search for/ }).count() };
}

await withBrowser(async (browser) => {
  const { page, faults } = await openPage(browser, {});
  const { datasets } = await ask(
    base,
    `{ datasets(select: "formatted.users") { nodes { id fields { nodes { id path } } } } }`,
  );
  const dataset = datasets.nodes[0];
  const results = {
    impact: await impact(page, dataset),
    paths: await paths(
      page,
      dataset.fields.nodes.find(({ path }) => path === "monthly_spend"),
    ),
    faults: [...faults, ...(await page.evaluate(() => window.__violations))],
  };
  // What is refused is a failed request by the browser's count.
  results.refused = await refused(page);
  console.log(JSON.stringify(results));
});
