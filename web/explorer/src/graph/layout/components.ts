/** Splits a graph into what hangs together and packs the finished pieces onto the page. */

import { GAP } from "./types";

/** Node indices of each component, the biggest first, equal ones in input order. */
export function components(count: number, edges: ReadonlyArray<readonly [number, number]>): number[][] {
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const find = (v: number): number => {
    let at = v;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  };
  for (const [a, b] of edges) {
    const ra = find(a);
    const rb = find(b);
    if (ra !== rb) parent[Math.max(ra, rb)] = Math.min(ra, rb);
  }
  const byRoot = new Map<number, number[]>();
  for (let v = 0; v < count; v++) {
    const root = find(v);
    const list = byRoot.get(root);
    if (list) list.push(v);
    else byRoot.set(root, [v]);
  }
  return [...byRoot.values()].sort((a, b) => b.length - a.length || a[0] - b[0]);
}

export interface Box {
  readonly w: number;
  readonly h: number;
}

/** Top left corners for boxes laid on shelves, about as wide as a screen is. */
export function pack(boxes: readonly Box[]): { x: number; y: number }[] {
  const area = boxes.reduce((sum, box) => sum + (box.w + GAP.component) * (box.h + GAP.component), 0);
  const width = Math.max(...boxes.map((box) => box.w), Math.sqrt(area * 1.7));
  const corners: { x: number; y: number }[] = [];
  let x = 0;
  let y = 0;
  let shelf = 0;
  for (const box of boxes) {
    if (x > 0 && x + box.w > width) {
      x = 0;
      y += shelf + GAP.component;
      shelf = 0;
    }
    corners.push({ x, y });
    x += box.w + GAP.component;
    shelf = Math.max(shelf, box.h);
  }
  return corners;
}
