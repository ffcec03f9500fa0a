import { readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import type { Operation } from "../client";

const printed = new URL("../../../../../graphql/headwater_graphql/schema.graphql", import.meta.url);
const schema = buildSchema(readFileSync(printed, "utf8"));

// Each module that lies here: one that a list forgot would not be held to the schema.
const modules = import.meta.glob<Record<string, unknown>>(["./*.ts", "!./*.test.ts"], { eager: true });
const operations = Object.values(modules).flatMap((module) =>
  Object.entries(module).filter(
    (entry): entry is [string, Operation<unknown, unknown>] => typeof entry[1] === "object",
  ),
);

it("finds them", () => {
  expect(operations.map(([name]) => name)).toEqual(expect.arrayContaining(["NODE_PAGE", "PROFILE", "TEMPLATE"]));
});

describe("every operation is one the schema answers", () => {
  it.each(operations)("%s", (_, { text }) => {
    expect(validate(schema, parse(text)).map((error) => error.message)).toEqual([]);
  });
});
