"""Lineage questions: a selector, how far and how fine to look, answered as one graph."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import Any

from headwater_catalog.errors import InvalidRequest, TooLarge
from headwater_catalog.lineage.acts import ActSteps
from headwater_catalog.lineage.around import AroundJobs
from headwater_catalog.lineage.bridge import BridgedSteps, Named
from headwater_catalog.lineage.collapse import CollapsedSteps
from headwater_catalog.lineage.columns import ColumnSteps
from headwater_catalog.lineage.edges import ALL, CURRENT, Connection, DatasetSteps
from headwater_catalog.lineage.graph import Column, Cut, Direction, Graph, K, Steps
from headwater_catalog.lineage.groups import GroupSteps, Jobs
from headwater_catalog.lineage.jobs import JobSteps, Writing, WritingSteps
from headwater_catalog.lineage.meant import meant
from headwater_catalog.lineage.narrow import (
    EVERY_EDGE,
    EnvironmentWriting,
    Filter,
    LabelledSteps,
    in_environment,
    narrowed,
)
from headwater_catalog.lineage.ordering import Ordering, When
from headwater_catalog.lineage.question import BOTH, Question
from headwater_catalog.lineage.resolve import (
    MOST_NODES,
    Resolved,
)
from headwater_catalog.lineage.select import Atom, Selector, walks
from headwater_catalog.lineage.spoken import pieces
from headwater_catalog.lineage.starts import MOST_ROOT_COLUMNS, columns_of, data_of, jobs_of, targets_of
from headwater_catalog.lineage.walk import walk
from headwater_catalog.lineage.withheld import KeptSteps, KeptWriting, Pairs, withheld
from headwater_catalog.statements import NOW, Bounds

MOST_LISTED = 100_000
"""How many nodes the selector of a list may name."""


@dataclass(frozen=True, slots=True)
class Graphs:
    """The graph of the catalog at one moment, by granularity, without edges that were taken back."""

    connection: Connection
    after: int
    datasets: Writing
    columns: Steps[Column]
    withheld: Pairs = frozenset()

    @classmethod
    async def of(cls, connection: Connection, after: int = CURRENT) -> Graphs:
        """As the connection sees the catalog; after: see headwater_catalog.lineage.edges.after."""
        between, columns = WritingSteps(connection, after), ColumnSteps(connection, after)
        pairs = await withheld(connection)
        if not pairs:
            return cls(connection, after, between, columns)
        return cls(connection, after, KeptWriting(between, pairs), KeptSteps(columns, pairs), pairs)

    def within(self, environment: str | None) -> Graphs:
        """The same between datasets of one environment, and jobs; None: of all."""
        if environment is None:
            return self
        return replace(self, datasets=EnvironmentWriting(self.connection, self.datasets, environment))

    def along(self, kept: Filter) -> Steps[int]:
        """Between datasets, along edges that count."""
        steps = DatasetSteps(self.connection, self.after, kept.statuses, kept.counting)
        return in_environment(self.connection, self.kept(steps), kept)

    @property
    def acts(self) -> ActSteps:
        """Between runs and versions of datasets; edges that were taken back are in it."""
        return ActSteps(self.connection)

    @property
    def jobs(self) -> Steps[int]:
        """Between jobs."""
        return self.kept(JobSteps(self.datasets))

    def around(self, jobs: Iterable[int]) -> Steps[int]:
        """Between datasets, and between these jobs and what they read and write."""
        return self.kept(AroundJobs(self.datasets, jobs))

    def kept(self, steps: Steps[K]) -> Steps[K]:
        """Steps of any granularity, without edges that were taken back."""
        return KeptSteps(steps, self.withheld) if self.withheld else steps


class Grain(Enum):
    """Between what a step leads."""

    DATASET = "dataset"
    JOB = "job"
    COLUMN = "column"
    RUN = "run"
    ZONE = "zone"
    NAMESPACE = "namespace"


@dataclass(frozen=True, slots=True)
class Traced:
    """An answer, with the steps that it walked."""

    grain: Grain
    graph: Graph[Any]
    steps: Steps[Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what its selectors mean: of each part of the one, and of the other what is hidden."""

    graphs: Graphs
    selector: Selector
    named: dict[Atom, Resolved]
    question: Question
    hidden: frozenset[int]

    @property
    def connection(self) -> Connection:
        """Where the catalog is, at its moment."""
        return self.graphs.connection

    def found(self) -> dict[Atom, list[int]]:
        """The datasets and jobs that each part names."""
        return {atom: list(found.found) for atom, found in self.named.items()}

    def bridged(self, steps: Steps[K], starts: dict[Atom, list[K]]) -> Steps[K]:
        """Steps without what is hidden, but for what is asked for itself."""
        asked = {node for nodes_of in starts.values() for node in nodes_of}
        return BridgedSteps(steps, Named(self.hidden, asked)) if self.hidden else steps


async def trace(connection: Connection, graphs: Graphs, question: Question, grain: Grain | None) -> Traced:
    """Lineage of what a selector names; grain None: between columns where it names columns, else between datasets."""
    asked = await _asked(graphs, question, grain)
    if grain is None:
        grain = Grain.COLUMN if all(found.columns for found in asked.named.values()) else Grain.DATASET
    _check_collapse(question.collapse, grain)
    found = await _TRACES[grain](asked)
    if question.exclude is not None:
        less = replace(question, select=question.exclude, exclude=None, directions=(), depth=0)
        # Of a dataset all versions are left out, of a job all runs.
        ever = replace(graphs, after=ALL) if grain is Grain.RUN else graphs
        found.graph.leave_out((await _TRACES[grain](await _asked(ever, less, grain))).graph)
    return found


async def _asked(graphs: Graphs, question: Question, grain: Grain | None) -> Asked:
    """A question with what its selectors mean; errors say where in them."""
    runs = grain is Grain.RUN
    selector, named = await meant(graphs.connection, question.select, question, runs=runs)
    return Asked(graphs, selector, named, question, await _hidden(graphs, question))


def _check_collapse(level: int | None, grain: Grain) -> None:
    if level is not None and (level < 1 or grain is not Grain.JOB):
        raise InvalidRequest(
            "invalid_collapse",
            "collapse is a level of jobs, 1 or more, in lineage between jobs.",
            "Ask with granularity JOB; 1 leaves the outermost jobs, 2 also those that they started.",
        )


async def _hidden(graphs: Graphs, question: Question) -> frozenset[int]:
    """The datasets and jobs that `bridge` names."""
    if question.bridge is None:
        return frozenset()
    _, named = await meant(graphs.connection, question.bridge, question)
    if any(found.columns for found in named.values()):
        raise InvalidRequest("invalid_bridge", "bridge names a column.", "Name datasets or jobs, whose columns go too.")
    asked = replace(question, select=question.bridge, bridge=None, exclude=None, kept=EVERY_EDGE)
    asked = replace(asked, directions=(), depth=0, limit=MOST_LISTED, collapse=None)
    return frozenset((await trace(graphs.connection, graphs, asked, Grain.DATASET)).graph.depth)


async def _datasets(asked: Asked) -> Traced:
    """A job that is named stands among the datasets that it reads and writes."""
    starts, kept = asked.found(), asked.question.kept
    jobs = await asked.graphs.datasets.jobs_among({node for found in starts.values() for node in found})
    steps = narrowed(asked.connection, asked.graphs.around(jobs), kept) if jobs else asked.graphs.along(kept)
    return await _answer(Grain.DATASET, asked, asked.bridged(steps, starts), starts)


async def _jobs(asked: Asked) -> Traced:
    """A dataset stands for the jobs that write it, else for those that read it."""
    question, within = asked.question, asked.graphs.within(asked.question.kept.environment_asked)
    starts = {atom: await jobs_of(asked.graphs.datasets, found) for atom, found in asked.found().items()}
    steps = within.jobs
    if question.collapse is not None:
        collapsed = CollapsedSteps(asked.connection, steps, question.collapse)
        starts = {atom: sorted(set((await collapsed.standing(found)).values())) for atom, found in starts.items()}
        steps = collapsed
    if question.kept.by_label:
        steps = LabelledSteps(steps, question.kept)
    return await _answer(Grain.JOB, asked, asked.bridged(steps, starts), starts)


async def _columns(asked: Asked) -> Traced:
    """A dataset stands for all its columns, a job for those of what it writes; a tag for those that are tagged."""
    starts = {}
    for atom, found in asked.named.items():
        columns, wholes = await pieces(asked.connection, atom, found, asked.question.then)
        starts[atom] = list(dict.fromkeys([*columns, *await _columns_of(asked, wholes)]))[: MOST_ROOT_COLUMNS + 1]
    steps = narrowed(asked.connection, asked.graphs.columns, asked.question.kept)
    return await _answer(Grain.COLUMN, asked, asked.bridged(steps, starts), starts, most=MOST_ROOT_COLUMNS)


async def _columns_of(asked: Asked, wholes: list[int]) -> list[Column]:
    """All columns of datasets, and of what jobs write."""
    writing = asked.graphs.datasets
    jobs = await writing.jobs_among(wholes)
    datasets = {*(node for node in wholes if node not in jobs), *await targets_of(writing, sorted(jobs))}
    return await columns_of(asked.connection, sorted(datasets))


async def _acts(asked: Asked) -> Traced:
    """A dataset stands for its newest version, a job for its last run; with history for all of that time."""
    base, after = asked.graphs.acts, asked.graphs.after
    starts = {}
    for atom, found in asked.named.items():
        jobs = await asked.graphs.datasets.jobs_among(found.found)
        datasets = [node for node in found.found if node not in jobs]
        acts = [*found.runs, *await base.runs_of(sorted(jobs), after), *await base.versions_of(datasets, after)]
        base.learn(found.runs)
        starts[atom] = await Ordering(asked.connection, base.when).nodes(acts)
    steps = narrowed(asked.connection, asked.graphs.kept(base), asked.question.kept)
    return await _answer(Grain.RUN, asked, asked.bridged(steps, starts), starts, when=base.when)


async def _groups(asked: Asked, grain: Grain) -> Traced:
    """A dataset stands for its zone or namespace, a job for those of what it writes, else reads."""
    writing = asked.graphs.datasets
    hidden = Jobs(writing, Named(asked.hidden) if asked.hidden else None)
    steps = GroupSteps(asked.connection, asked.graphs.along(asked.question.kept), hidden, grain.value)
    starts = {}
    for atom, found in asked.found().items():
        jobs = await writing.jobs_among(found)
        datasets = [node for node in found if node not in jobs] + await data_of(writing, sorted(jobs))
        starts[atom] = sorted(set((await steps.groups_of(datasets)).values()))
    return await _answer(grain, asked, steps, starts)


_TRACES: dict[Grain, Callable[[Asked], Awaitable[Traced]]] = {
    Grain.DATASET: _datasets,
    Grain.JOB: _jobs,
    Grain.COLUMN: _columns,
    Grain.RUN: _acts,
    Grain.ZONE: partial(_groups, grain=Grain.ZONE),
    Grain.NAMESPACE: partial(_groups, grain=Grain.NAMESPACE),
}


async def selected(
    connection: Connection, select: str, lost_before: int = 0, then: Bounds = NOW, exclude: str | None = None
) -> list[int]:
    """The datasets and jobs that a selector names, walks included, for lists; lost_before, then: see Question.

    Raises TooLarge where it names more than MOST_LISTED: a list that left some out would not say so.
    """
    graphs = await Graphs.of(connection)
    question = Question(select, (), 0, MOST_LISTED, lost_before, exclude=exclude, then=then)
    found = (await trace(connection, graphs, question, Grain.DATASET)).graph
    if any(cut.reason == "LIMIT" for cut in found.cuts):
        raise TooLarge(
            "too_many_selected",
            f"{select[:200]} names more than {MOST_LISTED} nodes.",
            "Narrow it with a comma (intersection), or leave select out to list everything.",
        )
    return list(found.depth)


async def _answer(
    grain: Grain,
    asked: Asked,
    steps: Steps[K],
    named: dict[Atom, list[K]],
    *,
    most: int = MOST_NODES,
    when: When | None = None,
) -> Traced:
    question, order = asked.question, Ordering(asked.connection, when)
    answer = Graph[K]()
    if any(len(nodes) > most for nodes in named.values()):
        answer.cuts.append(Cut("LIMIT", None, 0))
    for atoms in asked.selector:
        parts = [await _part(steps, atom, named[atom], question.limit, order) for atom in atoms]
        for part in parts[1:]:
            parts[0].intersect(part)
        answer.unite(parts[0])
    if not walks(asked.selector):
        roots = answer.roots
        for direction in question.directions:
            limit = max(question.limit, len(roots))
            answer.unite(await walk(steps, roots, direction, question.depth, limit, order=order))
    await order.graph(answer)
    return Traced(grain, answer, steps)


async def _part(steps: Steps[K], atom: Atom, starts: list[K], limit: int, order: Ordering) -> Graph[K]:
    """What one part of a selector names: its nodes, and what its `+` and `@` reach."""
    graph = Graph[K](roots=list(starts), depth=dict.fromkeys(starts, 0))
    limit = max(limit, len(starts))
    if atom.around:
        graph.unite(await walk(steps, starts, Direction.DOWN, None, limit, order=order))
        needed = await walk(steps, list(graph.depth), Direction.UP, None, limit, order=order)
        graph.unite(needed)
        graph.roots = list(starts)
    if atom.up != 0:
        graph.unite(await walk(steps, starts, Direction.UP, atom.up, limit, order=order))
    if atom.down != 0:
        graph.unite(await walk(steps, starts, Direction.DOWN, atom.down, limit, order=order))
    return graph


__all__ = ["BOTH", "Asked", "Grain", "Graphs", "Question", "Traced", "selected", "trace"]
