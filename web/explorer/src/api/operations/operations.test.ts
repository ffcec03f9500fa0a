import { readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import type { Operation } from "../client";
import * as changes from "./changes";
import * as compare from "./compare";
import * as complete from "./complete";
import * as conformance from "./conformance";
import * as crawls from "./crawls";
import * as entries from "./entries";
import * as glossary from "./glossary";
import * as governance from "./governance";
import * as home from "./home";
import * as impact from "./impact";
import * as lineage from "./lineage";
import * as loads from "./loads";
import * as node from "./node";
import * as paths from "./paths";
import * as search from "./search";

const printed = new URL("../../../../../graphql/headwater_graphql/schema.graphql", import.meta.url);
const schema = buildSchema(readFileSync(printed, "utf8"));

const operations = [
  changes,
  compare,
  complete,
  conformance,
  crawls,
  entries,
  glossary,
  governance,
  home,
  impact,
  lineage,
  loads,
  node,
  paths,
  search,
].flatMap((module) =>
  Object.entries(module).filter(
    (entry): entry is [string, Operation<unknown, unknown>] => typeof entry[1] === "object",
  ),
);

describe("every operation is one the schema answers", () => {
  it.each(operations)("%s", (_, { text }) => {
    expect(validate(schema, parse(text)).map((error) => error.message)).toEqual([]);
  });
});
