/** Where the explorer is served. Every page is one path segment deep, so `.` is the base on all of them. */

/** What the server says (it knows its base path), else the folder of the address; unit tests have no document at all. */
function readBase(): string {
  const page = globalThis.document;
  if (!page) return "/";
  const said = page.querySelector<HTMLMetaElement>('meta[name="headwater-base"]');
  return said ? `${said.content}/` : new URL(".", page.baseURI).pathname;
}

/** Read once, before the router changes the address: ends with a slash. */
export const BASE: string = readBase();

/** The router wants it without the slash. */
export const ROUTER_BASE: string = BASE.replace(/\/$/, "");
