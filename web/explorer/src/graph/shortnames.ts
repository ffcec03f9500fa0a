/** The names on the cards: as short as tells them apart. Pure. */

import type { GraphNode } from "./model";

/**
 * A card shows the zone under the name, so a name need not begin with it: trusted.users in trusted is "users".
 * Where two cards would then bear the same name, each is told by one more part of its whole name, until none is left:
 * from afar a card shows nothing but the name.
 */
export function withShortNames(nodes: readonly GraphNode[]): GraphNode[] {
  const names = nodes.map(({ name, zone }) =>
    zone && name.startsWith(`${zone}.`) ? name.slice(zone.length + 1) : name,
  );
  for (let round = 0; round < 4; round++) {
    const alike = new Map<string, number[]>();
    names.forEach((name, v) => {
      const list = alike.get(name);
      if (list) list.push(v);
      else alike.set(name, [v]);
    });
    const doubles = [...alike.values()].filter((list) => list.length > 1).flat();
    if (doubles.length === 0) break;
    for (const v of doubles) names[v] = oneMore(names[v], nodes[v].fullName);
  }
  return nodes.map((node, v) => (node.name === names[v] ? node : { ...node, name: names[v] }));
}

/** `name` with the part of `whole` that stands before it. */
function oneMore(name: string, whole: string): string {
  if (!whole.endsWith(name) || whole === name) return name;
  const before = whole.slice(0, -name.length);
  const part = /[^/.]*[/.]+$/.exec(before)?.[0] ?? before;
  return part + name;
}
