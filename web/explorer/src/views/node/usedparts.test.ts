import { describe, expect, it } from "vitest";
import type { UseLine } from "../../api/operations/loads";
import { type Using, usedInShort, usedPart, usedVolume } from "./usedparts";

const use = (side: UseLine["side"], id: string, text: string | null, rowCount: number | null): UseLine => {
  const volume = { rowCount, bytes: 17_153, fileCount: 1 };
  const [inputStatistics, outputStatistics] = side === "INPUT" ? [volume, null] : [null, volume];
  return { side, ref: id, dataset: { id }, subset: { text }, inputStatistics, outputStatistics };
};
const run: Using = {
  uses: {
    nodes: [use("INPUT", "raw", "dt=1", 7), use("OUTPUT", "orders", null, null), use("INPUT", "orders", "x", 1)],
  },
  aliases: [
    { side: "INPUT", alias: { partition: "dt=1", version: "3" }, dataset: { id: "raw" } },
    { side: "OUTPUT", alias: { partition: "dt=2", version: null }, dataset: { id: "other" } },
  ],
};

describe("what a run used of a dataset", () => {
  it("is the part that it tells and the part that its name tells, once", () => {
    expect(usedPart(run, "raw", "INPUT")).toBe("dt=1, version 3");
  });
  it("is of the side that is asked for", () => {
    expect(usedPart(run, "orders", "OUTPUT")).toBeNull();
    expect(usedVolume(run, "orders", "OUTPUT")).toBe("17.2 kB, 1 file");
    expect(usedInShort(run, "raw", "INPUT")).toBe("dt=1, version 3 · 7 rows, 17.2 kB, 1 file");
  });
  it("is nothing where nothing is said", () => {
    expect(usedInShort(run, "unknown", "INPUT")).toBe("");
    expect(usedInShort(null, "raw", "INPUT")).toBe("");
  });
});
