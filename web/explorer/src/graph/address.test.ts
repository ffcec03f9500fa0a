import { describe, expect, it } from "vitest";
import {
  type Address,
  ALL_COLUMNS,
  commandLine,
  openColumns,
  parseAddress,
  printAddress,
  START,
  toggleColumns,
} from "./address";

const full: Address = {
  root: "dataset:00ff & more=less",
  depth: 3,
  dir: "up",
  grain: "job",
  collapse: 2,
  sel: "dataset:1>dataset:2",
  col: "a b/c#d",
  open: ["u:dataset:1", "d:dataset:1", "c:dataset:2"],
  filter: "größe +1",
  asof: "2026-03-01T10:00:00.000Z",
  view: "list",
  isolate: true,
  at: { x: -120, y: 44, k: 0.125 },
};

describe("open columns", () => {
  const shown = ["a", "b", "c"];
  it("of all cards are one token, until one of them closes", () => {
    expect(openColumns([ALL_COLUMNS], shown)).toEqual(shown);
    expect(toggleColumns([ALL_COLUMNS, "u:a"], "b", shown)).toEqual(["u:a", "c:a", "c:c"]);
  });
  it("open and close again", () => {
    const once = toggleColumns([], "a", shown);
    expect(once).toEqual(["c:a"]);
    expect(toggleColumns(once, "a", shown)).toEqual([]);
  });
});

describe("address", () => {
  it("comes back as it went out", () => {
    expect(parseAddress(printAddress(full))).toEqual(full);
    expect(parseAddress(printAddress({ ...full, depth: 0 })).depth).toBe(0);
    expect(parseAddress(printAddress(START))).toEqual(START);
  });
  it("is short at the start", () => {
    expect(printAddress({ ...START, root: "dataset:1" })).toBe("root=dataset%3A1");
  });
  it("takes the default for what makes no sense", () => {
    expect(parseAddress("root=a&depth=-1&dir=sideways&asof=soon&view=3d&x=1&y=2&k=0")).toEqual({ ...START, root: "a" });
    expect(parseAddress("depth=1e9&k=NaN&x=&y=")).toEqual(START);
    expect(parseAddress("grain=atom&collapse=-1")).toEqual(START);
  });
  it("means jobs where it collapses them", () => {
    expect(parseAddress("collapse=2")).toEqual({ ...START, grain: "job", collapse: 2 });
  });
});

describe("the command line", () => {
  it("asks the same question, whatever signs the name has", () => {
    expect(commandLine({ ...START, root: "trusted.orders" })).toBe("headwater lineage trusted.orders --depth 1");
    expect(commandLine({ ...full, root: "it's #1", depth: 0 })).toBe(
      "headwater lineage 'it'\\''s #1' --direction up --depth 1000 --granularity job --collapse 2 --as-of 2026-03-01T10:00:00.000Z",
    );
  });
});
