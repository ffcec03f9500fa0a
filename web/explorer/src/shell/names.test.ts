import { describe, expect, it } from "vitest";
import { middle, shownName } from "./names";

describe("shownName", () => {
  it.each([
    ["duckdb://lakehouse/trusted.users", "trusted.users", "trusted.users", "lakehouse"],
    ["file/lakehouse/landing/posts", "posts", "posts", "file/lakehouse/landing"],
    ["postgres://db:5432/sales.public.orders", "orders", "orders", "db:5432/sales.public"],
    ["duckdb://lakehouse/trusted.users#user.id", "user.id", "user.id", "lakehouse/trusted.users"],
    ["orders", "orders", "orders", ""],
  ])("%s", (ref, label, short, where) => expect(shownName({ ref, label })).toEqual({ short, where }));
  it("keeps both ends of a long place", () => {
    const { where } = shownName({ ref: `s3://bucket/${"deep/".repeat(20)}orders`, label: "orders" });
    expect(where).toMatch(/^bucket\/.*….*deep$/);
    expect(where.length).toBe(40);
  });
});

describe("middle", () => {
  it("gives no more than it was allowed", () => {
    for (let most = 3; most < 12; most++) expect(middle("abcdefghijklmnop", most)).toHaveLength(most);
  });
});
