import { describe, expect, it } from "vitest";
import type { DatasetPage, FieldPage } from "../../api/operations/node";
import { datasetHistory, difference, fieldHistory, happening } from "./history";

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
  it("has words for what a glossary calls otherwise", () => {
    const detail = { properties: ["prefLabel", "scopeNote", "topConceptOf"] };
    expect(happening(change("edited", { detail })).more).toBe("name, scope note, place at the top of the glossary");
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
    const many = Array.from({ length: 1000 }, (_, n) => column(`n${n}`));
    expect(difference([], many)).toMatch(/^\+ n0, .*\+ n11 and 988 more changes$/);
    expect(difference([], many.slice(0, 13))).toMatch(/\+ n12$/);
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

describe("fieldHistory", () => {
  const schema = (day: number, ...fields: ReturnType<typeof column>[]) => ({
    from: `2025-10-0${day}T00:00:00Z`,
    fields,
  });
  const field = (...schemas: ReturnType<typeof schema>[]) => {
    const detail = { author: "ada", properties: ["term"], fields: ["email", "name"] };
    const edit = change("edited", { at: "2025-10-05T00:00:00Z", detail });
    return {
      path: "email",
      history: { nodes: [edit] },
      dataset: { schemas: { nodes: schemas } },
    } as unknown as FieldPage;
  };
  const said = (node: FieldPage, asof: string | null = null) =>
    fieldHistory(node, asof).map(({ said, more }) => `${said} ${more}`.trim());

  it("tells what became of the column, and what people said of it", () => {
    const node = field(
      schema(9, column("name")),
      schema(7, column("email", "TEXT")),
      schema(3, column("email"), column("name")),
      schema(1, column("name")),
    );
    expect(said(node)).toEqual(["Removed", "Type changed INT → TEXT", "Edited by ada terms", "Added INT"]);
    expect(said(node, "2025-10-06T00:00:00Z")).toEqual(["Edited by ada terms", "Added INT"]);
  });
  it("says that the first schema had it", () => {
    expect(said(field(schema(1, column("email"))))).toEqual(["Edited by ada terms", "In the schema INT"]);
  });
});
