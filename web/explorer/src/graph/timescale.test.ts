import { describe, expect, it } from "vitest";
import { timeScale } from "./timescale";

const DAY = 86_400_000;
const now = 400 * DAY;
/** A burst of ten changes, then a year of silence. */
const moments = Array.from({ length: 10 }, (_, i) => i * DAY + 1);

describe("timeScale", () => {
  const scale = timeScale(moments, now);
  it("runs from before the first change to now, and back", () => {
    expect([scale.place(scale.start), scale.place(now)]).toEqual([0, 1]);
    expect(scale.start).toBeLessThan(moments[0]);
    for (const time of [moments[0], moments[5], 200 * DAY]) expect(scale.time(scale.place(time))).toBeCloseTo(time, -1);
  });
  it("rises, and leaves room between any two changes", () => {
    const places = moments.map(scale.place);
    for (let i = 1; i < places.length; i++) expect(places[i] - places[i - 1]).toBeGreaterThan(0.04);
  });
  it("still shows the long silence", () => {
    expect(1 - scale.place(moments[9])).toBeGreaterThan(0.45);
  });
  it("holds its ends", () => {
    expect([scale.place(scale.start - DAY), scale.place(now + DAY)]).toEqual([0, 1]);
    expect(scale.time(2)).toBe(now);
  });
  it("works without any change", () => {
    const empty = timeScale([], now);
    expect([empty.place(empty.start), empty.place(now)]).toEqual([0, 1]);
  });
});
