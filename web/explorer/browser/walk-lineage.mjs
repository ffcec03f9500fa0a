/** Walks the lineage page as a reader would: keys, chips, columns, links, downloads. Prints JSON: what was tried, what came. */

import { contents, graphReady, openPage, withBrowser } from "./page.mjs";
import { allPages } from "./pages.mjs";

const base = process.argv[2];
const results = {};

const nodes = (page) => page.evaluate(() => window.__scene.nodes());
/** The nodes whose card and chips lie clear of everything that floats over the canvas. */
const inSight = async (page) =>
  (await nodes(page)).filter(({ box }) => box.x > 40 && box.x + box.w < 820 && box.y > 140 && box.y + box.h < 640);
const query = (page) => new URL(page.url()).searchParams;
/** Waits for a state of the scene, because a click is answered by a request, a layout and a frame. */
const until = async (page, test, argument) => {
  await page.waitForFunction(test, argument, { timeout: 5000 });
  return true;
};

async function keyboard(page) {
  await page.locator(".lineage-canvas").focus();
  await page.keyboard.press("ArrowRight");
  await until(page, () => window.__scene.nodes().some((node) => node.selected));
  const first = (await nodes(page)).find((node) => node.selected);
  await page.keyboard.press("ArrowRight");
  await until(page, (id) => window.__scene.nodes().some((node) => node.selected && node.id !== id), first.id);
  const second = (await nodes(page)).find((node) => node.selected);
  await page.keyboard.press("ArrowLeft");
  const back = await until(
    page,
    (id) => window.__scene.nodes().some((node) => node.selected && node.id !== id),
    second.id,
  );
  const said = await page.locator('[aria-live="polite"]').textContent();
  await page.keyboard.press("?");
  const help = await page.locator("dialog[open]").count();
  await page.keyboard.press("Escape");
  await page.locator(".lineage-canvas").focus();
  await page.keyboard.press("Escape");
  await until(page, () => window.__scene.nodes().every((node) => !node.selected));
  return {
    walked: first.id !== second.id && back,
    said: /upstream, \d+ downstream/.test(said),
    help: help === 1,
    cleared: !query(page).has("sel"),
  };
}

/** A chip adds one hop, moves nobody, and takes the hop back. */
async function expand(page) {
  const before = await nodes(page);
  const chosen = (await inSight(page)).find((node) => node.chips.length > 0);
  if (!chosen) return { skipped: "no node has more to show" };
  const [mark, id] = [chosen.chips[0].slice(0, 1), chosen.id];
  const side = mark === "u" ? "up" : "down";
  const press = async () => {
    const box = await page.evaluate(([node, way]) => window.__scene.chip(node, way), [id, side]);
    await page.mouse.click(box.x + box.w / 2, box.y + box.h / 2);
  };
  await press();
  await until(page, (n) => window.__scene.nodes().length > n, before.length);
  const after = await nodes(page);
  const place = new Map(after.map((node) => [node.id, node.box]));
  const still = before.every(
    (node) => Math.abs(place.get(node.id).x - node.box.x) < 1 && Math.abs(place.get(node.id).y - node.box.y) < 1,
  );
  const link = page.url();
  await press();
  const back = await until(page, (n) => window.__scene.nodes().length === n, before.length);
  return { more: after.length - before.length, still, back, inAddress: link.includes("open=") };
}

async function columns(page) {
  const target = (await inSight(page))[0];
  await page.mouse.click(target.box.x + target.box.w / 2, target.box.y + 12);
  await until(page, (id) => window.__scene.nodes().some((node) => node.id === id && node.selected), target.id);
  await page.locator(".lineage-canvas").focus();
  await page.keyboard.press("c");
  await until(page, (id) => window.__scene.nodes().find((node) => node.id === id).rows.length > 0, target.id);
  const opened = (await nodes(page)).find((node) => node.id === target.id).rows;
  await page.locator(".columns button").first().click();
  const lit = await until(page, () => window.__scene.nodes().some((node) => node.lit && node.rows.length > 0));
  const traced = query(page).get("col");
  await page.goBack();
  await until(page, () => !new URL(location.href).searchParams.has("col"));
  return { opened: opened.length > 0, traced: traced !== null, lit, wentBack: !query(page).has("col") };
}

/** A link shows what its sender saw. */
async function deepLink(browser, page) {
  await page.mouse.move(500, 450);
  await page.mouse.wheel(0, -240);
  await until(page, () => new URL(location.href).searchParams.has("k"));
  const sent = { url: page.url(), view: await page.evaluate(() => window.__scene.view()), nodes: await nodes(page) };
  const other = await openPage(browser, {});
  await other.page.goto(sent.url);
  await graphReady(other.page);
  const got = { view: await other.page.evaluate(() => window.__scene.view()), nodes: await nodes(other.page) };
  await other.context.close();
  return {
    sameView:
      Math.abs(got.view.x - sent.view.x) < 2 &&
      Math.abs(got.view.y - sent.view.y) < 2 &&
      Math.abs(got.view.k - sent.view.k) < 0.01,
    sameNodes: got.nodes.length === sent.nodes.length,
    sameSelection: got.nodes.find((node) => node.selected)?.id === sent.nodes.find((node) => node.selected)?.id,
    faults: other.faults,
  };
}

async function downloads(page) {
  const found = {};
  for (const name of ["PNG of everything", "SVG of everything", "CSV of the list"]) {
    await page.getByRole("button", { name: "Export" }).click();
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    const bytes = await contents(file);
    found[name.slice(0, 3)] = {
      name: file.suggestedFilename(),
      start: bytes.subarray(0, 8).toString("latin1"),
      size: bytes.length,
    };
  }
  return found;
}

async function list(page) {
  await page.getByRole("button", { name: "List" }).click();
  await page.locator('[role="treegrid"]').waitFor();
  const rows = await page.locator('[role="treegrid"] [role="rowgroup"] [role="row"]').count();
  await page.locator('[role="row"][tabindex="0"]').focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await until(page, () => new URL(location.href).searchParams.has("sel"));
  return { rows, selected: await page.locator('[role="row"][aria-selected="true"]').count() };
}

await withBrowser(async (browser) => {
  const start = (await allPages(base)).find(([name]) => name === "lineage-graph")[1].replace(/&sel=[^&]*/, "");
  const { page, faults } = await openPage(browser, { acceptDownloads: true });
  for (const [name, run] of Object.entries({
    keyboard,
    expand,
    columns,
    deepLink: (p) => deepLink(browser, p),
    downloads,
    list,
  })) {
    await page.goto(base + start);
    await graphReady(page);
    try {
      results[name] = await run(page);
    } catch (error) {
      results[name] = { error: error.message.split("\n")[0] };
    }
  }
  results.faults = [...faults, ...(await page.evaluate(() => window.__violations))];
});
console.log(JSON.stringify(results));
