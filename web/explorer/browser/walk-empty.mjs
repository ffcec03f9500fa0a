/** Opens the home page of an empty catalog, runs the command it shows, and waits for what it sent. Prints JSON. */

import { execFileSync } from "node:child_process";
import { openPage, withBrowser } from "./page.mjs";

const base = process.argv[2];

await withBrowser(async (browser) => {
  const { page, faults } = await openPage(browser, {});
  await page.goto(base);
  const commands = page.locator(".command pre");
  await commands.first().waitFor();
  const all = await commands.allInnerTexts();
  execFileSync("sh", ["-c", all[0]], { stdio: "ignore" });
  await page.getByRole("link", { name: "load_orders" }).first().waitFor();
  const counts = await page.locator(".counts").innerText();
  console.log(JSON.stringify({ commands: all, counts, runs: await page.locator("tbody tr").count(), faults }));
});
