import { describe, expect, it } from "vitest";
import { aroundJob, namesJobs } from "./jobselector";

const ends = { reads: ["dataset:a", "dataset:b"], writes: ["dataset:c"] };

describe("aroundJob", () => {
  it("is what the job reads and writes, and with each step more on both sides", () => {
    expect(aroundJob(ends, 1, "both")).toBe("1+dataset:c dataset:a dataset:b");
    expect(aroundJob(ends, 3, "both")).toBe("1+dataset:c+2 2+dataset:a 2+dataset:b");
    expect(aroundJob(ends, 0, "both")).toBe("1+dataset:c+ +dataset:a +dataset:b");
  });
  it("goes one way only where that is asked for", () => {
    expect(aroundJob(ends, 2, "up")).toBe("1+dataset:c 1+dataset:a 1+dataset:b");
    expect(aroundJob(ends, 2, "down")).toBe("1+dataset:c+1 dataset:a dataset:b");
  });
  it("is empty of a job without ends, and never longer than a selector may be", () => {
    expect(aroundJob({ reads: [], writes: [] }, 1, "both")).toBe("");
    const many = Array.from({ length: 500 }, (_, i) => `dataset:${i}`);
    expect(aroundJob({ reads: many, writes: many }, 1, "both").split(" ")).toHaveLength(190);
  });
});

describe("namesJobs", () => {
  it.each([
    ["job:1", true],
    ["job:1 job:2", true],
    ["job:1 dataset:2", false],
    ["clean", false],
    ["", false],
  ])("%s: %s", (root, jobs) => expect(namesJobs(root)).toBe(jobs));
});
