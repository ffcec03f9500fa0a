/** Where the explorer is served. Every page is one path segment deep, so `.` is the base on all of them. */

/** Read once, before the router changes the address: ends with a slash. Unit tests have no document. */
export const BASE: string = new URL(".", globalThis.document?.baseURI ?? "http://localhost/").pathname;

/** The router wants it without the slash. */
export const ROUTER_BASE: string = BASE.replace(/\/$/, "");
