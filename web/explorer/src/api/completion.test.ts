import { describe, expect, it } from "vitest";
import { position, taken } from "./completion";

describe("places in a selector", () => {
  it("counts a sign beyond 16 bits once", () => {
    expect(position({ text: "🙂a,b", caret: 4 })).toBe(3);
  });
  it("writes anew what stands before the caret, and leaves the rest", () => {
    expect(taken({ text: "🙂 zon,tag:pii", caret: 6 }, 2, "zone:trusted")).toEqual({
      text: "🙂 zone:trusted,tag:pii",
      caret: 15,
    });
  });
});
