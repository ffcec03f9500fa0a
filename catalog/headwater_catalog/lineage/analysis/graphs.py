"""Lineage as two directed graphs of networkx: what is made of what, and which jobs stand between."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

import networkx as nx  # type: ignore[import-untyped,unused-ignore]  # it brings no types of its own

from headwater_catalog.codes import DATASET
from headwater_catalog.lineage.analysis.loading import Lineage

IntGraph: TypeAlias = nx.DiGraph
"""A directed graph whose nodes are ids of the database."""


def feeds(lineage: Lineage) -> IntGraph:
    """source → target; nodes: every dataset, and the jobs at which an edge itself begins or ends."""
    graph = IntGraph()
    graph.add_nodes_from(node for node, known in lineage.nodes.items() if known.kind == DATASET)
    graph.add_edges_from((source, target) for source, target, _ in lineage.links)
    return graph


def is_alone(graph: IntGraph, node: int) -> bool:
    """Whether no edge touches a node.

    Not by the graph's own `degree`: that view and the graph hold each other, so that only a collection would free them.
    """
    return not graph.succ[node] and not graph.pred[node]


def components(graph: IntGraph) -> list[set[int]]:
    """The strongly connected components, each before all that leads to it: the order in which Tarjan's method ends.

    So no condensed graph is built and sorted, which took three times as long and as much memory again.
    """
    return list(nx.strongly_connected_components(graph))


def work(lineage: Lineage, chosen: Collection[int] | None = None) -> IntGraph:
    """dataset → job that reads it → dataset that it writes; nodes: every dataset and every job.

    Datasets that no job makes (views) follow each other directly. chosen: only these datasets and jobs, with the jobs
    that make one of them of another or of nothing.
    """
    graph = IntGraph()
    wanted = None if chosen is None else set(chosen)
    links = [one for one in lineage.links if wanted is None or (one[0] in wanted and one[1] in wanted)]
    graph.add_nodes_from(node for node in lineage.nodes if wanted is None or node in wanted)
    graph.add_edges_from(_read(lineage, *link) for link in links)
    reading, between = {job for _, _, job in lineage.links}, {job for _, _, job in links}
    for job, target in lineage.writes:
        if wanted is None or (target in wanted and (job in wanted or job in between or job not in reading)):
            graph.add_edge(job, target)
    graph.remove_edges_from(list(lineage.gone))
    return graph


def _read(lineage: Lineage, source: int, target: int, job: int) -> tuple[int, int]:
    """The half of a link that leads away from its source; the other half is a write."""
    return (source, job) if job and lineage.nodes[source].kind == DATASET else (source, target)
