"""The critical path: the chain of jobs that takes longest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.lineage.analysis.graphs import components, is_alone, work
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

    A job that reads and writes nothing, such as one that only starts others, is in no chain. One without a duration
    counts as none; of chains that take equally long the one of more jobs is told, then the
    first by name. Jobs on a cycle have no order: they stand as one step that takes as long as all of them.
    chosen: see headwater_catalog.lineage.analysis.graphs.work.
    """
    graph = work(lineage, chosen)
    graph.remove_nodes_from([node for node in graph if is_alone(graph, node)])
    place = {node: at for at, node in enumerate(lineage.nodes)}
    members = [sorted(each, key=place.__getitem__) for each in components(graph)[::-1]]
    at = {node: number for number, each in enumerate(members) for node in each}
    best: list[tuple[int, int]] = []
    before: list[int | None] = []
    for number, nodes in enumerate(members):
        near = {at[one] for node in nodes for one in graph.pred[node]} - {number}
        last = max(near, key=lambda one: (best[one], -place[members[one][0]]), default=None)
        time, jobs = (0, 0) if last is None else best[last]
        own = _weight(lineage, durations, nodes)
        best.append((time + own[0], jobs + own[1]))
        before.append(last)
    end = max(range(len(members)), key=lambda one: (best[one], -place[members[one][0]]), default=None)
    return _steps(lineage, durations, _back(before, end), members)


def _weight(lineage: Lineage, durations: Mapping[int, int], nodes: list[int]) -> tuple[int, int]:
    """How long the jobs among the nodes take, and how many they are."""
    jobs = [node for node in nodes if lineage.nodes[node].kind == JOB]
    return sum(durations.get(job, 0) for job in jobs), len(jobs)


def _back(before: Sequence[int | None], end: int | None) -> list[int]:
    chain = []
    while end is not None:
        chain.append(end)
        end = before[end]
    return chain[::-1]


def _steps(
    lineage: Lineage, durations: Mapping[int, int], chain: list[int], members: Sequence[list[int]]
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
