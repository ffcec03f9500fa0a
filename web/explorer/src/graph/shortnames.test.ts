import { describe, expect, it } from "vitest";
import type { GraphNode } from "./model";
import { withShortNames } from "./shortnames";

const node = (fullName: string, name: string, zone: string | null): GraphNode => ({
  id: fullName,
  name,
  fullName,
  kind: "table",
  zone,
  columns: [],
  outcome: null,
  upstream: 0,
  downstream: 0,
});
const names = (...nodes: GraphNode[]) => withShortNames(nodes).map(({ name }) => name);

describe("withShortNames", () => {
  it("leaves out the zone that the card shows anyway", () => {
    expect(names(node("db/trusted.users", "trusted.users", "trusted"))).toEqual(["users"]);
  });
  it("keeps the zone where only it tells two cards apart", () => {
    expect(
      names(
        node("db/trusted.users", "trusted.users", "trusted"),
        node("db/formatted.users", "formatted.users", "formatted"),
        node("db/trusted.posts", "trusted.posts", "trusted"),
      ),
    ).toEqual(["trusted.users", "formatted.users", "posts"]);
  });
  it("tells cards apart that would look the same", () => {
    expect(
      names(
        node("file/landing/temporal/posts", "posts", "landing"),
        node("file/landing/persistent/posts", "posts", "landing"),
      ),
    ).toEqual(["temporal/posts", "persistent/posts"]);
  });
  it("goes as far as it takes, and gives up on those that nothing tells apart", () => {
    expect(names(node("a/x/posts", "posts", null), node("b/x/posts", "posts", null))).toEqual([
      "a/x/posts",
      "b/x/posts",
    ]);
    expect(names(node("posts", "posts", null), node("posts", "posts", null))).toEqual(["posts", "posts"]);
  });
  it("keeps a node as it is where nothing changes", () => {
    const one = node("db/users", "users", null);
    expect(withShortNames([one])[0]).toBe(one);
  });
});
