/** What stands on the canvas, for browser tests: read only, in pixels of the page. */

import { chipBox } from "./curves";
import { expansion, hasChip } from "./hit";
import type { LineageCanvas } from "./lineagecanvas";
import type { Look } from "./look";
import type { Scene } from "./scene";
import { detail, type Rect, toScreen } from "./viewport";

declare global {
  interface Window {
    __scene?: Readonly<SceneQuery>;
  }
}

export interface SceneQuery {
  nodes(): { id: string; name: string; box: Rect; lit: boolean; selected: boolean; rows: string[]; chips: string[] }[];
  edges(): { from: string; to: string; lit: boolean }[];
  chip(id: string, side: "up" | "down"): Rect | null;
  view(): { x: number; y: number; k: number; detail: string };
}

export function exposeScene(canvas: HTMLCanvasElement, drawer: LineageCanvas, scene: Scene, look: Look): void {
  const place = (box: Rect): Rect => {
    const page = canvas.getBoundingClientRect();
    const corner = toScreen(drawer.view, box.x, box.y);
    return { x: page.left + corner.x, y: page.top + corner.y, w: box.w * drawer.view.k, h: box.h * drawer.view.k };
  };
  window.__scene = Object.freeze({
    nodes: () =>
      scene.graph.nodes.map((node, v) => ({
        id: node.id,
        name: node.name,
        box: place(scene.boxes[v]),
        lit: look.lit?.has(v) ?? false,
        selected: look.selected === v,
        rows: scene.rows[v].map((row) => row.name),
        chips: (["up", "down"] as const)
          .filter((side) => hasChip(scene, v, side, look.taken))
          .map((side) => expansion(side, node.id)),
      })),
    edges: () => scene.graph.edges.map(({ from, to }, e) => ({ from, to, lit: look.litEdges?.has(e) ?? false })),
    chip: (id: string, side: "up" | "down") => {
      const v = scene.adjacency.index.get(id);
      return v !== undefined && hasChip(scene, v, side, look.taken) ? place(chipBox(scene, v, side)) : null;
    },
    view: () => ({ ...drawer.view, detail: detail(drawer.view.k) }),
  });
}
