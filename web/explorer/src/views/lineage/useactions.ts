/** What a press or a key does to the address. */

import { type KeyboardEvent, useMemo } from "react";
import { type Address, toggleColumns } from "../../graph/address";
import { expansion, type Hit, hasChip } from "../../graph/hit";
import { type Command, command, step } from "../../graph/keyboard";
import { edgeKey } from "../../graph/model";
import type { Scene } from "../../graph/scene";
import type { ChangeAddress } from "./useaddress";

/** What only the page can do. */
export interface PageActions {
  reveal(node: number): void;
  details(): void;
  fit(): void;
  centre(): void;
  zoom(factor: number): void;
  find(): void;
  help(): void;
  time(way: "earlier" | "later"): void;
}

export interface Actions {
  select(id: string | null): void;
  trace(id: string, column: string | null): void;
  toggleColumns(id: string): void;
  hit(found: Hit): void;
  key(event: KeyboardEvent): void;
}

const toggled = (open: readonly string[], token: string) =>
  open.includes(token) ? open.filter((one) => one !== token) : [...open, token];

const flipped = (scene: Scene, address: Address, id: string) =>
  toggleColumns(
    address.open,
    id,
    scene.graph.nodes.map((node) => node.id),
  );

export function useActions(scene: Scene | null, address: Address, change: ChangeAddress, page: PageActions): Actions {
  return useMemo(() => {
    const selected = scene && address.sel ? (scene.adjacency.index.get(address.sel) ?? null) : null;
    const actions: Actions = {
      select: (id) => change({ sel: id, col: null }),
      trace: (id, column) => change({ sel: id, col: column }),
      toggleColumns: (id) => scene && change({ open: flipped(scene, address, id) }),
      hit: (found) => scene && onHit(scene, found, address, change),
      key: (event) => {
        const asked = command(event);
        if (!asked) return;
        event.preventDefault();
        if (asked.do === "go") {
          const next = scene && step(scene, selected, asked.way);
          if (scene && next !== null) {
            actions.select(scene.graph.nodes[next].id);
            page.reveal(next);
          }
        } else onCommand(asked, scene, selected, address, change, page);
      },
    };
    return actions;
  }, [scene, address, change, page]);
}

function onHit(scene: Scene, found: Hit, address: Address, change: ChangeAddress) {
  const id = "node" in found ? scene.graph.nodes[found.node].id : null;
  switch (found.kind) {
    case "nothing":
      return change({ sel: null, col: null });
    case "column": {
      const again = address.sel === id && address.col === found.column;
      return change({ sel: id, col: again ? null : found.column });
    }
    case "chip":
      return change({ open: toggled(address.open, expansion(found.side, id as string)) });
    case "edge":
      return change({ sel: edgeKey(scene.graph.edges[found.edge]), col: null });
    default:
      return change({ sel: id, col: null });
  }
}

function onCommand(
  asked: Command,
  scene: Scene | null,
  selected: number | null,
  address: Address,
  change: ChangeAddress,
  page: PageActions,
) {
  const id = selected === null ? null : (scene as Scene).graph.nodes[selected].id;
  switch (asked.do) {
    case "details":
      return page.details();
    case "expand":
      return scene && selected !== null ? change({ open: expandedOnce(scene, selected, address) }) : undefined;
    case "columns":
      return scene && id ? change({ open: flipped(scene, address, id) }) : undefined;
    case "isolate":
      return address.sel ? change({ isolate: !address.isolate, at: null }) : undefined;
    case "fit":
      return page.fit();
    case "centre":
      return page.centre();
    case "zoomIn":
      return page.zoom(1.25);
    case "zoomOut":
      return page.zoom(0.8);
    case "find":
      return page.find();
    case "earlier":
    case "later":
      return page.time(asked.do);
    case "back":
      return change(back(address));
    case "help":
      return page.help();
  }
}

/** Both sides of a node one hop further; if nothing is left to show, back again. */
function expandedOnce(scene: Scene, v: number, address: Address): readonly string[] {
  const tokens = (["up", "down"] as const)
    .filter((side) => hasChip(scene, v, side, new Set(address.open)))
    .map((side) => expansion(side, scene.graph.nodes[v].id));
  const fresh = tokens.filter((token) => !address.open.includes(token));
  if (fresh.length > 0) return [...address.open, ...fresh];
  return address.open.filter((token) => !tokens.includes(token));
}

/** Esc undoes one thing at a time, the innermost first. */
function back(address: Address): Partial<Address> {
  if (address.col) return { col: null };
  if (address.isolate) return { isolate: false, at: null };
  if (address.sel) return { sel: null };
  return { filter: "" };
}
