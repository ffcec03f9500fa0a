/**
 * Opens every page: no policy violation, no error, nothing that axe-core objects to, and on a narrow page nothing out of
 * reach, and no row of named things without a header. The dark theme has other colours and nothing else, so there axe looks at the contrast alone. Prints JSON.
 */

import { objections } from "./axe.mjs";
import { graphReady, openPage, outOfReach, settled, withBrowser } from "./page.mjs";
import { allPages } from "./pages.mjs";

const base = process.argv[2];
const SIZE = { width: 1440, height: 900 };
const NARROW = { width: 400, height: 900 };

/** The ground of the page, until it is that of a theme. */
const themed = (page, theme) =>
  page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, theme);

async function check(page, [name, path]) {
  await page.goto(base + path, { waitUntil: "load" });
  await settled(page);
  if (name === "lineage-graph") await graphReady(page);
  const shown = await page.evaluate(() => document.querySelector("main")?.textContent?.trim().length ?? 0);
  const headless = await page.evaluate(
    () =>
      [...document.querySelectorAll("table:not(.happened) > tbody > tr")].filter((row) => !row.querySelector("th"))
        .length,
  );
  const light = await objections(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await themed(page, "dark");
  const dark = await objections(page, ["color-contrast"]);
  await page.setViewportSize(NARROW);
  const out = await outOfReach(page);
  const policy = await page.evaluate(() => window.__violations);
  await page.setViewportSize(SIZE);
  await page.emulateMedia({ colorScheme: "light" });
  await themed(page, "light");
  return { name, shown, headless, light, dark, out, policy };
}

await withBrowser(async (browser) => {
  const { page, faults } = await openPage(browser, SIZE);
  const found = [];
  for (const entry of await allPages(base)) {
    const before = faults.length;
    found.push({ ...(await check(page, entry)), faults: faults.slice(before) });
  }
  console.log(JSON.stringify(found));
});
