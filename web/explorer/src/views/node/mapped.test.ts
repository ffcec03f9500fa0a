import { expect, test } from "vitest";
import type { Mapping } from "../../api/operations/governance";
import { fewMappings } from "./mapped";

const end = (name: string) => ({ id: name, ref: name, name, field: "id", zone: null });
const mapping = (from: string, to: string): Mapping => ({
  source: end(from),
  target: { ...end(to), dataset: { id: to } },
  transformations: [],
  expression: null,
  job: null,
  agreement: "BOTH",
});

test("how a dataset's columns are made goes before what is made of them, and few are shown", () => {
  const out = ["a", "b", "c", "d", "e", "f", "g"].map((name) => mapping("own", name));
  const shown = fewMappings([...out, mapping("raw", "own")], "own");
  expect(shown.map(({ target }) => target.name)).toEqual(["own", "a", "b", "c", "d", "e"]);
});
