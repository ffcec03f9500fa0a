import { describe, expect, it } from "vitest";
import { graph } from "../../graph/testgraph";
import { csvRow, treeRows } from "./treerows";

describe("the list twin", () => {
  const of = graph("s>a t>a a>b b>c a>c q");
  const rows = treeRows(of, ["a"], new Set());

  it("shows every node the graph shows", () => {
    expect(new Set(rows.map((row) => row.node.id))).toEqual(new Set(of.nodes.map((node) => node.id)));
  });
  it("stands each under its neighbour nearest to the root", () => {
    const level = Object.fromEntries(rows.map((row) => [row.node.id, `${row.side} ${row.level}`]));
    expect(level).toMatchObject({ a: "root 1", s: "up 2", b: "down 2", c: "down 2" });
  });
  it("hides what is folded away", () => {
    const deep = graph("a>b b>c c>d");
    const folded = treeRows(deep, ["a"], new Set(["down b"]));
    expect(folded.map((row) => row.node.id)).toEqual(["a", "b"]);
  });
  it("ends in a cycle", () => {
    expect(treeRows(graph("a>b b>a"), ["a"], new Set()).length).toBeLessThan(5);
  });
  it("becomes a row of CSV", () => {
    expect(csvRow(rows[1]).slice(0, 3)).toEqual(["up", 1, "zone.s"]);
  });
});
