import { describe, expect, it } from "vitest";
import type { TermLine } from "../api/operations/glossary";
import { childrenOf, withBroader } from "./termtree";

const term = (id: string, ...broader: string[]) => ({ id, broader: broader.map((one) => ({ id: one })) }) as TermLine;
const ids = (terms: readonly TermLine[] = []) => terms.map(({ id }) => id);

describe("withBroader", () => {
  const all = [term("party"), term("person", "party"), term("customer", "person"), term("amount")];
  it("keeps what stands above a found term, and nothing else", () => {
    expect(ids(withBroader(all, [all[2]]))).toEqual(["party", "person", "customer"]);
  });
  it("ends in a circle, and over a broader term of another page", () => {
    const odd = [term("a", "b"), term("b", "a"), term("c", "elsewhere")];
    expect(ids(withBroader(odd, [odd[0], odd[2]]))).toEqual(["a", "b", "c"]);
  });
});

describe("childrenOf", () => {
  it("puts terms without a broader one here at the top", () => {
    const children = childrenOf([term("a"), term("b", "a"), term("c", "elsewhere")]);
    expect([ids(children.get("")), ids(children.get("a"))]).toEqual([["a", "c"], ["b"]]);
  });
});
