"""The critical path: the chain of jobs that takes longest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import networkx as nx  # type: ignore[import-untyped,unused-ignore]  # it brings no types of its own

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.lineage.analysis.graphs import work
from headwater_catalog.lineage.analysis.loading import Lineage


@dataclass(frozen=True, slots=True)
class ChainStep:
    """A job of the chain, or several that lie on one cycle; duration: of all of them, in microseconds.

    via: the datasets between the step before and this one; of a cycle also those on it.
    """

    jobs: tuple[int, ...]
    duration: int
    via: tuple[int, ...]


def critical_path(
    lineage: Lineage, durations: Mapping[int, int], chosen: Collection[int] | None = None
) -> list[ChainStep]:
    """The longest chain of jobs, each of which reads what the one before writes, by their durations (microseconds).

    A job without a duration counts as none; of chains that take equally long the one of more jobs is told, then the
    first by name. Jobs on a cycle have no order: they stand as one step that takes as long as all of them.
    chosen: see headwater_catalog.lineage.analysis.graphs.work.
    """
    graph = work(lineage, chosen)
    place = {node: at for at, node in enumerate(lineage.nodes)}
    condensed = nx.condensation(graph)
    members: dict[int, list[int]] = {
        component: sorted(condensed.nodes[component]["members"], key=place.__getitem__) for component in condensed
    }
    own = {component: _weight(lineage, durations, nodes) for component, nodes in members.items()}
    best: dict[int, tuple[int, int]] = {}
    before: dict[int, int | None] = {}
    for component in nx.lexicographical_topological_sort(condensed, key=lambda one: place[members[one][0]]):
        # Of equal ones the first by name: the greatest of negative places.
        ways = [(best[one], -place[members[one][0]], one) for one in condensed.predecessors(component)]
        (time, jobs), _, last = max(ways, default=((0, 0), 0, None))
        best[component] = (time + own[component][0], jobs + own[component][1])
        before[component] = last
    end = max(best, key=lambda one: (best[one], -place[members[one][0]]), default=None)
    return _steps(lineage, durations, _back(before, end), members)


def _weight(lineage: Lineage, durations: Mapping[int, int], nodes: list[int]) -> tuple[int, int]:
    """How long the jobs among the nodes take, and how many they are."""
    jobs = [node for node in nodes if lineage.nodes[node].kind == JOB]
    return sum(durations.get(job, 0) for job in jobs), len(jobs)


def _back(before: Mapping[int, int | None], end: int | None) -> list[int]:
    chain = []
    while end is not None:
        chain.append(end)
        end = before[end]
    return chain[::-1]


def _steps(
    lineage: Lineage, durations: Mapping[int, int], chain: list[int], members: Mapping[int, list[int]]
) -> list[ChainStep]:
    found: list[ChainStep] = []
    via: list[int] = []
    for component in chain:
        jobs = [node for node in members[component] if lineage.nodes[node].kind == JOB]
        via += [node for node in members[component] if lineage.nodes[node].kind == DATASET]
        if jobs:
            found.append(ChainStep(tuple(jobs), sum(durations.get(job, 0) for job in jobs), tuple(via)))
            via = []
    return found
