/** Pans over a large graph and prints milliseconds a frame, 50th and 95th of a hundred: `BASE ROOT_SELECTOR`. */

import { graphReady, openPage, withBrowser } from "./page.mjs";

const [base, root] = process.argv.slice(2);

await withBrowser(async (browser) => {
  const { page, faults } = await openPage(browser, {});
  const started = Date.now();
  await page.goto(`${base}lineage?root=${encodeURIComponent(root)}&depth=all`);
  await graphReady(page);
  const ready = Date.now() - started;
  const frames = async () => {
    await page.evaluate(() => {
      window.__frames = [];
      let last = performance.now();
      const tick = (now) => {
        window.__frames.push(now - last);
        last = now;
        if (window.__frames.length < 100) requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    });
    await page.mouse.move(600, 450);
    await page.mouse.down();
    for (let i = 0; i < 90; i++) await page.mouse.move(600 + 200 * Math.sin(i / 9), 450 + 80 * Math.cos(i / 7));
    await page.mouse.up();
    await page.waitForFunction(() => window.__frames.length >= 100);
    const sorted = (await page.evaluate(() => window.__frames.slice(2))).sort((a, b) => a - b);
    return { p50: sorted[Math.floor(sorted.length * 0.5)], p95: sorted[Math.floor(sorted.length * 0.95)] };
  };
  await page.locator(".lineage-canvas").focus();
  await page.keyboard.press("f");
  const far = { ...(await frames()), ...(await page.evaluate(() => window.__scene.view())) };
  for (let i = 0; i < 12; i++) await page.mouse.wheel(0, -400);
  const near = await frames();
  const nodes = await page.evaluate(() => window.__scene.nodes().length);
  console.log(JSON.stringify({ nodes, ready, far, near, faults }));
});
