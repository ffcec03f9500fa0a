import { describe, expect, it } from "vitest";
import type { FileLine, FileState, LoadsAnswer } from "../../api/operations/loads";
import { doneFiles, fileBars, openFiles, sayFiles } from "./landing";

const file = (path: string, day: number, state: FileState): FileLine => ({
  ...{ path, source: null, size: null, landedBy: null, loads: [], state },
  timestamp: `2026-11-0${day}T00:00:00Z`,
  landed: "2026-11-09T00:00:00Z",
});
const page = (nodes: FileLine[], hasNextPage = false) => ({ nodes, pageInfo: { hasNextPage, endCursor: null } });
const files: LoadsAnswer = {
  watermarks: [],
  waiting: page([file("c", 4, "NEW")]),
  failed: page([file("b", 2, "FAILED")]),
  processed: page([file("a", 1, "PROCESSED"), file("d", 3, "PROCESSED")], true),
};

describe("landing files", () => {
  it("that wait or failed are listed apart, the last first", () => {
    expect(openFiles(files).map(({ path }) => path)).toEqual(["c", "b"]);
    expect(doneFiles(files).map(({ path }) => path)).toEqual(["d", "a"]);
  });
  it("are bars in time, the oldest on the left", () => {
    expect(fileBars(files).map(({ key, tone }) => [key, tone])).toEqual([
      ["a", "good"],
      ["b", "bad"],
      ["d", "good"],
      ["c", "accent"],
    ]);
  });
  it("are counted by state, and where there are more, that is said", () => {
    expect(sayFiles(files)).toBe("1 new, 1 failed, 2+ processed");
  });
});
