/** A browser page that notes everything a test must not see: policy violations, errors, failed requests. */

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const CHROMIUM =
  process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

export const LAUNCH = {
  executablePath: CHROMIUM,
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
};

/** Runs with the browser that BROWSER leads to (launch.mjs), else with one of its own. */
export async function withBrowser(run) {
  const shared = process.env.BROWSER;
  const browser = await (shared ? chromium.connect(shared) : chromium.launch(LAUNCH));
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

/** Waits until the page has a heading or says what failed, and everything on it has come. */
export const settled = (page) =>
  page.waitForFunction(() => document.querySelector("h1, .failure") && !document.querySelector(".skeleton"));

/** The bytes of a file that the page handed out. */
export async function contents(download) {
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** What stands out of the window and is in no frame that scrolls by itself and that the keyboard reaches. */
export const outOfReach = (page) =>
  page.evaluate(() => {
    const scrolls = (box) =>
      /auto|scroll/.test(getComputedStyle(box).overflowX) &&
      (box.tabIndex >= 0 || box.querySelector("a, button, input"));
    // Text that is cut with dots has its whole on hover; what is only said has no place on the page.
    const meant = (box) =>
      box.matches(".ellipsis, .cut, svg, canvas") || getComputedStyle(box).clipPath === "inset(50%)";
    const inFrame = (part) => {
      for (let box = part; box.tagName !== "MAIN"; box = box.parentElement)
        if (meant(box) || (box !== part && scrolls(box))) return true;
      return false;
    };
    return [...document.querySelectorAll("main *")]
      .filter((part) => part.getBoundingClientRect().right > innerWidth + 1 && !inFrame(part))
      .slice(0, 3)
      .map((part) => `${part.tagName}.${part.className} ${part.textContent.slice(0, 40)}`);
  });

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
