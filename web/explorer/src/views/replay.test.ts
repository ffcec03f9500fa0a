import { describe, expect, it } from "vitest";
import type { Outcome } from "../api/operations/entries";
import { sayOutcomes } from "./replay";

const outcome = (state: Outcome["state"]): Outcome => ({
  id: state,
  was: "REJECTED",
  state,
  sentence: null,
  remedy: null,
});

describe("what became of entries in a sentence", () => {
  it("counts them, the most frequent first", () => {
    const outcomes = (["ACCEPTED", "REJECTED", "REJECTED", "NOT_WHOLE"] as const).map(outcome);
    expect(sayOutcomes(outcomes)).toBe("4 entries tried again: 2 rejected again, 1 accepted, 1 kept only in part.");
  });
  it("knows one and none", () => {
    expect(sayOutcomes([outcome("ACCEPTED")])).toBe("1 entry tried again: 1 accepted.");
    expect(sayOutcomes([])).toBe("0 entries tried again.");
  });
});
