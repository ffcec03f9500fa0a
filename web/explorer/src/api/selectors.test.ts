import { describe, expect, it } from "vitest";
import { quoted, selectorOf } from "./selectors";

describe("a name as a selector", () => {
  it.each([
    ["s3://lake/trusted.orders", "s3://lake/trusted.orders"],
    ["postgres://db:5432/shop.raw.orders", "postgres://db:5432/shop.raw.orders"],
    ["lake/two words", '"lake/two words"'],
    ['lake/a "b"', '"lake/a ""b"""'],
    ["lake/a+b", '"lake/a+b"'],
    ["tag:team/orders", '"tag:team/orders"'],
    ["2026", '"2026"'],
  ])("%s is %s", (name, written) => {
    expect(quoted(name)).toBe(written);
  });
  it("says of a job that it is one, and of a column where it lies", () => {
    expect(selectorOf({ __typename: "Job", ref: "etl/load" })).toBe("job:etl/load");
    expect(selectorOf({ __typename: "Dataset", ref: "lake/orders" })).toBe("lake/orders");
    const column = { __typename: "Field", ref: "", path: "net price", dataset: { ref: "lake/my orders" } };
    expect(selectorOf(column)).toBe('"lake/my orders"#"net price"');
  });
});
