/** Asks what a newcomer asks first: of a job, of a time, of a name that several bear, of a kind, of a column. Prints JSON. */

import { ask, graphReady, openPage, withBrowser } from "./page.mjs";

const base = process.argv[2];
const results = {};

const names = (page) => page.evaluate(() => window.__scene.nodes().map(({ name }) => name));
const inPicture = (page) =>
  page.evaluate(() => {
    const frame = document.querySelector(".lineage-canvas").getBoundingClientRect();
    return window.__scene
      .nodes()
      .every(
        ({ box }) =>
          box.x >= frame.left && box.x + box.w <= frame.right && box.y >= frame.top && box.y + box.h <= frame.bottom,
      );
  });
const graph = async (page, query) => {
  await page.goto(`${base}lineage?${query}`);
  await graphReady(page);
};
const mapStands = (page) => page.locator(".minimap").getAttribute("class");

/** The button on a job's page opens what it reads and writes. */
async function job(page, id) {
  await page.goto(`${base}node?id=${encodeURIComponent(id)}`);
  await page.locator(".entity a.button", { hasText: "Lineage" }).click();
  await graphReady(page);
  return { names: await names(page), title: await page.title(), panel: await page.locator(".panel").innerText() };
}

/** The mouse on the time slider: a press on the track, then the thumb drawn further. */
async function time(page) {
  await graph(page, "root=trusted.users");
  const box = await page.locator("#asof").boundingBox();
  const at = (share) => [box.x + box.width * share, box.y + box.height / 2];
  const asof = () => new URL(page.url()).searchParams.get("asof");
  // On the upper half lie the ticks.
  await page.mouse.click(box.x + box.width * 0.5, box.y + 3);
  await page.waitForURL(/asof=/);
  const pressed = asof();
  await page.mouse.move(...at(0.5));
  await page.mouse.down();
  await page.mouse.move(...at(0.8), { steps: 6 });
  await page.mouse.up();
  await page.waitForFunction((old) => new URL(location.href).searchParams.get("asof") !== old, pressed);
  return { pressed, drawn: asof(), scale: await page.locator(".timebar .scale").innerText() };
}

async function whole(page) {
  await graph(page, "root=exploitation.ad_performance&depth=all");
  const found = { fits: await inPicture(page), names: await names(page), map: await mapStands(page) };
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByText("Click a column").waitFor();
  await page.locator(".lineage-canvas").focus();
  for (let i = 0; i < 6; i++) await page.keyboard.press("+");
  await page.waitForFunction(() => !document.querySelector(".minimap.needless"));
  return { ...found, closeUp: await mapStands(page) };
}

async function ambiguous(page) {
  await page.goto(`${base}lineage?root=users`);
  const links = page.locator(".candidates a");
  await links.first().waitFor();
  const found = { names: [], links: await links.allInnerTexts(), again: await page.getByText("Try again").count() };
  await links.first().click();
  await graphReady(page);
  found.names = await names(page);
  await page.goto(`${base}lineage`);
  await page.getByLabel("Find a dataset or job").fill("clean");
  await page.locator(".list a", { hasText: /^clean$/ }).waitFor();
  return found;
}

async function kinds(page) {
  const found = {};
  for (const kind of ["TERM", "JOB", "RUN", "FIELD"]) {
    await page.goto(`${base}search?kind=${kind}`);
    await page.locator(".results > *").first().waitFor();
    await page.waitForFunction(() => !document.querySelector(".skeleton"));
    found[kind] = await page.locator(".results").innerText();
  }
  const counts = page.locator('aside fieldset:has-text("Zone") .muted');
  await page.goto(`${base}search`);
  await counts.first().waitFor();
  found.counts = await counts.count();
  await page.goto(`${base}search?q=users`);
  await page.locator(".result").first().waitFor();
  found.countsOfQuery = await counts.count();
  return found;
}

async function column(page, id) {
  await page.goto(`${base}node?id=${encodeURIComponent(id)}`);
  const history = page.locator('h3:text-is("History") + div');
  await history.waitFor();
  return { history: await history.innerText(), facets: await page.getByText("No facets were sent").count() };
}

async function elsewhere(page) {
  await page.goto(`${base}glossary`);
  await page.locator(".nested").waitFor();
  await page.getByLabel("Filter terms").fill("click");
  await page.locator(".nested mark").first().waitFor();
  const tables = await page.locator("table").count();
  await page.goto(`${base}governance`);
  await page.locator(".rules").first().waitFor();
  const governance = await page.locator("main").innerText();
  await page.goto(`${base}nonesuch`);
  await page.getByRole("link", { name: "home page" }).click();
  await page.locator(".home").waitFor();
  return { tables, governance };
}

await withBrowser(async (browser) => {
  const { page, faults } = await openPage(browser, {});
  const { jobs, datasets } = await ask(
    base,
    `{ jobs(select: "job:clean") { nodes { id } }
       datasets(select: "trusted.users") { nodes { fields { nodes { id path } } } } }`,
  );
  results.job = await job(page, jobs.nodes[0].id);
  results.time = await time(page);
  results.whole = await whole(page);
  results.ambiguous = await ambiguous(page);
  results.kinds = await kinds(page);
  results.column = await column(page, datasets.nodes[0].fields.nodes.find(({ path }) => path === "email_hash").id);
  results.elsewhere = await elsewhere(page);
  results.faults = [...faults, ...(await page.evaluate(() => window.__violations))];
});
console.log(JSON.stringify(results));
