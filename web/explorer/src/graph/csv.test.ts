import { expect, it } from "vitest";
import { csv } from "./csv";

it("quotes what needs it and disarms formulas", () => {
  expect(
    csv(
      ["a", "b"],
      [
        ['say "hi"', 1],
        ["x,y\nz", null],
        ["=1+1", -2],
      ],
    ),
  ).toBe('a,b\r\n"say ""hi""",1\r\n"x,y\nz",\r\n\'=1+1,-2\r\n');
});
