"""Cycles of a graph: what is made of itself over others, with the edges that close it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

import networkx as nx  # type: ignore[import-untyped,unused-ignore]  # it brings no types of its own

from headwater_catalog.lineage.analysis.graphs import IntGraph, components, feeds
from headwater_catalog.lineage.analysis.loading import Lineage

MOST_SIMPLE = 20
"""Simple cycles that are told of each; there can be exponentially many."""
MOST_SEARCHED = 300
"""Nodes of a cycle in which simple ones are looked for."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """Nodes each of which is made of each, in the order of their names, and the edges between them.

    edges: (source, target, jobs that state it). simple: ways round, none that passes a node twice; whole: these are
    all. A node that is made of itself alone is a cycle of one.
    """

    nodes: tuple[int, ...]
    edges: tuple[tuple[int, int, tuple[int, ...]], ...]
    simple: tuple[tuple[int, ...], ...]
    whole: bool


def cycles(lineage: Lineage) -> list[Cycle]:
    """The strongly connected components that hold an edge, the largest first."""
    graph = feeds(lineage)
    place = {node: at for at, node in enumerate(lineage.nodes)}
    found = [
        sorted(each, key=place.__getitem__)
        for each in components(graph)
        if len(each) > 1 or any(graph.has_edge(node, node) for node in each)
    ]
    stated = _stated(lineage, {node: at for at, each in enumerate(found) for node in each})
    told = [_cycle(graph, nodes, stated, place) for nodes in found]
    return sorted(told, key=lambda one: (-len(one.nodes), place[one.nodes[0]]))


def _stated(lineage: Lineage, component: Mapping[int, int]) -> dict[tuple[int, int], list[int]]:
    """The jobs that state each edge within a component."""
    found: dict[tuple[int, int], list[int]] = {}
    for source, target, job in sorted(lineage.links):
        if source in component and component[source] == component.get(target):
            found.setdefault((source, target), []).extend([job] if job else [])
    return found


def _cycle(
    graph: IntGraph, nodes: list[int], stated: Mapping[tuple[int, int], list[int]], place: Mapping[int, int]
) -> Cycle:
    inside = set(nodes)
    ends = [(one, other) for one in nodes for other in sorted(inside & graph.succ[one].keys(), key=place.__getitem__)]
    ways = _simple(nodes, ends, place)
    return Cycle(
        tuple(nodes),
        tuple((*end, tuple(sorted(stated[end], key=place.__getitem__))) for end in ends),
        tuple(sorted(ways[:MOST_SIMPLE], key=lambda way: (len(way), [place[node] for node in way]))),
        0 < len(ways) <= MOST_SIMPLE,
    )


def _simple(nodes: list[int], ends: list[tuple[int, int]], place: Mapping[int, int]) -> list[tuple[int, ...]]:
    """Ways round, each from its first node on; one more than are told where there are more; none of a large cycle."""
    if len(nodes) > MOST_SEARCHED:
        return []
    # Of places instead of ids, so that the same graph gives the same ways whatever its ids are.
    inner = nx.DiGraph([(place[source], place[target]) for source, target in ends])
    named = {place[node]: node for node in nodes}
    found = []
    for way in islice(nx.simple_cycles(inner), MOST_SIMPLE + 1):
        first = way.index(min(way))
        found.append(tuple(named[at] for at in way[first:] + way[:first]))
    return found
