/** What goes into a layout and what comes out: plain arrays, so that it crosses to a worker and back unharmed. */

export interface LayoutInput {
  /** Widths and heights of the nodes, in world units (CSS pixels at zoom 1). */
  readonly widths: readonly number[];
  readonly heights: readonly number[];
  /** Pairs of node indices, flow direction. Self loops are allowed and ignored. */
  readonly edges: ReadonlyArray<readonly [number, number]>;
}

export interface LayoutResult {
  /** Top left corners, by node index. */
  readonly x: number[];
  readonly y: number[];
  /** Layer of each node inside its own component. */
  readonly rank: number[];
  /** Indices of the edges that were turned round to break cycles. */
  readonly reversed: number[];
  /** Way points of long edges, flat x,y pairs in flow direction; an edge without an entry runs straight. */
  readonly bends: Record<number, number[]>;
  /** Units of work spent: a count, never a time, so that the same graph gives the same picture on any machine. */
  readonly work: number;
}

export const GAP = {
  /** Between two layers; room for the curves. */
  rank: 72,
  node: 20,
  /** A long edge passing by needs less room than a card. */
  dummy: 10,
  component: 64,
} as const;
