"""Lineage questions: a selector, how far and how fine to look, answered as one graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, LiteralString

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.errors import HeadwaterError, InvalidRequest, TooLarge
from headwater_catalog.lineage.around import AroundJobs
from headwater_catalog.lineage.collapse import CollapsedSteps
from headwater_catalog.lineage.columns import ColumnSteps
from headwater_catalog.lineage.edges import CURRENT, Connection
from headwater_catalog.lineage.graph import Column, Cut, Direction, Graph, K, Steps
from headwater_catalog.lineage.jobs import JobSteps, Writing, WritingSteps
from headwater_catalog.lineage.resolve import (
    MOST_NODES,
    SETS,
    AmbiguousName,
    Resolved,
    UnknownName,
    named_set,
    resolve,
    resolve_plain,
)
from headwater_catalog.lineage.select import Atom, Selector, parse, place_in, walks
from headwater_catalog.lineage.walk import walk
from headwater_catalog.lineage.withheld import KeptSteps, KeptWriting, Pairs, withheld
from headwater_catalog.reading import nodes
from headwater_catalog.statements import NOW, Bounds

BOTH = (Direction.UP, Direction.DOWN)
MOST_ROOT_COLUMNS = 5_000
MOST_LISTED = 100_000
"""How many nodes the selector of a list may name."""

# The columns of datasets: of the newest schema, and those that open claims make or use.
COLUMNS_OF: LiteralString = """
SELECT node, path FROM field WHERE node = ANY(%(nodes)s) AND depth = 1
UNION
SELECT span.target, col.target_field FROM span JOIN claim_column col ON col.claim = span.claim
WHERE span.target = ANY(%(nodes)s) AND span.to_s IS NULL AND col.target_field IS NOT NULL
UNION
SELECT col.source, col.source_field FROM claim_column col WHERE col.source = ANY(%(nodes)s)
ORDER BY 1, 2 LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked. directions and depth (None: all) count only where the selector itself does not walk.

    exclude: a selector of what the answer leaves out, at its end: paths through it stay walked.
    lost_before: for `state:`, see `named_set`.
    then: the moment as which the connection sees the catalog, for what people and producers said.
    collapse: between jobs, the level of the hierarchy below which they stand as their ancestor; None: none does.
    absent: where names go that mean nothing, which raise UnknownName else.
    """

    select: str
    directions: Sequence[Direction] = BOTH
    depth: int | None = 3
    limit: int = 1_000
    lost_before: int = 0
    collapse: int | None = None
    absent: set[str] | None = None
    exclude: str | None = None
    then: Bounds = NOW


@dataclass(frozen=True, slots=True)
class Graphs:
    """The graph of the catalog at one moment, by granularity, without edges that were taken back."""

    datasets: Writing
    columns: Steps[Column]
    withheld: Pairs = frozenset()

    @classmethod
    async def of(cls, connection: Connection, after: int = CURRENT) -> Graphs:
        """As the connection sees the catalog; after: see headwater_catalog.lineage.edges.after."""
        between, columns = WritingSteps(connection, after), ColumnSteps(connection, after)
        pairs = await withheld(connection)
        return cls(KeptWriting(between, pairs), KeptSteps(columns, pairs), pairs) if pairs else cls(between, columns)

    @property
    def jobs(self) -> Steps[int]:
        """Between jobs."""
        return self._kept(JobSteps(self.datasets))

    def around(self, jobs: Iterable[int]) -> Steps[int]:
        """Between datasets, and between these jobs and what they read and write."""
        return self._kept(AroundJobs(self.datasets, jobs))

    def _kept(self, steps: Steps[int]) -> Steps[int]:
        return KeptSteps(steps, self.withheld) if self.withheld else steps


class Grain(Enum):
    """Between what a step leads."""

    DATASET = "dataset"
    JOB = "job"
    COLUMN = "column"


@dataclass(frozen=True, slots=True)
class Traced:
    """An answer, with the steps that it walked."""

    grain: Grain
    graph: Graph[Any]
    steps: Steps[Any]


async def trace(connection: Connection, graphs: Graphs, question: Question, grain: Grain | None) -> Traced:
    """Lineage of what a selector names; grain None: between columns where it names columns, else between datasets."""
    selector, named = await _read(connection, question)
    if grain is None:
        grain = Grain.COLUMN if all(found.columns for found in named.values()) else Grain.DATASET
    _check_collapse(question.collapse, grain)
    found = await _TRACES[grain](connection, graphs, selector, named, question)
    if question.exclude is not None:
        less = replace(question, select=question.exclude, exclude=None, directions=(), depth=0)
        gone = await _TRACES[grain](connection, graphs, *await _read(connection, less), less)
        found.graph.leave_out(gone.graph)
    return found


async def _read(connection: Connection, question: Question) -> tuple[Selector, dict[Atom, Resolved]]:
    """The selector of a question, and what its parts name; errors say where in it."""
    selector = parse(question.select)
    try:
        return selector, await _resolve(connection, selector, question)
    except HeadwaterError as error:
        if "position" in error.data:
            error.data |= place_in(question.select, error.data["position"])
        raise


def _check_collapse(level: int | None, grain: Grain) -> None:
    if level is not None and (level < 1 or grain is not Grain.JOB):
        raise InvalidRequest(
            "invalid_collapse",
            "collapse is a level of jobs, 1 or more, in lineage between jobs.",
            "Ask with granularity JOB; 1 leaves the outermost jobs, 2 also those that they started.",
        )


async def _datasets(
    _: Connection, graphs: Graphs, selector: Selector, named: dict[Atom, Resolved], question: Question
) -> Traced:
    """A job that is named stands among the datasets that it reads and writes."""
    jobs = await graphs.datasets.jobs_among({node for found in named.values() for node in found.found})
    steps = graphs.around(jobs) if jobs else graphs.datasets
    starts = {atom: list(found.found) for atom, found in named.items()}
    return Traced(Grain.DATASET, await _answer(steps, selector, starts, question), steps)


async def _jobs(
    connection: Connection, graphs: Graphs, selector: Selector, named: dict[Atom, Resolved], question: Question
) -> Traced:
    """A dataset stands for the jobs that write it, else for those that read it."""
    starts = {atom: await _jobs_of(graphs.datasets, list(found.found)) for atom, found in named.items()}
    if question.collapse is None:
        return Traced(Grain.JOB, await _answer(graphs.jobs, selector, starts, question), graphs.jobs)
    steps = CollapsedSteps(connection, graphs.jobs, question.collapse)
    starts = {atom: sorted(set((await steps.standing(found)).values())) for atom, found in starts.items()}
    return Traced(Grain.JOB, await _answer(steps, selector, starts, question), steps)


async def _columns(
    connection: Connection, graphs: Graphs, selector: Selector, named: dict[Atom, Resolved], question: Question
) -> Traced:
    """A dataset stands for all its columns, a job for those of what it writes."""
    starts = {}
    for atom, found in named.items():
        columns = list(found.columns) or await _columns_of(connection, list(found.found))
        starts[atom] = columns or await _columns_of(connection, await _targets_of(graphs.datasets, list(found.found)))
    return Traced(
        Grain.COLUMN, await _answer(graphs.columns, selector, starts, question, MOST_ROOT_COLUMNS), graphs.columns
    )


_TRACES = {Grain.DATASET: _datasets, Grain.JOB: _jobs, Grain.COLUMN: _columns}


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
    steps: Steps[K], selector: Selector, named: dict[Atom, list[K]], question: Question, most: int = MOST_NODES
) -> Graph[K]:
    walking = walks(selector)
    answer = Graph[K]()
    if any(len(nodes) > most for nodes in named.values()):
        answer.cuts.append(Cut("LIMIT", None, 0))
    for atoms in selector:
        parts = [await _part(steps, atom, named[atom], question.limit) for atom in atoms]
        for part in parts[1:]:
            parts[0].intersect(part)
        answer.unite(parts[0])
    if walking:
        return answer
    roots = answer.roots
    for direction in question.directions:
        answer.unite(await walk(steps, roots, direction, question.depth, max(question.limit, len(roots))))
    return answer


async def _part(steps: Steps[K], atom: Atom, starts: list[K], limit: int) -> Graph[K]:
    """What one part of a selector names: its nodes, and what its `+` and `@` reach."""
    graph = Graph[K](roots=list(starts), depth=dict.fromkeys(starts, 0))
    limit = max(limit, len(starts))
    if atom.around:
        graph.unite(await walk(steps, starts, Direction.DOWN, None, limit))
        needed = await walk(steps, list(graph.depth), Direction.UP, None, limit)
        graph.unite(needed)
        graph.roots = list(starts)
    if atom.up != 0:
        graph.unite(await walk(steps, starts, Direction.UP, atom.up, limit))
    if atom.down != 0:
        graph.unite(await walk(steps, starts, Direction.DOWN, atom.down, limit))
    return graph


async def _resolve(connection: Connection, selector: Selector, question: Question) -> dict[Atom, Resolved]:
    atoms = list(dict.fromkeys(atom for part in selector for atom in part))
    plain = [atom for atom in atoms if atom.method not in SETS]
    for atom in plain:
        if atom.method in ("run", "field"):
            raise InvalidRequest(
                "invalid_selector",
                f"{atom.method}: is not understood here.",
                "Name a dataset, a job or a column (orders#amount).",
                position=atom.position,
            )
    # Without a kind in front a name is that of a dataset, else of a job: what answers print can be typed.
    bare = [atom for atom in plain if not atom.method]
    told = [atom for atom in plain if atom.method]
    found = dict(zip(bare, await resolve_plain(connection, [(a.value, a.column) for a in bare]), strict=True))
    refs = [(JOB if atom.method == "job" else DATASET, atom.value, atom.column) for atom in told]
    found |= dict(zip(told, await resolve(connection, refs), strict=True))
    for atom in plain:
        await _check(connection, atom, found[atom], question.absent)
    for atom in atoms:
        if atom.method in SETS:
            found[atom] = Resolved(tuple(await named_set(connection, atom, question.lost_before, question.then)))
    return found


async def _check(connection: Connection, atom: Atom, found: Resolved, absent: set[str] | None) -> None:
    """Raise where a name means nothing, unless that may be, or several."""
    shown = f"{atom.value}#{atom.column}" if atom.column else atom.value
    several = len(found.columns) > 1 or (not found.columns and len(found.found) > 1)
    if several:
        ids = [node for node, _ in found.columns] or list(found.found)
        named = await nodes.by_ids(connection, ids)
        paths = [path for _, path in found.columns] or [None] * len(ids)
        whole = [f"{named[n].ref}#{path}" if path else named[n].ref for n, path in zip(ids, paths, strict=True)]
        raise AmbiguousName(shown, whole, position=atom.position)
    if not found.found and not found.columns:
        if absent is None:
            raise UnknownName(shown, position=atom.position)
        absent.add(shown)


async def _jobs_of(steps: Writing, named: list[int]) -> list[int]:
    found = await steps.jobs_among(named)
    others = [node for node in named if node not in found]
    if others:
        writers = {w.job for w in await steps.written(targets=others) if w.job}
        found |= writers or {e.job for e in await steps.between(others, None, Direction.DOWN, 10_000) if e.job}
    return sorted(found)


async def _targets_of(steps: Writing, named: list[int]) -> list[int]:
    """What the jobs among the nodes write."""
    jobs = await steps.jobs_among(named)
    return sorted({one.target for one in await steps.written(jobs=list(jobs)) if one.job in jobs}) if jobs else []


async def _columns_of(connection: Connection, named: list[int]) -> list[Column]:
    if not named:
        return []
    cursor = await connection.execute(COLUMNS_OF, {"nodes": named, "limit": MOST_ROOT_COLUMNS + 1})
    return [(node, path) for node, path in await cursor.fetchall()]


__all__ = ["BOTH", "Grain", "Graphs", "Question", "Traced", "selected", "trace"]
