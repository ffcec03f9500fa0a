import { describe, expect, it } from "vitest";
import type { Compatibility, SchemaLine } from "../../api/operations/node";
import { badgeOf, changeLines } from "./compatibility";

const change = (sentence: string) => ({ kind: "COLUMN_ADDED", sentence, breaks: false });
const version = (more: Partial<SchemaLine>): SchemaLine => ({
  from: "2026-01-01T00:00:00Z",
  compatibility: "FULL",
  fields: [],
  changes: [],
  ...more,
});

describe("changeLines", () => {
  it("says how the first version began", () => {
    expect(changeLines(version({ compatibility: null, fields: [{ name: "a" }] }))).toEqual([
      "First known, with 1 column",
    ]);
  });
  it("keeps the catalog's order", () => {
    expect(changeLines(version({ changes: [change("b dropped"), change("a added")] }))).toEqual([
      "b dropped",
      "a added",
    ]);
  });
  it("counts what does not fit", () => {
    const lines = changeLines(version({ changes: Array.from({ length: 14 }, (_, n) => change(`c${n} added`)) }));
    expect([lines.length, lines.at(-1)]).toEqual([13, "and 2 more changes"]);
  });
  it("says so where neither names nor types differ", () => {
    expect(changeLines(version({}))).toHaveLength(1);
  });
});

describe("badgeOf", () => {
  it("tells each compatibility by its own word and tone", () => {
    const all: Compatibility[] = ["FULL", "BACKWARD", "FORWARD", "BREAKING"];
    expect(new Set(all.map((one) => badgeOf(one).word)).size).toBe(4);
    expect(new Set(all.map((one) => badgeOf(one).tone)).size).toBe(4);
  });
});
