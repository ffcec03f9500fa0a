/** Meets what was rejected as a keyboard user would: the count in the bar, the list, one entry, a replay. Prints JSON. */

import { objections } from "./axe.mjs";
import { openPage, settled, withBrowser } from "./page.mjs";

const base = process.argv[2];
const LONG = "no-json-".repeat(400);

const send = (body) => fetch(`${base}api/v1/lineage`, { method: "POST", body });
const text = (page, selector) => page.locator(selector).first().innerText();

/** Presses Tab until the focus is on what a selector names. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
  }
  throw new Error(`the keyboard does not reach ${selector}`);
}

await withBrowser(async (browser) => {
  const { page, faults } = await openPage(browser, {});
  await page.goto(`${base}entries`);
  await settled(page);
  const none = { said: await text(page, ".notice"), badges: await page.locator(".badge").count() };

  await send('{"eventTime": "soon", "run": {"runId": "r"}, "job": {"namespace": "n", "name": "j"}}');
  await send(LONG);
  await send(LONG);
  await page.goto(base);
  await page.locator(".badge").waitFor();
  const badge = await text(page, ".badge");
  await tabTo(page, 'a[href$="/entries"]');
  await page.keyboard.press("Enter");
  await page.locator(".entries li").first().waitFor();
  const list = await text(page, "main");
  const objected = await objections(page);

  await tabTo(page, 'a[href*="code=not-json"]');
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll(".entries li").length === 1);
  await tabTo(page, ".entries li a");
  await page.keyboard.press("Enter");
  await page.locator(".facts").waitFor();
  await tabTo(page, "button.primary");
  await page.keyboard.press("Enter");
  await page.getByText("tried again:").waitFor();
  const one = { facts: await text(page, ".facts"), replayed: await text(page, ".replayed") };

  objected.push(...(await objections(page)));

  const narrow = await openPage(browser, { width: 480, theme: "dark" });
  await narrow.page.goto(`${base}entries`);
  await narrow.page.locator(".entries li").first().waitFor();
  objected.push(...(await objections(narrow.page, ["color-contrast"])));
  const out = await narrow.page.evaluate(() =>
    Math.max(
      ...[...document.querySelectorAll("main *")].map((part) => part.getBoundingClientRect().right - innerWidth),
    ),
  );

  await page.route("**/graphql", (route) => route.fulfill({ status: 500, body: "{}" }));
  await page.goto(`${base}entries`);
  await page.locator(".failure").waitFor();
  const failure = await text(page, ".failure");
  const shownFaults = faults.filter((fault) => !fault.includes("500"));
  console.log(
    JSON.stringify({ none, badge, list, one, out, failure, objected, faults: [...shownFaults, ...narrow.faults] }),
  );
});
