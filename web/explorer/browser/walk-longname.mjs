/** Home and search after a job with a very long name failed with a very long word. Prints JSON: what stands out of the page. */

import { openPage, withBrowser } from "./page.mjs";

const base = process.argv[2];
const long = "warehouse_nightly_".repeat(12);
const event = {
  eventType: "FAIL",
  eventTime: "2026-01-31T12:00:00Z",
  producer: "https://example.com/by-hand",
  schemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
  run: {
    runId: "01936f6c-9a51-7c9e-8f2b-0d6f1a2b3c4e",
    facets: {
      errorMessage: {
        _producer: "https://example.com/by-hand",
        _schemaURL: "https://openlineage.io/spec/facets/1-0-1/ErrorMessageRunFacet.json",
        message: long,
        programmingLanguage: "SQL",
      },
    },
  },
  job: { namespace: "first", name: `${long}load` },
  outputs: [{ namespace: "first", name: "trusted.orders" }],
};

await withBrowser(async (browser) => {
  await fetch(`${base}api/v1/lineage`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(event),
  });
  const { page, faults } = await openPage(browser, {});
  await page.goto(base);
  await page.locator('[aria-labelledby="failed"] td').first().waitFor();
  const found = await page.evaluate(() => {
    const main = document.querySelector("main");
    const edge = document.querySelector(".bigsearch").getBoundingClientRect().right;
    const inner = [...document.querySelectorAll(".card, .card table")];
    return {
      page: main.scrollWidth - main.clientWidth,
      cards: Math.max(...inner.map((one) => one.getBoundingClientRect().right - edge)),
    };
  });
  console.log(JSON.stringify({ ...found, faults }));
});
