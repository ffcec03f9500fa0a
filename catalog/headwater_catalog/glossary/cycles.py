"""Circles in a hierarchy; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import networkx as nx  # type: ignore[import-untyped,unused-ignore]  # it brings no types of its own


def cycles(parents: Mapping[str, Collection[str]]) -> list[list[str]]:
    """One list of terms a group that lead to each other through broader, first and last the same; sorted."""
    graph = nx.DiGraph([(child, parent) for child, some in parents.items() for parent in some])
    found: list[list[str]] = []
    for group in nx.strongly_connected_components(graph):
        start = min(group)
        if len(group) > 1:
            within = graph.subgraph(group)
            after = min(within.successors(start), key=lambda next_one: (next_one == start, next_one))
            found.append([start, *nx.shortest_path(within, after, start)])
        elif graph.has_edge(start, start):
            found.append([start, start])
    return sorted(found)
