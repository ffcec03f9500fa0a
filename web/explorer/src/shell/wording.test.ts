import { describe, expect, it } from "vitest";
import { ago, bytes, daysAgo, duration, tally, until } from "./wording";

describe("ago", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  it.each([
    ["2026-11-21T11:59:40Z", "just now"],
    ["2026-11-21T11:48:00Z", "12 minutes ago"],
    ["2026-11-20T11:00:00Z", "yesterday"],
    ["2026-10-23T12:00:00Z", "29 days ago"],
    ["2025-10-06T12:00:00Z", "6 Oct 2025"],
  ])("%s is %s", (iso, said) => expect(ago(iso, now)).toBe(said));
});

describe("until", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  it.each([
    ["2026-11-21T12:12:30Z", "in 12 minutes"],
    ["2026-11-21T12:00:40Z", "in less than a minute"],
    ["2026-11-21T12:00:00Z", "due now"],
    ["2026-11-21T11:12:00Z", "due now"],
    ["2026-11-22T12:30:00Z", "tomorrow"],
  ])("%s is %s", (iso, said) => expect(until(iso, now)).toBe(said));
});

describe("duration", () => {
  it.each([
    [420, "420 ms"],
    [59_000, "59 s"],
    [240_000, "4 min"],
    [241_000, "4 min 1 s"],
    [3_600_000, "1 h"],
    [5_400_000, "1 h 30 min"],
  ])("%d is %s", (milliseconds, said) => expect(duration(milliseconds)).toBe(said));
});

describe("bytes", () => {
  it.each([
    [1, "1 byte"],
    [999, "999 bytes"],
    [17_153, "17.2 kB"],
    [2_000_000_000_000_000, "2,000 TB"],
  ])("%d are %s", (n, said) => expect(bytes(n)).toBe(said));
});

describe("tally", () => {
  it("counts words in the order in which they come", () => {
    expect(tally(["complete", "failed", "complete"])).toBe("2 complete, 1 failed");
    expect(tally([])).toBe("");
  });
});

it("names a moment some days ago to the minute", () => {
  expect(daysAgo(7, Date.parse("2026-03-01T12:34:56Z"))).toBe("2026-02-22T12:34Z");
});
