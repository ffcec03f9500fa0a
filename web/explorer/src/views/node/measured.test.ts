import { describe, expect, it } from "vitest";
import { columnMeasures, wholeMeasures } from "./measured";

const metrics = [
  { at: "2025-10-02", facet: "outputStatistics", value: { _producer: "x", rowCount: 1652, size: 208551 } },
  {
    at: "2025-10-01",
    facet: "dataQualityMetrics",
    value: { rowCount: 7, columnMetrics: { year: { min: 1955, max: 2004, nullCount: 0 }, mail: { nullCount: 14 } } },
  },
];

describe("measures", () => {
  it("of the whole are the latest of each kind", () => {
    expect(wholeMeasures(metrics)).toEqual([
      ["Rows", "1,652", "2025-10-02"],
      ["Bytes", "208,551", "2025-10-02"],
    ]);
  });
  it("of a profile go first: it counted everything", () => {
    const profiled = [...metrics, { at: "2025-10-01", facet: "headwater_profile", value: { rows: 9000 } }];
    expect(wholeMeasures(profiled)[0]).toEqual(["Rows", "9,000", "2025-10-01"]);
  });
  it("of columns are said in few words", () => {
    expect([...columnMeasures(metrics)]).toEqual([
      ["year", "1955 to 2004, no nulls"],
      ["mail", "14 null"],
    ]);
  });
  it("of nothing are nothing", () => {
    expect(wholeMeasures([])).toEqual([]);
    expect(columnMeasures([{ at: "", facet: "x", value: [1] }]).size).toBe(0);
  });
});
