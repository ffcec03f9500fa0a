/** Goes through a real catalog as a new user would: home, a run, a dataset, a term, lineage in the past. Prints JSON. */

import { ask, graphReady, openPage, settled, withBrowser } from "./page.mjs";

const [base, name, moment] = process.argv.slice(2);
const results = {};

const text = (page, selector) => page.locator(selector).first().innerText();
const shown = (page) => page.evaluate(() => window.__scene.nodes().length);

async function open(page, path) {
  await page.goto(base + path, { waitUntil: "load" });
  await settled(page);
}

/** How far any card stands out of the page's column, and whether a link of "Latest runs" leads to that run. */
async function home(page) {
  await open(page, "");
  await page.locator(".card").first().waitFor();
  const out = await page.evaluate(() => {
    const edge = document.querySelector(".bigsearch").getBoundingClientRect().right;
    return Math.max(
      ...[...document.querySelectorAll(".card")].map((card) => card.getBoundingClientRect().right - edge),
    );
  });
  const job = await text(page, '[aria-labelledby="latest"] tbody a');
  await page.locator('[aria-labelledby="latest"] tbody a').first().click();
  await page.waitForURL(/node\?id=run/);
  await settled(page);
  return { out, job, title: await text(page, "h1"), facts: await text(page, '[aria-labelledby="lineage"] .facts') };
}

/** The sheet of a dataset's mappings, by the link of its page. */
async function mappings(page) {
  const few = await page.locator('h3:text-is("Mappings") + * tbody tr').allInnerTexts();
  await page.getByRole("link", { name: "All its mappings" }).click();
  await page.getByRole("heading", { level: 1, name: "Mappings of trusted.users" }).waitFor();
  await settled(page);
  const all = await page.locator("tbody tr").allInnerTexts();
  const file = await page.getByRole("link", { name: "CSV", exact: true }).getAttribute("href");
  return { few, all, file };
}

async function dataset(page, id) {
  await open(page, `node?id=${id}`);
  await page.getByText("Schema known").waitFor();
  const facet = page.locator(".facet").first();
  await facet.locator("summary").click();
  return {
    columns: await page.locator('[aria-labelledby="physical"] table').first().innerText(),
    history: await page.locator('h3:text-is("History") + div').innerText(),
    facet: JSON.parse(await facet.locator("pre").innerText()),
    profile: await text(page, 'h3:text-is("Profile") + p'),
    mappings: await mappings(page),
    past: await (async () => {
      await open(page, `node?id=${id}&asof=${moment}`);
      return text(page, ".asof");
    })(),
  };
}

async function term(page, id) {
  await open(page, `term?id=${id}`);
  return { title: await text(page, "h1"), where: await text(page, '[aria-labelledby="lineage"] table') };
}

/** The graph now, at a moment in the past, and before anything was; the slider's key goes one change back. */
async function time(page, id) {
  const graph = async (more) => {
    await page.goto(`${base}lineage?root=${id}&depth=9${more}`);
    await graphReady(page);
    return shown(page);
  };
  const now = await graph("");
  const depth = await page
    .locator(".toolbar select")
    .first()
    .evaluate((one) => one.selectedOptions[0].textContent);
  const then = await graph(`&asof=${moment}`);
  await page.goto(`${base}lineage?root=${id}&depth=9&asof=2001-01-01T00:00:00Z`);
  await page.getByText("Nothing was known at this time.").waitFor();
  await page.getByRole("button", { name: "Go to the next change" }).click();
  await graphReady(page);
  const first = await shown(page);
  await graph("");
  await page.locator("#asof").press("Home");
  await page.waitForURL(/asof=/);
  return { now, then, first, depth, slider: await text(page, ".timebar output") };
}

await withBrowser(async (browser) => {
  const { page, faults } = await openPage(browser, {});
  const { resolve, terms } = await ask(
    base,
    `query($name: String!) { resolve(refs: [$name]) { node { id } } terms(text: "user", first: 1) { nodes { id } } }`,
    { name },
  );
  const id = encodeURIComponent(resolve[0].node.id);
  results.home = await home(page);
  results.dataset = await dataset(page, id);
  results.term = await term(page, encodeURIComponent(terms.nodes[0].id));
  results.time = await time(page, id);
  results.faults = [...faults, ...(await page.evaluate(() => window.__violations))];
});
console.log(JSON.stringify(results));
