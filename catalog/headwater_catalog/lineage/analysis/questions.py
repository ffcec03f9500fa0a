"""What can be asked of a whole graph: pure functions of lineage, whose lists stand in the order of names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.lineage.analysis.graphs import IntGraph, feeds, is_alone, work
from headwater_catalog.lineage.analysis.loading import Lineage, Node
from headwater_catalog.lineage.analysis.reach import reach


@dataclass(frozen=True, slots=True)
class Ranked:
    """A dataset with how many datasets and jobs are downstream of it: of all steps, and of one."""

    node: int
    reach: int
    direct: int


@dataclass(frozen=True, slots=True)
class Written:
    """A dataset with the jobs that write it, in the order of their names."""

    node: int
    jobs: tuple[int, ...]


def ranking(lineage: Lineage) -> list[Ranked]:
    """Datasets that anything is made of, the widest reach first; itself does not count."""
    graph = feeds(lineage)
    reached = reach(graph)
    found = [Ranked(node, reached[node], _out(graph, node)) for node in _datasets(lineage) if reached[node]]
    return sorted(found, key=lambda one: (-one.reach, -one.direct))


def sources(lineage: Lineage) -> list[int]:
    """Datasets that are read and made of nothing that is known."""
    graph = feeds(lineage)
    return [node for node in _datasets(lineage) if _out(graph, node) and not _in(graph, node)]


def sinks(lineage: Lineage) -> list[int]:
    """Datasets that are written, or made of something, and that nothing reads."""
    graph, writing = feeds(lineage), work(lineage)
    return [node for node in _datasets(lineage) if not _out(graph, node) and writing.pred[node]]


def orphans(lineage: Lineage) -> list[int]:
    """Datasets that nothing reads or writes, and jobs that read and write nothing and that are nobody's parent."""
    graph = work(lineage)
    parents = {known.parent for known in lineage.nodes.values()}
    return [node for node in lineage.nodes if is_alone(graph, node) and node not in parents]


def unused(lineage: Lineage) -> list[int]:
    """Datasets that nothing but themselves is made of, and that no job reads."""
    graph = feeds(lineage)
    return [node for node in _datasets(lineage) if not _out(graph, node)]


def several_writers(lineage: Lineage) -> list[Written]:
    """Datasets that several jobs write.

    A job that another of them stands below (the task that started a query) repeats what that one says, and is left out.
    """
    graph, place = work(lineage), {node: at for at, node in enumerate(lineage.nodes)}
    found = []
    for node in _datasets(lineage):
        jobs = {one for one in graph.predecessors(node) if lineage.nodes[one].kind == JOB}
        if len(jobs) > 1:
            jobs -= _above(jobs, lineage.nodes)
        if len(jobs) > 1:
            found.append(Written(node, tuple(sorted(jobs, key=place.__getitem__))))
    return found


def _datasets(lineage: Lineage) -> Iterable[int]:
    return (node for node, known in lineage.nodes.items() if known.kind == DATASET)


def _out(graph: IntGraph, node: int) -> int:
    """How many others are made of a node."""
    return len(graph.succ[node]) - int(graph.has_edge(node, node))


def _in(graph: IntGraph, node: int) -> int:
    """Of how many others a node is made."""
    return len(graph.pred[node]) - int(graph.has_edge(node, node))


def _above(jobs: set[int], nodes: Mapping[int, Node]) -> set[int]:
    """Those of the jobs that some other of them stands below; of jobs on a circle of parents none."""
    above = set()
    for job in jobs:
        chain = _ancestors(job, nodes)
        if job not in chain:
            above |= chain & jobs
    return above


def _ancestors(job: int, nodes: Mapping[int, Node]) -> set[int]:
    """All that stand above a job; itself among them where they lie on a circle."""
    found: set[int] = set()
    parent = nodes[job].parent
    while parent is not None and parent not in found and parent in nodes:
        found.add(parent)
        parent = nodes[parent].parent
    return found
