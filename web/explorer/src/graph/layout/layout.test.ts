import { describe, expect, it } from "vitest";
import { layout } from "./layout";
import type { LayoutInput } from "./types";

/** A small generator with a fixed seed: the properties must hold for any graph, and a failure must come back. */
function random(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 2 ** 32;
  };
}

function graph(nodes: number, edges: number, seed: number, cyclic = true): LayoutInput {
  const next = random(seed);
  const pairs: [number, number][] = [];
  for (let i = 0; i < edges; i++) {
    const a = Math.floor(next() * nodes);
    const b = Math.min(nodes - 1, Math.max(0, a + Math.floor((next() - (cyclic ? 0.2 : 0)) * 60)));
    if (cyclic || a < b) pairs.push([a, b]);
  }
  return {
    widths: Array.from({ length: nodes }, () => 208),
    heights: Array.from({ length: nodes }, () => 48 + 20 * Math.floor(next() * 12)),
    edges: pairs,
  };
}

function overlaps(input: LayoutInput, result: ReturnType<typeof layout>): number {
  let found = 0;
  const n = input.widths.length;
  for (let a = 0; a < n; a++)
    for (let b = a + 1; b < n; b++) {
      const apartX = result.x[a] + input.widths[a] <= result.x[b] || result.x[b] + input.widths[b] <= result.x[a];
      const apartY = result.y[a] + input.heights[a] <= result.y[b] || result.y[b] + input.heights[b] <= result.y[a];
      if (!apartX && !apartY) found++;
    }
  return found;
}

describe("layout", () => {
  const cases = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => graph(20 + seed * 30, 30 + seed * 60, seed));

  it.each(cases.map((input, i) => [i, input] as const))("keeps cards apart (graph %i)", (_, input) => {
    expect(overlaps(input, layout(input))).toBe(0);
  });

  it.each(cases.map((input, i) => [i, input] as const))(
    "leads every edge forward but the reversed (%i)",
    (_, input) => {
      const result = layout(input);
      const reversed = new Set(result.reversed);
      input.edges.forEach(([a, b], e) => {
        if (a === b) return;
        const forward = result.x[a] + input.widths[a] < result.x[b];
        expect(forward).toBe(!reversed.has(e));
      });
    },
  );

  it("reverses nothing where there is no cycle", () => {
    expect(layout(graph(200, 500, 9, false)).reversed).toEqual([]);
  });

  it("gives the same picture for the same graph", () => {
    for (const input of cases) expect(layout(input)).toEqual(layout(input));
  });

  it("does near linear work: ten times the graph, not three times the steps a node", () => {
    const each = [300, 1000, 3000].map((n) => layout(graph(n, n * 2, 11)).work / n);
    expect(Math.max(...each) / each[0]).toBeLessThan(3);
  });

  it("leads long edges through points of their own", () => {
    const result = layout({
      widths: [100, 100, 100, 100],
      heights: [40, 40, 40, 40],
      edges: [
        [0, 1],
        [1, 2],
        [2, 3],
        [0, 3],
      ],
    });
    expect(result.bends[3]).toHaveLength(8);
    expect(result.rank).toEqual([0, 1, 2, 3]);
  });

  it("takes self loops, parallel edges, lonely nodes and nothing at all", () => {
    expect(layout({ widths: [], heights: [], edges: [] }).x).toEqual([]);
    const odd: LayoutInput = {
      widths: [100, 100, 100],
      heights: [40, 40, 40],
      edges: [
        [0, 0],
        [0, 1],
        [0, 1],
      ],
    };
    expect(overlaps(odd, layout(odd))).toBe(0);
  });

  it("survives a chain of twenty thousand", () => {
    const n = 20_000;
    const edges = Array.from({ length: n - 1 }, (_, i) => [i, i + 1] as const);
    const result = layout({ widths: new Array(n).fill(10), heights: new Array(n).fill(10), edges });
    expect(result.rank[n - 1]).toBe(n - 1);
  });
});
