/** Names cut to the width of a card, so that cards with different names do not come to look the same. */

import type { Cut, TextFitter } from "./measure";
import type { Scene } from "./scene";

/** Above this many cards nobody compares all names, and to cut each at every zoom would cost frames. */
const MOST = 1000;
/** Of a name that is the beginning of another one, at least its last letters are shown. */
const TAIL = 3;

/**
 * Each name as it fits. Where cutting in the middle makes different names alike, what they share at the front is left
 * out instead: `template_events` and `temporal_events` become `…plate_e…` and `…oral_ev…`. `shorten` cuts one text.
 */
export function distinctly(names: readonly string[], shorten: (text: string, where: Cut) => string): string[] {
  const cut = names.map((name) => shorten(name, "middle"));
  for (let round = 0; round < 3; round++) {
    const groups = [...alike(names, cut).values()].filter((group) => new Set(group.map((v) => names[v])).size > 1);
    if (groups.length === 0) break;
    for (const group of groups) {
      const shared = sharedStart(group.map((v) => names[v]));
      for (const v of group) {
        const from = Math.max(0, Math.min(shared, names[v].length - TAIL));
        cut[v] = shorten(`…${names[v].slice(from)}`, "end");
      }
    }
  }
  return cut;
}

/** The places of names by how they are cut, those that stand whole left out: nothing is hidden of them. */
function alike(names: readonly string[], cut: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  cut.forEach((text, v) => {
    if (text === names[v] || text === "") return;
    const group = groups.get(text);
    if (group) group.push(v);
    else groups.set(text, [v]);
  });
  return groups;
}

function sharedStart(names: readonly string[]): number {
  const shortest = Math.min(...names.map((name) => name.length));
  for (let at = 0; at < shortest; at++) if (names.some((name) => name[at] !== names[0][at])) return at;
  return shortest;
}

const cache = new WeakMap<Scene, Map<string, readonly string[]>>();

/** The name of a card in `room` pixels. All names of a scene are cut at once, for each font and room that is drawn. */
export function cardName(scene: Scene, fitter: TextFitter, v: number, font: string, room: number): string {
  const { nodes } = scene.graph;
  if (nodes.length > MOST) return fitter.fit(nodes[v].name, font, room);
  const known = cache.get(scene) ?? new Map<string, readonly string[]>();
  cache.set(scene, known);
  const key = `${font} ${room}`;
  let names = known.get(key);
  if (!names) {
    names = distinctly(
      nodes.map((node) => node.name),
      (text, where) => fitter.fit(text, font, room, where),
    );
    known.set(key, names);
  }
  return names[v];
}
