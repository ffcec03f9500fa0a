import { describe, expect, it } from "vitest";
import type { RunLine, RunState } from "../api/operations/shared";
import { runBars, sayRuns } from "./runbars";

const run = (id: string, state: RunState, durationMs: number | null): RunLine => ({
  ...{ id, label: id, state, started: null, ended: null, durationMs, job: null },
});
const runs = [run("3", "LOST", null), run("2", "FAIL", 60_000), run("1", "COMPLETE", 240_000)];

describe("runs as bars", () => {
  it("go from the oldest to the last, as high as they took long", () => {
    expect(runBars(runs).map(({ key, tone, height }) => [key, tone, height])).toEqual([
      ["1", "good", 1],
      ["2", "bad", 0.25],
      ["3", "bad", 0.5],
    ]);
  });
  it("are said in words too", () => {
    expect(sayRuns(runs)).toBe("3 runs: 1 lost, 1 failed, 1 complete; the longest took 4 min");
    expect(sayRuns([run("1", "RUNNING", null)])).toBe("1 run: 1 running");
  });
});
