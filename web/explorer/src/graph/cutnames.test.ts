import { describe, expect, it } from "vitest";
import { distinctly } from "./cutnames";
import { TextFitter } from "./measure";

const fitter = new TextFitter((text) => text.length);
const cut = (room: number, ...names: string[]) =>
  distinctly(names, (text, where) => fitter.fit(text, "f", room, where));

describe("distinctly", () => {
  it("cuts in the middle where that tells names apart", () => {
    expect(cut(9, "customer_orders", "invoices_open")).toEqual(["cust…ders", "invo…open"]);
  });
  it("leaves out the shared start where the middle is what differs", () => {
    expect(cut(9, "temporal_events", "template_events", "users")).toEqual(["…oral_ev…", "…late_ev…", "users"]);
  });
  it("goes on while some of them look the same", () => {
    const names = ["landing_a_one_events", "landing_a_two_events", "landing_b_one_events"];
    const short = cut(6, ...names);
    expect(new Set(short).size).toBe(3);
    for (const text of short) expect(text.length).toBeLessThanOrEqual(6);
  });
  it("takes names that are the same as the same", () => {
    expect(cut(7, "temporal_events", "temporal_events")).toEqual(["tem…nts", "tem…nts"]);
  });
});
