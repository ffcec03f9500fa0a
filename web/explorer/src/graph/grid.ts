/** A grid over the boxes: finds what is at a point or in a window without asking every card. */

import { overlap, type Rect } from "./viewport";

const CELL = 512;

export class Grid {
  private readonly cells = new Map<string, number[]>();

  constructor(private readonly boxes: readonly Rect[]) {
    boxes.forEach((box, v) => {
      this.each(box, (key) => {
        const list = this.cells.get(key);
        if (list) list.push(v);
        else this.cells.set(key, [v]);
      });
    });
  }

  private each(box: Rect, visit: (key: string) => void) {
    for (let cx = Math.floor(box.x / CELL); cx <= Math.floor((box.x + box.w) / CELL); cx++)
      for (let cy = Math.floor(box.y / CELL); cy <= Math.floor((box.y + box.h) / CELL); cy++) visit(`${cx},${cy}`);
  }

  /** Indices of the boxes in a window, rising. A window wider than the grid is worth a plain scan. */
  within(window: Rect): number[] {
    const cells = (window.w / CELL + 1) * (window.h / CELL + 1);
    const found: number[] = [];
    if (cells > this.cells.size) {
      for (let v = 0; v < this.boxes.length; v++) if (overlap(this.boxes[v], window)) found.push(v);
      return found;
    }
    const seen = new Set<number>();
    this.each(window, (key) => {
      for (const v of this.cells.get(key) ?? []) if (overlap(this.boxes[v], window)) seen.add(v);
    });
    return [...seen].sort((a, b) => a - b);
  }
}
