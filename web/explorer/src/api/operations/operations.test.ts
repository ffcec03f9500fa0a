import { existsSync, readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import type { Operation } from "../client";
import * as glossary from "./glossary";
import * as governance from "./governance";
import * as home from "./home";
import * as lineage from "./lineage";
import * as node from "./node";
import * as search from "./search";

const here = (path: string) => new URL(path, import.meta.url);
const printed = here("../../../../../graphql/headwater_graphql/schema.graphql");
// The draft stands in until the printed schema is in the tree.
const schema = buildSchema(
  readFileSync(existsSync(printed) ? printed : here("../../../browser/schema-draft.graphql"), "utf8"),
);

const operations = [glossary, governance, home, lineage, node, search].flatMap((module) =>
  Object.entries(module).filter(
    (entry): entry is [string, Operation<unknown, unknown>] => typeof entry[1] === "object",
  ),
);

describe("every operation is one the schema answers", () => {
  it.each(operations)("%s", (_, { text }) => {
    expect(validate(schema, parse(text)).map((error) => error.message)).toEqual([]);
  });
});
