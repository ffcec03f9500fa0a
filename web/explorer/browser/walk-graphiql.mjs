/** Opens GraphiQL, runs its first example and opens the schema; notes every origin that was asked. Prints JSON. */

import { openPage, withBrowser } from "./page.mjs";

const base = process.argv[2];

await withBrowser(async (browser) => {
  const { page, faults } = await openPage(browser, {});
  const origins = new Set();
  page.on("request", (request) => origins.add(new URL(request.url()).origin));
  const answered = page.waitForResponse((response) => response.request().postData()?.includes("IntrospectionQuery"));
  await page.goto(`${base}graphiql`, { waitUntil: "load" });
  await answered;
  await page.locator(".graphiql-execute-button").click();
  await page.locator(".result-window .CodeMirror-code", { hasText: "stats" }).waitFor();
  const result = await page.evaluate(() => document.querySelector(".result-window .CodeMirror").CodeMirror.getValue());
  const tabs = await page.locator(".graphiql-tab").count();
  await page.getByRole("button", { name: "Show Documentation Explorer" }).click();
  await page.locator(".graphiql-doc-explorer", { hasText: "Query" }).waitFor();
  const violations = await page.evaluate(() => window.__violations);
  if (process.argv[3]) await page.screenshot({ path: process.argv[3] });
  const own = new URL(base).origin;
  console.log(
    JSON.stringify({
      result,
      tabs,
      elsewhere: [...origins].filter((origin) => origin !== own && origin !== "null"),
      violations,
      faults,
    }),
  );
});
