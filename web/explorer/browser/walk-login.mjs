/** Logs in with a key and out again. Prints JSON. */

import { openPage, withBrowser } from "./page.mjs";

const [base, key] = process.argv.slice(2);

await withBrowser(async (browser) => {
  const { page } = await openPage(browser, {});
  const out = page.getByRole("button", { name: "Log out" });
  await page.goto(base);
  await page.getByLabel("API key").fill(key);
  const before = await out.count();
  await page.getByRole("button", { name: "Log in" }).click();
  await out.waitFor();
  const inside = await page.getByLabel("API key").count();
  await out.click();
  await page.getByLabel("API key").waitFor();
  const cookies = await page.context().cookies();
  console.log(JSON.stringify({ before, inside, after: await out.count(), cookies: cookies.length }));
});
