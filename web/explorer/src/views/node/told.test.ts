import { expect, test } from "vitest";
import type { DatasetTold } from "../../api/operations/node";
import { datasetLines, declaredLines } from "./told";

const SIZE = { rows: 1204, estimated: true, bytes: 81_900, files: 3 };

test("size, connection and zone rule as lines", () => {
  const connection = {
    driver: "postgresql",
    host: "db.example",
    port: 5432,
    database: "shop",
    user: "reader",
    secretReference: "env:SHOP_PASSWORD",
  };
  const zoneRule = { zone: "trusted", pattern: "trusted.*" };
  expect(declaredLines({ size: SIZE, connection, zoneRule }, false)).toEqual([
    ["Size", "1,204 rows by its statistics, 81.9 kB, 3 files"],
    ["Reached by", "postgresql, db.example:5432, database shop, as reader, secret in env:SHOP_PASSWORD"],
    ["Zone", "trusted, since it fits trusted.*"],
  ]);
});

test("rows that somebody counted are said once, with their time", () => {
  expect(declaredLines({ size: SIZE }, true)[0]).toEqual(["Size", "81.9 kB, 3 files"]);
  expect(declaredLines({ size: { ...SIZE, bytes: null, files: null } }, true)[0][1]).toBeNull();
});

/** What a dataset of this CSV says of its format. */
function formatSaid(own: object) {
  const csv = { delimiter: null, quote: null, decimal: null, dateFormat: null, columnFormats: [], ...own };
  const format = { name: "csv", encoding: null, compression: null, csv };
  const told = { datasetType: null, storage: null, catalog: null, dataSource: null, hierarchy: [], location: null };
  return datasetLines({ ...told, format } as DatasetTold).find(([name]) => name === "Format")?.[1];
}

test("signs between fields are said by their names where they would be lost", () => {
  const said = (delimiter: string) => formatSaid({ quote: '"', delimiter });
  expect(said(",")).toBe('csv, fields end at commas, quoted with "');
  expect(said("|")).toBe('csv, fields end at |, quoted with "');
});

test("columns whose dates are spelled otherwise are listed", () => {
  const dateFormat = "%d/%m/%Y";
  expect(formatSaid({ dateFormat })).toBe("csv, days as %d/%m/%Y");
  const columnFormats = [
    { column: "signup", format: "%d.%m.%Y" },
    { column: "at", format: null },
  ];
  expect(formatSaid({ dateFormat, columnFormats })).toBe("csv, days as %d/%m/%Y, signup: %d.%m.%Y, at: ISO 8601");
  const many = Array.from({ length: 7 }, (_, place) => ({ column: `c${place}`, format: "%Y" }));
  expect(formatSaid({ columnFormats: many })).toBe(
    "csv, c0: %Y, c1: %Y, c2: %Y, c3: %Y, c4: %Y, 2 more columns with forms of their own",
  );
});
