import { describe, expect, it } from "vitest";
import type { Affected, Use } from "../../api/operations/impact";
import { reasons } from "./reasons";

const node = (id: string) => ({ __typename: "Field", id, ref: id, label: id });
const use = (from: string, more: Partial<Use> = {}): Use => ({
  breaks: true,
  from: node(from),
  job: null,
  method: "COLUMN",
  transformations: [],
  expression: null,
  ...more,
});
const affected = (id: string, effect: Affected["effect"], ...because: Use[]): Affected => ({
  id,
  effect,
  node: node(id),
  because,
});

describe("why things break", () => {
  it("tells every use that breaks, and none that only filters", () => {
    const rows = reasons([affected("b", "BREAKS", use("a"), use("c"), use("d", { breaks: false }))], "BREAKS");
    expect(rows.map(({ uses }) => uses?.id)).toEqual(["a", "c"]);
  });
  it("tells the first use of what may change, and keeps the two effects apart", () => {
    const both = [affected("b", "BREAKS", use("a")), affected("e", "MAY_CHANGE", use("b"), use("c"))];
    expect(reasons(both, "MAY_CHANGE").map(({ node, uses }) => [node?.id, uses?.id])).toEqual([["e", "b"]]);
  });
  it("says how where no expression is known", () => {
    const step = { type: "DIRECT", subtype: "AGGREGATION", masking: true };
    const rows = reasons([affected("b", "BREAKS", use("a", { transformations: [step, step] }), use("c"))], "BREAKS");
    expect(rows.map(({ how }) => how)).toEqual(["direct, aggregation, masked", "column"]);
  });
});
