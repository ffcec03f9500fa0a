/** A browser page that notes everything a test must not see: policy violations, errors, failed requests. */

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const CHROMIUM =
  process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

export async function withBrowser(run) {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
  try {
    return await run(browser);
  } finally {
    await browser.close();
  }
}

/** A page in a theme; `faults` fills with what went wrong on it. */
export async function openPage(browser, { theme = "light", width = 1440, height = 900, ...more } = {}) {
  const context = await browser.newContext({
    colorScheme: theme,
    viewport: { width, height },
    reducedMotion: "reduce",
    ...more,
  });
  const page = await context.newPage();
  const faults = [];
  await page.addInitScript(() => {
    window.__violations = [];
    document.addEventListener("securitypolicyviolation", (event) => {
      window.__violations.push(`${event.violatedDirective} ${event.blockedURI}`);
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("requestfailed", (request) => {
    // A question that the page no longer needs is called off; that is no fault.
    if (request.failure()?.errorText !== "net::ERR_ABORTED") faults.push(`failed: ${request.url()}`);
  });
  return { page, context, faults };
}

/** Waits until the canvas shows what the address asks for. */
export const graphReady = (page) =>
  page.waitForFunction(() => document.querySelector('.picture[data-ready="true"]') && window.__scene);

export async function ask(base, query, variables = {}) {
  const response = await fetch(`${base}graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors[0].message);
  return data;
}
