import { describe, expect, it } from "vitest";
import { cellPage } from "../../shell/links";
import { sayHow, sheetAddress, TASKS, taskOf } from "./tasks";

describe("a cell has an address", () => {
  it.each(TASKS)("$task", ({ task }) => {
    const read = new URLSearchParams(cellPage("a & b", task).split("?")[1]);
    expect([taskOf(read.get("task")), read.get("zone")]).toEqual([task, "a & b"]);
  });
  it("of no zone", () => {
    expect(new URLSearchParams(cellPage(null, "FLOWS").split("?")[1]).get("zone")).toBeNull();
  });
  it("of no task is none", () => {
    expect([taskOf(null), taskOf("flows"), taskOf("")]).toEqual([null, null, null]);
  });
});

it("says how a column is made", () => {
  const steps = [
    { type: "DIRECT", subtype: "AGGREGATION", masking: true },
    { type: "INDIRECT", subtype: null, masking: false },
  ];
  expect(sayHow({ transformations: steps })).toBe("direct aggregation, masked; indirect");
});

it("leads to the sheet of a pair of zones, of none and of any", () => {
  const any = { from: null, to: null, dataset: null, at: null };
  expect(sheetAddress({ ...any, from: "raw & co", to: "trusted" })).toBe("/api/v1/mappings?from=raw+%26+co&to=trusted");
  expect(sheetAddress({ ...any, to: "" })).toBe("/api/v1/mappings?to=");
  const then = { ...any, dataset: "a", at: { asOf: "2026-01-31" } };
  expect(sheetAddress(then)).toBe("/api/v1/mappings?dataset=a&asOf=2026-01-31");
});
