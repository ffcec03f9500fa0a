"""Walking: breadth first over any granularity, bounded in depth, nodes and edges, saying where it was cut."""

from __future__ import annotations

from collections.abc import Sequence

from headwater_catalog.lineage.graph import Cut, Direction, Graph, K, Steps

EDGES_PER_NODE = 20
"""Edges an answer may have for each node it may have."""


def _sort_key(node: K) -> tuple[int, str]:
    return (node, "") if isinstance(node, int) else (node[0], node[1] or "")


async def walk(steps: Steps[K], starts: Sequence[K], direction: Direction, depth: int | None, limit: int) -> Graph[K]:
    """What lies within `depth` steps (None: all), nearest distance, each node once; at most `limit` nodes.

    Edges are those whose near end lies nearer than `depth`. A level that goes beyond the limit is kept in the order of
    its nodes, so that the same question is cut at the same place.
    """
    distance: dict[K, int] = dict.fromkeys(starts, 0)
    frontier, step, graph = list(distance), 0, Graph[K](roots=list(distance))
    while frontier and (depth is None or step < depth):
        step += 1
        reached = sorted(await steps.reach(frontier, direction) - distance.keys(), key=_sort_key)
        room = limit - len(distance)
        if len(reached) > room:
            graph.cuts.append(Cut("LIMIT", direction, len(reached) - max(room, 0)))
            reached = reached[: max(room, 0)]
        distance.update(dict.fromkeys(reached, step))
        frontier = [] if graph.cuts else reached
    sign = -1 if direction is Direction.UP else 1
    graph.depth = {node: sign * at for node, at in distance.items()}
    near = [node for node, at in distance.items() if depth is None or at < depth]
    await _add_edges(graph, steps, near, direction, limit)
    if frontier and depth is not None:
        await _tell_depth(graph, steps, frontier, direction)
    return graph


async def _add_edges(graph: Graph[K], steps: Steps[K], near: list[K], direction: Direction, limit: int) -> None:
    if not near:
        return
    most = EDGES_PER_NODE * max(limit, 50)
    edges = await steps.between(near, list(graph.depth), direction, most)
    if steps.cut:
        graph.cuts.append(Cut("EDGES", direction, 0))
    graph.edges = {edge.key: edge for edge in edges}


async def _tell_depth(graph: Graph[K], steps: Steps[K], rim: list[K], direction: Direction) -> None:
    """Say that there is more behind the rim, where there is."""
    beyond = await steps.reach(rim, direction) - graph.depth.keys()
    if beyond:
        graph.cuts.append(Cut("DEPTH", direction, len(beyond)))
