/** What keys say of one of their columns, and what its system declares of it, in words. Pure. */

import type { KeyLine } from "../../api/operations/columns";
import type { AttributeLine } from "../../api/operations/declared";
import { counted } from "../../shell/wording";

/** Columns that are named; the others are counted. */
const FEW = 3;

/** "a, b, c and 4 more columns". */
export function sayColumns(columns: readonly string[]): string {
  const rest = columns.length - FEW;
  // One more name is no longer than saying that there is one more.
  if (rest <= 1) return columns.join(", ");
  return `${columns.slice(0, FEW).join(", ")} and ${counted(rest, "more column")}`;
}

/** "primary key", "primary key, 2 of 3", "unique with a, b"; of a foreign key what goes before its target. */
export function sayKey(
  { kind, columns, position }: Pick<KeyLine, "kind" | "columns" | "position">,
  own: string,
): string {
  const others = columns.filter((column) => column !== own);
  if (kind === "PRIMARY") return others.length > 0 ? `primary key, ${position} of ${columns.length}` : "primary key";
  if (kind === "UNIQUE") return others.length > 0 ? `unique with ${sayColumns(others)}` : "unique";
  return others.length > 0 ? `with ${sayColumns(others)} refers to` : "refers to";
}

/** "orders#id"; the column is left out where the key of the other dataset is meant. */
export function sayTarget({ dataset, references, referencedColumn }: KeyLine): string {
  const name = dataset?.label ?? references ?? "";
  return referencedColumn ? `${name}#${referencedColumn}` : name;
}

/** What fills a column where nothing is given: "default now()", "computed as a + b", "numbered, by default". */
export function sayFilled({ default: otherwise, generated, identity }: AttributeLine): string {
  if (generated) return `computed as ${generated}`;
  if (identity) return `numbered ${identity.toLowerCase()}`;
  return otherwise ? `default ${otherwise}` : "";
}
