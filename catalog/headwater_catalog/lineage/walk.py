"""Walking: breadth first over any granularity, bounded in depth, nodes and edges, saying where it was cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from headwater_catalog.lineage.graph import MOST_EDGES, Cut, Direction, Edge, Graph, K, Steps, far_of, near_of
from headwater_catalog.lineage.ordering import Ordering

EDGES_PER_NODE = 20
"""Edges an answer may have for each node it may have."""


async def walk(
    steps: Steps[K],
    starts: Sequence[K],
    direction: Direction,
    depth: int | None,
    limit: int,
    *,
    order: Ordering | None = None,
) -> Graph[K]:
    """What lies within `depth` steps (None: all), nearest distance, each node once; at most `limit` nodes.

    Edges are those whose near end lies nearer than `depth`. A level that goes beyond the limit is kept in the order of
    its nodes, so that the same question is cut at the same place; without an order, wherever.
    """
    distance: dict[K, int] = dict.fromkeys(starts, 0)
    frontier, step, graph = list(distance), 0, Graph[K](roots=list(distance))
    while frontier and (depth is None or step < depth):
        step += 1
        reached = list(await steps.reach(frontier, direction) - distance.keys())
        room = limit - len(distance)
        if len(reached) > room:
            graph.cuts.append(Cut("LIMIT", direction, len(reached) - max(room, 0)))
            reached = (await order.nodes(reached) if order else reached)[: max(room, 0)]
        distance.update(dict.fromkeys(reached, step))
        frontier = [] if graph.cuts else reached
    sign = -1 if direction is Direction.UP else 1
    graph.depth = {node: sign * at for node, at in distance.items()}
    near = [node for node, at in distance.items() if depth is None or at < depth]
    if near:
        await _add_edges(graph, steps, near, direction, EDGES_PER_NODE * max(limit, 50), order=order)
    await _tell_behind(graph, steps, frontier if depth is not None else [], direction)
    return graph


async def beyond(steps: Steps[K], near: Sequence[K], inside: Collection[K], direction: Direction) -> dict[K, int]:
    """How many neighbours in a direction are not inside, of each of these nodes that has any."""
    if not near:
        return {}
    edges = await steps.between(near, None, direction, MOST_EDGES)
    pairs = {(near_of(edge, direction), far_of(edge, direction)) for edge in edges}
    return Counter(one for one, far in pairs if far not in inside)


async def _add_edges(
    graph: Graph[K], steps: Steps[K], near: list[K], direction: Direction, most: int, *, order: Ordering | None
) -> None:
    inside = list(graph.depth)
    edges = await steps.between(near, inside, direction, most + 1)
    if len(edges) > most or steps.cut:
        graph.cuts.append(Cut("EDGES", direction, 0))
    if len(edges) > most:
        if order:
            edges = await _in_order(await steps.between(near, inside, direction, MOST_EDGES), order)
        edges = edges[:most]
    graph.edges = {edge.key: edge for edge in edges}


async def _in_order(edges: list[Edge[K]], order: Ordering) -> list[Edge[K]]:
    await order.nodes({end for edge in edges for end in (edge.source, edge.target)})
    await order.know({edge.job for edge in edges})
    return sorted(edges, key=order.edge_key)


async def _tell_behind(graph: Graph[K], steps: Steps[K], rim: list[K], direction: Direction) -> None:
    """Say that there is more, and behind which nodes; of a walk that met its depth, those of its rim."""
    if any(cut.reason == "LIMIT" for cut in graph.cuts):
        graph.behind[direction] = set(graph.depth)
        return
    more = await steps.reach(rim, direction) - graph.depth.keys() if rim else None
    if more:
        graph.behind[direction] = set(rim)
        graph.cuts.append(Cut("DEPTH", direction, len(more)))
