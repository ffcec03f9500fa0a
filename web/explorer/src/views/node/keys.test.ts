import { expect, test } from "vitest";
import { sayColumns, sayFilled, sayKey, sayTarget } from "./keys";

const FOREIGN = {
  kind: "FOREIGN" as const,
  columns: ["customer_id"],
  position: 1,
  references: "shop.public.customers",
  referencedColumn: "id",
  dataset: null,
  field: null,
};
const ATTRIBUTE = { name: "id", nativeType: null, default: null, generated: null, identity: null };

test("keys of one column and of several", () => {
  expect(sayKey({ kind: "PRIMARY", columns: ["id"], position: 1 }, "id")).toBe("primary key");
  expect(sayKey({ kind: "PRIMARY", columns: ["order", "line"], position: 2 }, "line")).toBe("primary key, 2 of 2");
  expect(sayKey({ kind: "UNIQUE", columns: ["mail"], position: 1 }, "mail")).toBe("unique");
  expect(sayKey({ kind: "UNIQUE", columns: ["mail", "shop"], position: 1 }, "mail")).toBe("unique with shop");
  expect(sayKey({ ...FOREIGN, columns: ["a", "b"] }, "a")).toBe("with b refers to");
});

test("many columns are counted", () => {
  expect(sayColumns(["a", "b", "c", "d"])).toBe("a, b, c, d");
  expect(sayColumns(["a", "b", "c", "d", "e"])).toBe("a, b, c and 2 more columns");
});

test("a foreign key names the dataset as the catalog does, else as it stands in the key", () => {
  expect(sayTarget(FOREIGN)).toBe("shop.public.customers#id");
  const dataset = {
    __typename: "Dataset",
    id: "dataset:1",
    ref: "postgres://db/shop.public.customers",
    label: "customers",
  };
  expect(sayTarget({ ...FOREIGN, dataset, referencedColumn: null })).toBe("customers");
});

test("what fills a column", () => {
  expect(sayFilled(ATTRIBUTE)).toBe("");
  expect(sayFilled({ ...ATTRIBUTE, default: "now()" })).toBe("default now()");
  expect(sayFilled({ ...ATTRIBUTE, identity: "BY DEFAULT" })).toBe("numbered by default");
  expect(sayFilled({ ...ATTRIBUTE, generated: "a + b" })).toBe("computed as a + b");
});
