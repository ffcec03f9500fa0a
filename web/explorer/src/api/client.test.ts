import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError, ask, mayPass, operation } from "./client";

afterEach(() => vi.unstubAllGlobals());

describe("ask", () => {
  it("keeps what an ambiguous name may mean", async () => {
    const extensions = { code: "ambiguous_name", remedy: "Write more.", candidates: ["db/a.users", "db/b.users"] };
    vi.stubGlobal("fetch", async () => Response.json({ errors: [{ message: "users names several.", extensions }] }));
    await expect(ask(operation("{ x }"), {})).rejects.toMatchObject({
      code: "ambiguous_name",
      candidates: ["db/a.users", "db/b.users"],
    });
  });
});

describe("mayPass", () => {
  it.each([
    [new ApiError("The catalog does not answer."), true],
    [new ApiError("Busy.", "overloaded"), true],
    [new ApiError("users names several.", "ambiguous_name"), false],
    [new TypeError("odd"), true],
  ])("%s: %s", (error, passes) => expect(mayPass(error)).toBe(passes));
});
