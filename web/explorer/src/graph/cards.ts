/** The measures of a card, and which rows it shows. */

import type { Trace } from "./adjacency";
import type { GraphNode } from "./model";

export const CARD = {
  width: 208,
  header: 48,
  row: 20,
  /** Room under the last row for the chips on the lower corners. */
  foot: 12,
  stripe: 4,
  radius: 6,
  pad: 12,
  /** Chips sit on the lower corners, where no edge comes in. */
  chip: { width: 30, height: 16 },
} as const;

/** An open card lists this many columns; the rest is a line that says how many, and a full list in the panel. */
const MAX_ROWS = 12;

export interface Row {
  readonly name: string;
  readonly type: string;
  /** Not a column, but the line "n more columns". */
  readonly more: boolean;
}

/** While a column is traced a card shows what the trace touches; else its first columns when open; else none. */
export function rowsOf(node: GraphNode, open: ReadonlySet<string>, trace: Trace | null): Row[] {
  const traced = trace?.columns.get(node.id);
  if (traced) {
    const type = new Map(node.columns.map((column) => [column.name, column.type]));
    return clip(traced.map((name) => ({ name, type: type.get(name) ?? "", more: false })));
  }
  if (!open.has(node.id)) return [];
  return clip(node.columns.map((column) => ({ ...column, more: false })));
}

function clip(rows: Row[]): Row[] {
  if (rows.length <= MAX_ROWS + 1) return rows;
  return [...rows.slice(0, MAX_ROWS), { name: `${rows.length - MAX_ROWS} more columns`, type: "", more: true }];
}

export function cardHeight(rows: number): number {
  return rows === 0 ? CARD.header : CARD.header + rows * CARD.row + CARD.foot;
}

/** Middle of a row, from the card's top. */
export const rowMiddle = (row: number): number => CARD.header + row * CARD.row + CARD.row / 2;

/** Where edges meet a closed card. */
export const HEADER_MIDDLE = CARD.header / 2;
