import { describe, expect, it } from "vitest";
import type { ReasonLine } from "../../api/operations/node";
import { byRule, otherNames, sayReason } from "./names";

const SPARK = "https://github.com/OpenLineage/OpenLineage/tree/1.23.0/integration/spark";
const reason = (kind: string, ref: string, of: string, more: Partial<ReasonLine> = {}): ReasonLine => ({
  ...{ kind, ref, of, type: null, at: "2026-11-20T10:00:00Z", entry: "e", by: null, rule: null, job: null, run: null },
  ...more,
});
const table = reason("SYMLINK", "hive/orders", "s3/orders", { type: "TABLE", by: SPARK });
const renamed = reason("RENAME", "pg/old", "hive/orders");
const ruled = reason("NAMING_RULE", "s3/orders/dt=1", "s3/orders", { rule: 2, by: "ann" });

const members = [
  { id: "1", namespace: "hive", name: "orders", ref: "hive/orders", seen: "REFERENCE" },
  { id: "2", namespace: "s3", name: "orders", ref: "s3/orders", seen: "EVENT" },
];

describe("other names", () => {
  it("are members, old names and aliases, each with what explains it", () => {
    expect(otherNames({ ref: "hive/orders", members, because: [table, renamed, ruled] })).toEqual([
      { ref: "s3/orders", because: [table] },
      { ref: "pg/old", because: [renamed] },
      { ref: "s3/orders/dt=1", because: [ruled] },
    ]);
  });
  it("are none where a dataset has but one", () => {
    expect(otherNames({ ref: "s3/orders", members: members.slice(1), because: [] })).toEqual([]);
  });
});

describe("a reason", () => {
  it("says who says it, seen from either name", () => {
    expect(sayReason("hive/orders", table)).toBe(
      "a symlink says that it is s3/orders (table), by OpenLineage spark 1.23.0",
    );
    expect(sayReason("s3/orders", table)).toBe(
      "a symlink says that it is hive/orders (table), by OpenLineage spark 1.23.0",
    );
    expect(sayReason("pg/old", renamed)).toBe("it was renamed to hive/orders");
    expect(sayReason("hive/orders", renamed)).toBe("pg/old was renamed to it");
    expect(sayReason("s3/orders/dt=1", ruled)).toBe("naming rule 2 makes it s3/orders, set by ann");
    expect(sayReason("a", reason("SAME", "b", "a", { by: "ann" }))).toBe("a steward says that it is b, by ann");
  });
});

describe("names by rule", () => {
  it("are one group a rule; what another reason explains too stays apart", () => {
    const names = otherNames({
      ref: "s3/orders",
      members: [],
      because: [
        reason("NAMING_RULE", "s3/orders/dt=2", "s3/orders", { rule: 1 }),
        ruled,
        reason("NAMING_RULE", "s3/orders/dt=0", "s3/orders", { rule: 1 }),
        renamed,
      ],
    });
    const { others, ruled: groups } = byRule(names);
    expect(others.map(({ ref }) => ref)).toEqual(["pg/old"]);
    expect(groups.map(({ reason, refs }) => [reason.rule, refs])).toEqual([
      [1, ["s3/orders/dt=0", "s3/orders/dt=2"]],
      [2, ["s3/orders/dt=1"]],
    ]);
  });
});
