import { describe, expect, it } from "vitest";
import { command, step } from "./keyboard";
import { scene } from "./testgraph";

const press = (key: string, more = {}) => command({ key, ctrlKey: false, metaKey: false, altKey: false, ...more });

describe("keyboard", () => {
  const of = scene("a>b a>c b>d");
  const at = (id: string) => of.adjacency.index.get(id) as number;

  it("knows the keys of the help and leaves the browser's alone", () => {
    expect(press("ArrowLeft")).toEqual({ do: "go", way: "up" });
    expect(press("C")).toEqual({ do: "columns" });
    expect(press("f", { ctrlKey: true })).toBeNull();
    expect(press("Tab")).toBeNull();
  });
  it("walks along edges and among siblings, and stays where there is no way", () => {
    expect(step(of, at("a"), "down")).toBe(at("b"));
    expect(step(of, at("b"), "up")).toBe(at("a"));
    expect(step(of, at("b"), "next")).toBe(at("c"));
    expect(step(of, at("c"), "previous")).toBe(at("b"));
    expect(step(of, at("a"), "up")).toBe(at("a"));
    expect(step(of, null, "down")).toBe(0);
  });
  it("comes back: every step down has a step up", () => {
    of.boxes.forEach((_, v) => {
      const down = step(of, v, "down") as number;
      if (down !== v) expect(of.adjacency.up[down]).toContain(v);
    });
  });
});
