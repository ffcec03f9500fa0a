/** Takes pictures of every page in both themes: `node browser/shots.mjs BASE FOLDER`. */

import { mkdirSync } from "node:fs";
import { graphReady, openPage, withBrowser } from "./page.mjs";
import { allPages } from "./pages.mjs";

const [base, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
await withBrowser(async (browser) => {
  const pages = await allPages(base);
  for (const theme of ["light", "dark"]) {
    const { page, faults } = await openPage(browser, { theme });
    for (const [name, path] of pages) {
      await page.goto(base + path, { waitUntil: "load" });
      if (name.startsWith("lineage-graph")) await graphReady(page);
      await page.waitForTimeout(600);
      await page.screenshot({ path: `${folder}/${name}-${theme}.png` });
    }
    if (faults.length > 0) console.log(theme, faults);
  }
});
