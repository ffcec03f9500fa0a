/** Looks at what loads did: a folder of files, a table with tests, a task with its jobs, lineage between jobs. Prints JSON. */

import { objections } from "./axe.mjs";
import { ask, graphReady, openPage, outOfReach, settled, withBrowser } from "./page.mjs";

const base = process.argv[2];
const UTC = { timezoneId: "UTC" };
const objected = [];

const part = (page, title) => page.locator("h3", { hasText: title }).locator("..");
const text = async (locator) => (await locator.innerText()).replaceAll(/\s+/g, " ");
const ids = (nodes) => Object.fromEntries(nodes.map((node) => [node.ref, encodeURIComponent(node.id)]));

async function open(page, id, until = "load") {
  await page.goto(`${base}node?id=${id}`, { waitUntil: until });
  await settled(page);
}

async function folder(page, id) {
  let requests = 0;
  const count = (request) => {
    if (request.url().endsWith("/graphql")) requests += 1;
  };
  page.on("request", count);
  // Idle: the last of its requests is to be counted, too.
  await open(page, id, "networkidle");
  page.off("request", count);
  objected.push(...(await objections(page)));
  return {
    requests,
    pictures: await page.locator("svg.strip").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label"))),
    environment: await text(page.locator("dt", { hasText: "Environment" }).locator("+ dd")),
    open: await part(page, "Landing files").locator("div.scroller").first().locator("tbody th").allInnerTexts(),
  };
}

async function table(page, id) {
  await open(page, id);
  objected.push(...(await objections(page)));
  return {
    tests: await text(part(page, "2 tests, 1 failing")),
    partitions: await text(part(page, "3 partitions by name")),
    names: await text(part(page, "Also known as")),
    schemas: await part(page, "Schema history").locator("tbody tr td:not(:first-child)").allInnerTexts(),
  };
}

async function job(page, id) {
  await open(page, id);
  objected.push(...(await objections(page)));
  const hierarchy = part(page, "Hierarchy");
  return {
    hierarchy: await hierarchy.locator("li > div > :first-child").allInnerTexts(),
    runs: await text(part(page, "Latest runs")),
    tags: await text(page.locator("dt", { hasText: "Tags" }).locator("+ dd")),
    parameters: await text(part(page, "Parameters of the run")),
  };
}

/** The names on the canvas. */
async function cards(page) {
  await graphReady(page);
  return page.evaluate(() =>
    window.__scene
      .nodes()
      .map(({ name }) => name)
      .sort(),
  );
}

/** The cards when they are others than before. */
async function others(page, before) {
  await page.waitForFunction(
    (was) => document.querySelector('.picture[data-ready="true"]') && window.__scene.nodes()[0].id !== was,
    before,
  );
  return cards(page);
}

const first = (page) => page.evaluate(() => window.__scene.nodes()[0].id);

async function lineage(page, id) {
  await page.goto(`${base}lineage?root=${id}`);
  const datasets = await cards(page);
  const dataset = await first(page);
  await page.getByLabel("Between").selectOption("job");
  const jobs = await others(page, dataset);
  const between = await page.evaluate(() => {
    const [{ from, to }] = window.__scene.edges();
    return `${from}>${to}`;
  });
  await page.getByLabel("Level").selectOption("2");
  await page.waitForURL(/collapse=2/);
  const tasks = await cards(page);
  const address = page.url();
  await page.getByLabel("Level").selectOption("1");
  await page.waitForURL(/collapse=1/);
  const dags = await cards(page);
  await page.goto(`${base}lineage?root=${id}&grain=job&sel=${encodeURIComponent(between)}`);
  const why = await text(page.locator("dt", { hasText: "Through" }).locator("+ dd"));
  return { datasets, jobs, tasks, dags, address, why };
}

await withBrowser(async (browser) => {
  const { page, faults } = await openPage(browser, UTC);
  const { datasets, jobs } = await ask(base, "{ datasets { nodes { id ref } } jobs { nodes { id ref } } }");
  const found = { ...ids(datasets.nodes), ...ids(jobs.nodes) };
  const result = {
    folder: await folder(page, found["file/landing"]),
    table: await table(page, found["s3://lake/raw/orders"]),
  };
  await open(page, found["s3://lake/trusted/orders"]);
  result.written = await text(part(page, "Latest versions"));
  result.job = await job(page, found["etl/daily.load"]);
  result.lineage = await lineage(page, found["s3://lake/trusted/orders"]);
  const narrow = await openPage(browser, { ...UTC, width: 390, height: 844 });
  await narrow.page.goto(`${base}lineage?root=${found["s3://lake/trusted/orders"]}`);
  result.lineage.narrow = (await cards(narrow.page)).length > 1;
  result.out = [];
  for (const ref of ["file/landing", "s3://lake/raw/orders", "etl/daily.load"]) {
    await open(narrow.page, found[ref]);
    result.out.push(...(await outOfReach(narrow.page)));
  }
  const policy = await page.evaluate(() => window.__violations);
  console.log(JSON.stringify({ ...result, objected, faults: [...faults, ...narrow.faults, ...policy] }));
});
