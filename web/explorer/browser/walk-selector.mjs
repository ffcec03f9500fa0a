/** Types a selector on the page Lineage with the keyboard alone: what may follow is offered, taken, and asked. Prints JSON. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { openPage, withBrowser } from "./page.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const base = process.argv[2];

const send = (name) =>
  fetch(`${base}api/v1/lineage`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      eventType: "COMPLETE",
      eventTime: "2026-01-31T12:00:00Z",
      run: { runId: `0190d4c5-3a0e-7d6a-9a53-5b2f6f1f0a1${name.length % 10}` },
      job: { namespace: "etl", name: `load_${name}` },
      inputs: [{ namespace: "postgres://shop", name: `public.${name}` }],
      outputs: [{ namespace: "postgres://dwh", name: `trusted.${name}` }],
    }),
  });

await withBrowser(async (browser) => {
  for (const name of ["orders", "customers"]) await send(name);
  const { page, faults } = await openPage(browser, {});
  await page.goto(`${base}lineage`);
  const box = page.getByRole("combobox");
  const offered = () => page.getByRole("option").allInnerTexts();
  await box.click();
  await box.pressSequentially("+trusted.o");
  await page.getByRole("option").first().waitFor();
  const names = await offered();
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const taken = await box.inputValue();
  await page.keyboard.press("Enter");
  await page.waitForURL(/root=/);
  const root = new URL(page.url()).searchParams.get("root");
  console.log(JSON.stringify({ names, taken, root, objected: violations.map(({ id }) => id), faults }));
});
