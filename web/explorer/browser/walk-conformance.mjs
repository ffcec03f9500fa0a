/** Checks events on the page Conformance as a producer's developer would: pasted, chosen as files, refused. Prints JSON. */

import { openPage, withBrowser } from "./page.mjs";

const base = process.argv[2];
const results = {};
const GOOD = {
  eventType: "COMPLETE",
  eventTime: "2024-05-01T10:00:00Z",
  producer: "urn:p",
  schemaURL: "urn:s",
  run: { runId: "00000000-0000-4000-8000-000000000001", facets: { mine: { _producer: "p", _schemaURL: "s" } } },
  job: { namespace: "etl", name: "load" },
};
const BAD = { ...GOOD, run: { runId: "no uuid" } };

async function report(page, act) {
  await act();
  await page.waitForFunction(() => !document.querySelector('[aria-labelledby="check"] .skeleton'));
  return page.locator(".checked").allInnerTexts();
}

await withBrowser(async (browser) => {
  const { page, faults } = await openPage(browser);
  await page.goto(`${base}conformance`, { waitUntil: "load" });
  await page.locator('[aria-labelledby="usage"] table').waitFor();
  const rows = () => page.locator('[aria-labelledby="usage"] tbody tr').count();
  const all = await rows();
  await page.getByLabel(/^interpreted/).check();
  results.usage = { all, interpreted: await rows() };
  const submit = (text) => async () => {
    await page.getByLabel(/^Paste/).fill(text);
    const answered = page.waitForResponse(/conformance/);
    await page.getByRole("button", { name: "Check" }).click();
    await answered;
    await page.locator(".checked").waitFor();
  };
  results.pasted = await report(page, submit(JSON.stringify([GOOD, BAD])));
  results.refused = await report(page, submit("[1, "));
  const file = (name, value) => ({ name, mimeType: "application/json", buffer: Buffer.from(JSON.stringify(value)) });
  results.files = await report(page, async () => {
    await page.getByLabel("Files of events").setInputFiles([file("one.json", GOOD), file("two.json", BAD)]);
    await page.locator(".checked").nth(1).waitFor();
  });
  results.faults = faults.filter((fault) => !fault.includes("status of 400"));
  results.policy = await page.evaluate(() => window.__violations);
});
console.log(JSON.stringify(results));
