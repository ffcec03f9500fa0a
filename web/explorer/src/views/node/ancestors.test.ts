import { expect, it } from "vitest";
import { ancestors } from "./ancestors";

const job = (id: string) => ({ __typename: "Job", id, ref: id, label: id });

it("lists the jobs above a job from the outermost down", () => {
  expect(ancestors({ ...job("task"), parent: { ...job("dag"), parent: null } }).map(({ id }) => id)).toEqual([
    "dag",
    "task",
  ]);
  expect(ancestors(null)).toEqual([]);
});
