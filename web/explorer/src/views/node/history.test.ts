import { describe, expect, it } from "vitest";
import type { DatasetPage } from "../../api/operations/node";
import { datasetHistory, difference, happening } from "./history";

const change = (kind: string, more = {}) => ({
  position: "1",
  kind,
  at: null,
  received: "2026-01-09T00:00:00Z",
  detail: null,
  ...more,
});
const page = (more = {}) =>
  ({ id: "a", history: { nodes: [] }, schemas: { nodes: [] }, lifecycle: [], ...more }) as unknown as DatasetPage;
const column = (name: string, type = "INT") => ({ name, type });

describe("happening", () => {
  it("says who edited what", () => {
    const detail = { author: "ada", properties: ["term"], fields: ["clicks", "cost"] };
    expect(happening(change("edited", { detail }))).toMatchObject({
      said: "Edited by ada",
      more: "terms of clicks, cost",
    });
  });
  it("says how a run went", () => {
    const detail = { state: "FAIL", job: "lake/clean" };
    expect(happening(change("run", { detail }))).toMatchObject({ said: "Run fail", more: "lake/clean" });
  });
  it("knows kinds that are not known here by their own word", () => {
    expect(happening(change("some_thing")).said).toBe("some thing");
  });
});

describe("difference", () => {
  it("lists what came, went and became another type", () => {
    const before = [column("a"), column("b"), column("c")];
    expect(difference(before, [column("a"), column("c", "TEXT"), column("d")])).toBe("+ d, − b, c: INT → TEXT");
  });
});

describe("datasetHistory", () => {
  it("puts schemas, life and lineage where the feed only says that something changed, the newest first", () => {
    const node = page({
      history: { nodes: [change("schema"), change("lineage"), change("created")] },
      schemas: {
        nodes: [
          { from: "2025-10-10T00:00:00Z", fields: [column("a"), column("b")] },
          { from: "2025-10-06T00:00:00Z", fields: [column("a")] },
        ],
      },
      lifecycle: [
        { at: "2025-10-07T00:00:00Z", change: "OVERWRITE", name: "x", previous: null },
        { at: "2025-10-05T00:00:00Z", change: "CREATE", name: "x", previous: null },
      ],
    });
    const span = (from: string, closedAt: string | null) => ({
      from,
      to: "a",
      firstSeen: "2025-10-08T00:00:00Z",
      closedAt,
      via: [{ label: "load" }],
    });
    const told = datasetHistory(node, [span("b", null), span("c", "2025-10-12T00:00:00Z")], (id) => id.toUpperCase());
    expect(told.map(({ said, more }) => `${said} ${more}`.trim())).toEqual([
      "First heard of",
      "No longer made from C by load",
      "Schema changed + b",
      "Made from B, C by load",
      "Schema known 1 column",
      "Created",
    ]);
  });
  it("of a moment leaves out what came after it", () => {
    const node = page({
      history: { nodes: [change("edited", { at: "2025-10-09T00:00:00Z" }), change("created")] },
      lifecycle: [{ at: "2025-10-05T00:00:00Z", change: "CREATE", name: "x", previous: null }],
    });
    const told = datasetHistory(node, [], String, "2025-10-06T00:00:00Z");
    expect(told.map(({ said }) => said)).toEqual(["First heard of", "Created"]);
  });
});
