/** The canvas's keyboard: keys to commands, and where an arrow leads. Pure, so that every walk can be tested. */

import type { Scene } from "./scene";

export type Command = { readonly do: "go"; readonly way: Way } | { readonly do: Simple };

type Simple =
  | "details"
  | "expand"
  | "columns"
  | "isolate"
  | "fit"
  | "centre"
  | "zoomIn"
  | "zoomOut"
  | "find"
  | "earlier"
  | "later"
  | "back"
  | "help";

export type Way = "up" | "down" | "previous" | "next";

export const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ["← →", "go upstream, downstream"],
  ["↑ ↓", "go to the card above, below"],
  ["Enter", "open the details"],
  ["Space", "expand one hop, or take it back"],
  ["C", "show or hide columns"],
  ["I", "isolate the path, or show all again"],
  ["F", "fit everything"],
  ["0", "centre the selection at full size"],
  ["+ −", "zoom in, zoom out"],
  ["/", "find in the graph"],
  ["[ ]", "earlier, later"],
  ["Esc", "back: selection, isolation, trace"],
  ["?", "this list"],
];

const COMMANDS: Readonly<Record<string, Command>> = {
  ArrowLeft: { do: "go", way: "up" },
  ArrowRight: { do: "go", way: "down" },
  ArrowUp: { do: "go", way: "previous" },
  ArrowDown: { do: "go", way: "next" },
  Enter: { do: "details" },
  " ": { do: "expand" },
  c: { do: "columns" },
  i: { do: "isolate" },
  f: { do: "fit" },
  "0": { do: "centre" },
  "+": { do: "zoomIn" },
  "=": { do: "zoomIn" },
  "-": { do: "zoomOut" },
  "/": { do: "find" },
  "[": { do: "earlier" },
  "]": { do: "later" },
  Escape: { do: "back" },
  "?": { do: "help" },
};

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** The command of a key; null for keys that are the browser's, and for all combinations with Ctrl, Alt or Meta. */
export function command(press: KeyPress): Command | null {
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  return COMMANDS[key] ?? null;
}

/** The node an arrow leads to; `from` itself where there is none. With nothing selected, the first node. */
export function step(scene: Scene, from: number | null, way: Way): number | null {
  if (scene.boxes.length === 0) return null;
  if (from === null) return 0;
  if (way === "up" || way === "down") return nearest(scene, from, scene.adjacency[way][from]) ?? from;
  return sibling(scene, from, way === "next" ? 1 : -1);
}

function nearest(scene: Scene, from: number, candidates: readonly number[]): number | null {
  const y = scene.boxes[from].y;
  let best: number | null = null;
  for (const v of candidates)
    if (best === null || Math.abs(scene.boxes[v].y - y) < Math.abs(scene.boxes[best].y - y)) best = v;
  return best;
}

/** The next card above or below whose column overlaps this one's. */
function sibling(scene: Scene, from: number, sign: 1 | -1): number {
  const own = scene.boxes[from];
  let best = from;
  let least = Number.POSITIVE_INFINITY;
  scene.boxes.forEach((box, v) => {
    const away = (box.y - own.y) * sign;
    if (v === from || away <= 0 || away >= least) return;
    if (box.x < own.x + own.w && own.x < box.x + box.w) {
      best = v;
      least = away;
    }
  });
  return best;
}
