/** Types a selector on the page Lineage with the keyboard alone: what may follow is offered, taken, and asked. Prints JSON. */

import { objections } from "./axe.mjs";
import { openPage, withBrowser } from "./page.mjs";

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
      inputs: [{ namespace: "postgres://shop", name: `raw.${name}` }],
      outputs: [{ namespace: "postgres://dwh", name: `curated.${name}` }],
    }),
  });

await withBrowser(async (browser) => {
  for (const name of ["orders", "customers"]) await send(name);
  const { page, faults } = await openPage(browser, {});
  await page.goto(`${base}lineage`);
  const box = page.getByRole("combobox");
  const offered = () => page.getByRole("option").allInnerTexts();
  await box.click();
  await box.pressSequentially("+curated.o");
  await page.getByRole("option").first().waitFor();
  const names = await offered();
  const objected = await objections(page);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const taken = await box.inputValue();
  await page.keyboard.press("Enter");
  await page.waitForURL(/root=/);
  const root = new URL(page.url()).searchParams.get("root");
  console.log(JSON.stringify({ names, taken, root, objected, faults }));
});
