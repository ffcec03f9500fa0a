/** The export menu: pictures of the view or of everything, and the list as CSV. */

import { type RefObject, useMemo } from "react";
import { type Address, commandLine } from "../../graph/address";
import { csv } from "../../graph/csv";
import type { LineageCanvas } from "../../graph/lineagecanvas";
import type { Look } from "../../graph/look";
import { canvasMeasure } from "../../graph/measure";
import { pagePalette } from "../../graph/palette";
import { toPng, toSvg, whole } from "../../graph/picture";
import type { Scene } from "../../graph/scene";
import { type Rect, visible } from "../../graph/viewport";
import { download } from "./download";
import { CSV_HEADER, csvRow, treeRows } from "./treerows";

type Export = readonly [name: string, run: () => void];

export function useExports(
  scene: Scene | null,
  look: Look,
  drawer: RefObject<LineageCanvas | null>,
  roots: readonly string[],
  address: Address,
): readonly Export[] {
  return useMemo(() => {
    if (!scene) return [];
    const name = scene.graph.nodes.find((node) => roots.includes(node.id))?.name ?? "lineage";
    const png = async (window: Rect) =>
      download(`${name}.png`, await toPng(scene, look, pagePalette(), canvasMeasure(), window));
    const seen = (): Rect => {
      const own = drawer.current;
      return own ? visible(own.view, own.size.width, own.size.height) : whole(scene);
    };
    const svg = () =>
      download(`${name}.svg`, toSvg(scene, look, pagePalette(), canvasMeasure(), whole(scene)), "image/svg+xml");
    const list = () => {
      const rows = treeRows(scene.graph, roots, new Set());
      download(`${name}.csv`, csv(CSV_HEADER, rows.map(csvRow)), "text/csv;charset=utf-8");
    };
    return [
      ["PNG of the view", () => png(seen())],
      ["PNG of everything", () => png(whole(scene))],
      ["SVG of everything", svg],
      ["CSV of the list", list],
      ["Copy as a command", () => navigator.clipboard?.writeText(commandLine(address))],
    ] as const;
  }, [scene, look, drawer, roots, address]);
}
