import { readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { examples } from "./examples";

const printed = new URL("../../../../graphql/headwater_graphql/schema.graphql", import.meta.url);
const schema = buildSchema(readFileSync(printed, "utf8"));

describe("every example is a query that the schema answers", () => {
  it.each(examples("trusted.orders").map(({ query }) => query))("%s", (query) => {
    expect(validate(schema, parse(query)).map((error) => error.message)).toEqual([]);
  });
});
