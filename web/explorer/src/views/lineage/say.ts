/** What the live region says about a card. */

import type { Scene } from "../../graph/scene";

const OUTCOME = { ok: "last run complete", failed: "last run failed", running: "running" } as const;

export function sayNode(scene: Scene, v: number, column: string | null): string {
  const node = scene.graph.nodes[v];
  const parts = [node.name, node.kind, `${node.upstream} upstream, ${node.downstream} downstream`];
  if (node.outcome) parts.push(OUTCOME[node.outcome]);
  if (column) parts.push(`column ${column} traced through ${scene.trace?.columns.size ?? 0} datasets`);
  return parts.join(", ");
}
