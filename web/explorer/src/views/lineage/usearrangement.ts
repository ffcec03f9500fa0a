/** Where the cards stand: one layout in the worker per question, and after that nobody moves unless asked. */

import { useEffect, useRef, useState } from "react";
import { Adjacency } from "../../graph/adjacency";
import { CARD } from "../../graph/cards";
import { CancelledLayout, LayoutClient } from "../../graph/layout/client";
import { edgeKey, type Graph } from "../../graph/model";
import { type Arrangement, NOWHERE } from "../../graph/scene";
import { placeAround, type Spot } from "../../graph/stay";

export interface Arranged {
  /** The question that this arrangement answers. */
  readonly key: string;
  readonly arrangement: Arrangement;
  /** True while the worker is at it for longer than a blink. */
  readonly busy: boolean;
  readonly error: Error | null;
  readonly cancel: () => void;
}

/** Before this many milliseconds "laying out" would only flicker. */
const BLINK = 300;
/** More newcomers than this deserve a layout of their own. */
const NEWCOMERS = 300;

export function useArrangement(graph: Graph | null, key: string): Arranged {
  const [state, setState] = useState({ key: "", arrangement: NOWHERE });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const client = useRef<LayoutClient | null>(null);
  useEffect(() => {
    const own = new LayoutClient();
    client.current = own;
    return () => own.close();
  }, []);
  useEffect(() => {
    if (!graph || graph.nodes.length === 0) return;
    if (state.key === key) {
      const strangers = graph.nodes.filter((node) => !state.arrangement.spots.has(node.id)).length;
      if (strangers === 0) return;
      if (strangers <= NEWCOMERS) return setState({ key, arrangement: joined(graph, state.arrangement) });
    }
    const timer = setTimeout(() => setBusy(true), BLINK);
    setError(null);
    arrange(client.current as LayoutClient, graph)
      .then((arrangement) => setState({ key, arrangement }))
      .catch((reason) => {
        if (!(reason instanceof CancelledLayout)) setError(reason);
      })
      .finally(() => {
        clearTimeout(timer);
        setBusy(false);
      });
  }, [graph, key, state]);
  return { ...state, busy, error, cancel: () => client.current?.cancel() };
}

async function arrange(client: LayoutClient, graph: Graph): Promise<Arrangement> {
  const index = new Map(graph.nodes.map((node, i) => [node.id, i]));
  const kept = [...graph.edges, ...(graph.hints ?? [])].filter((edge) => index.has(edge.from) && index.has(edge.to));
  const result = await client.run({
    widths: graph.nodes.map(() => CARD.width),
    heights: graph.nodes.map(() => CARD.header),
    edges: kept.map((edge) => [index.get(edge.from) as number, index.get(edge.to) as number]),
  });
  return {
    spots: new Map(graph.nodes.map((node, i): [string, Spot] => [node.id, { x: result.x[i], y: result.y[i] }])),
    bends: new Map(kept.flatMap((edge, e) => (result.bends[e] ? [[edgeKey(edge), result.bends[e]] as const] : []))),
  };
}

function joined(graph: Graph, before: Arrangement): Arrangement {
  const ids = graph.nodes.map((node) => node.id);
  const sizes = ids.map(() => ({ w: CARD.width, h: CARD.header }));
  const spots = placeAround(ids, sizes, new Adjacency(graph, graph.hints), before.spots);
  return { spots: new Map([...before.spots, ...ids.map((id, i) => [id, spots[i]] as const)]), bends: before.bends };
}
