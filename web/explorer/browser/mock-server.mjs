/** Serves the built explorer and a made-up catalog: `node browser/mock-server.mjs [--port N] [--base /path] [--nodes N]`. */

import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSchema, graphql } from "graphql";
import { makeAnswers } from "./mock-answers.mjs";
import { makeWorld } from "./mock-world.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : process.argv[at + 1];
};
const base = option("base", "/").replace(/\/?$/, "/");
const STATIC = here("../../headwater_web/static");
const printed = here("../../../graphql/headwater_graphql/schema.graphql");
const schema = buildSchema(readFileSync(printed, "utf8"));
const answers = makeAnswers(makeWorld(Number(option("nodes", "0"))));

// The policy the real server sends; a test fails on any violation.
const POLICY =
  "default-src 'self'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

async function answer(request, response) {
  let body = "";
  for await (const chunk of request) body += chunk;
  const { query, variables } = JSON.parse(body);
  const result = await graphql({ schema, source: query, rootValue: answers, variableValues: variables });
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(result));
}

function serve(path, response) {
  const file = join(STATIC, normalize(path));
  // Every page is one segment without a dot; the explorer reads the rest of the address itself.
  const found = extname(file) && file.startsWith(STATIC) ? file : join(STATIC, "index.html");
  if (!existsSync(found)) {
    response.writeHead(404);
    return response.end();
  }
  response.writeHead(200, {
    "content-type": TYPES[extname(found)] ?? "application/octet-stream",
    "content-security-policy": POLICY,
  });
  response.end(readFileSync(found));
}

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  if (!pathname.startsWith(base)) {
    response.writeHead(404);
    return response.end();
  }
  const path = pathname.slice(base.length);
  if (path === "graphql" && request.method === "POST") return answer(request, response);
  if (path === "api/v1/session") {
    response.writeHead(200, { "content-type": "application/json" });
    return response.end(JSON.stringify({ name: "local", scopes: ["read"], cookie: false }));
  }
  return serve(path, response);
});
server.listen(Number(option("port", "0")), "127.0.0.1", () => {
  // The tests read this line to learn the port.
  console.log(`http://127.0.0.1:${server.address().port}${base}`);
});
