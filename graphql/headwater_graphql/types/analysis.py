"""Answers about the whole graph: lists with their totals, in pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import strawberry

from headwater_catalog.lineage.analysis import chain, cycles, dated, questions
from headwater_catalog.lineage.analysis.desk import Desk
from headwater_catalog.lineage.analysis.loading import Lineage, load
from headwater_catalog.reading.pages import Order, Page, bounded, page
from headwater_graphql.context import View
from headwater_graphql.types import node
from headwater_graphql.types.links import NodeRef
from headwater_graphql.types.paging import PageInfo, connection
from headwater_graphql.types.scalars import DateTime, Long, moment

MOST_TOLD = 100
"""Nodes and edges that are told of one cycle, and writers of one dataset."""
MOST_VIA = 10
"""Jobs that are told of one edge of a cycle."""
UNKNOWN = 2**63 - 1
"""In a cursor, the place of a moment that is not known: after all others."""

T = TypeVar("T")
R = TypeVar("R")


@dataclass
class Study:
    """The lineage of the whole catalog at one moment, loaded once for all that is asked of it in one request.

    chosen: what the selector names, None: everything. after: see headwater_catalog.lineage.edges.after.
    """

    view: View
    desk: Desk
    chosen: Collection[int] | None
    after: int
    loaded: asyncio.Task[Lineage] | None = field(default=None)

    async def lineage(self) -> Lineage:
        """The lineage of the whole catalog."""
        if self.loaded is None:
            self.loaded = asyncio.ensure_future(load(self.view.connection, self.after))
        return await self.loaded

    async def answer(self, work: Callable[[Lineage], Sequence[R]], of: Callable[[R], int]) -> list[R]:
        """What a question finds, of what is chosen; of: the node that an item is about."""
        return [one for one in await self.desk.run(work, await self.lineage()) if self.shows(of(one))]

    def shows(self, *nodes: int) -> bool:
        """Whether any of these is chosen."""
        return self.chosen is None or any(one in self.chosen for one in nodes)


@strawberry.type(description="A part of a list. total: of the whole list; `after` takes endCursor of the page before.")
class Analysed(Generic[T]):
    """A part of a list, and how long the list is."""

    nodes: list[T]
    total: Long
    page_info: PageInfo


@strawberry.type(description="A dataset or job that a list names.")
class FoundNode:
    """A dataset or job that a list names."""

    view: strawberry.Private[View]
    row: strawberry.Private[int]

    @strawberry.field
    async def node(self) -> NodeRef | None:
        """The dataset or job."""
        return await node.of_name(self.view, self.row)


@strawberry.type(description="A dataset with what is downstream of it.")
class RankedDataset:
    """A dataset with what is downstream of it."""

    view: strawberry.Private[View]
    row: strawberry.Private[questions.Ranked]

    @strawberry.field
    async def node(self) -> NodeRef | None:
        """The dataset."""
        return await node.of_name(self.view, self.row.node)

    @strawberry.field(description="Datasets downstream of it, and jobs that only read; itself does not count.")
    def reach(self) -> Long:
        """How many are downstream of it."""
        return Long(self.row.reach)

    @strawberry.field(description="Those of them one step away.")
    def direct(self) -> Long:
        """How many are one step away."""
        return Long(self.row.direct)


@strawberry.type(description="A dataset that nothing reads.")
class UnusedDataset:
    """A dataset that nothing reads."""

    view: strawberry.Private[View]
    row: strawberry.Private[dated.Unused]

    @strawberry.field
    async def node(self) -> NodeRef | None:
        """The dataset."""
        return await node.of_name(self.view, self.row.node)

    @strawberry.field(
        description="When the last that read it ceased to; where nothing ever did, when it was first written; "
        "null: not known."
    )
    def since(self) -> DateTime | None:
        """Since when nothing reads it."""
        return moment(self.row.since)

    @strawberry.field(description="Whether anything ever read it.")
    def read(self) -> bool:
        """Whether anything ever read it."""
        return self.row.read


@strawberry.type(
    description="A column of a newest schema that nothing is made of, while its dataset's others are used."
)
class UnusedColumn:
    """A column that nothing is made of."""

    view: strawberry.Private[View]
    row: strawberry.Private[dated.UnusedColumn]

    @strawberry.field
    async def node(self) -> NodeRef | None:
        """The column."""
        return await node.of_column(self.view, (self.row.node, self.row.path))

    @strawberry.field(description="False: a reader of its dataset does not say which columns it uses.")
    def sure(self) -> bool:
        """Whether every reader says which columns it uses."""
        return self.row.sure


@strawberry.type(description="A dataset that several jobs write.")
class SharedDataset:
    """A dataset that several jobs write."""

    view: strawberry.Private[View]
    row: strawberry.Private[questions.Written]

    @strawberry.field
    async def node(self) -> NodeRef | None:
        """The dataset."""
        return await node.of_name(self.view, self.row.node)

    @strawberry.field(description="The jobs, at most 100; of a job and those that it started only these.")
    async def writers(self) -> list[NodeRef | None]:
        """The jobs that write it."""
        return list(await node.of_names(self.view, self.row.jobs[:MOST_TOLD]))

    @strawberry.field(description="How many jobs.")
    def count(self) -> Long:
        """How many jobs write it."""
        return Long(len(self.row.jobs))


@strawberry.type(description="An edge of a cycle.")
class CycleEdge:
    """An edge of a cycle."""

    view: strawberry.Private[View]
    row: strawberry.Private[tuple[int, int, tuple[int, ...]]]

    @strawberry.field(name="from")
    async def from_(self) -> NodeRef | None:
        """Where it begins."""
        return await node.of_name(self.view, self.row[0])

    @strawberry.field
    async def to(self) -> NodeRef | None:
        """Where it ends."""
        return await node.of_name(self.view, self.row[1])

    @strawberry.field(description="The jobs that state it, at most 10.")
    async def via(self) -> list[NodeRef | None]:
        """The jobs that state it."""
        return list(await node.of_names(self.view, self.row[2][:MOST_VIA]))


@strawberry.type(description="Datasets each of which is made of each; one alone is made of itself.")
class Cycle:
    """Datasets each of which is made of each."""

    view: strawberry.Private[View]
    row: strawberry.Private[cycles.Cycle]

    @strawberry.field(description="How many datasets lie on it.")
    def size(self) -> Long:
        """How many lie on it."""
        return Long(len(self.row.nodes))

    @strawberry.field(description="What lies on it, at most 100.")
    async def nodes(self) -> list[NodeRef | None]:
        """What lies on it."""
        return list(await node.of_names(self.view, self.row.nodes[:MOST_TOLD]))

    @strawberry.field(description="What closes it, at most 100.")
    def edges(self) -> list[CycleEdge]:
        """What closes it."""
        return [CycleEdge(view=self.view, row=edge) for edge in self.row.edges[:MOST_TOLD]]

    @strawberry.field(description="Ways round without passing anything twice, at most 20; of more than 300 none.")
    async def ways(self) -> list[list[NodeRef | None]]:
        """Ways round."""
        return [list(await node.of_names(self.view, way)) for way in self.row.simple]

    @strawberry.field(description="Whether nothing of it is left out: nodes, edges, ways.")
    def complete(self) -> bool:
        """Whether nothing of it is left out."""
        return self.row.whole and max(len(self.row.nodes), len(self.row.edges)) <= MOST_TOLD


@strawberry.type(description="A job of the critical path; several where they lie on one cycle.")
class CriticalStep:
    """A job of the critical path."""

    view: strawberry.Private[View]
    row: strawberry.Private[chain.ChainStep]
    known: strawberry.Private[bool]

    @strawberry.field
    async def jobs(self) -> list[NodeRef | None]:
        """The job; several where they lie on one cycle, at most 100."""
        return list(await node.of_names(self.view, self.row.jobs[:MOST_TOLD]))

    @strawberry.field(description="Milliseconds that the last complete runs took; null: not known of all.")
    def duration_ms(self) -> Long | None:
        """How long it takes."""
        return Long(self.row.duration // 1_000) if self.known else None

    @strawberry.field(description="The datasets between the step before and this one, at most 100.")
    async def via(self) -> list[NodeRef | None]:
        """The datasets between."""
        return list(await node.of_names(self.view, self.row.via[:MOST_TOLD]))


@strawberry.type(description="The chain of jobs that takes longest, each reading what the one before writes.")
class CriticalPath:
    """The chain of jobs that takes longest."""

    steps: list[CriticalStep]
    total: Long
    duration_ms: Long
    unknown: Long


@strawberry.type(
    description="Questions to the whole graph. The selector says what is listed: lineage of the whole catalog counts, "
    "but in criticalPath, which stays within it."
)
class Analysis:
    """Questions to the whole graph."""

    study: strawberry.Private[Study]

    @strawberry.field(description="Datasets by how many are downstream of them.")
    async def ranking(self, first: int | None = 50, after: str | None = None) -> Analysed[RankedDataset]:
        """Datasets by reach."""
        found = await self.study.answer(questions.ranking, lambda one: one.node)
        refs = await _refs(self.study)
        order = Order[questions.Ranked](
            "ranking", lambda one: (-one.reach, -one.direct, refs(one.node)), (int, int, str)
        )
        return await self._page(found, order, first=first, after=after, make=RankedDataset)

    @strawberry.field(description="Datasets that are read and made of nothing that is known.")
    async def sources(self, first: int | None = 50, after: str | None = None) -> Analysed[FoundNode]:
        """Datasets where lineage begins."""
        return await self._named("sources", questions.sources, first, after)

    @strawberry.field(description="Datasets that are written and that nothing reads.")
    async def sinks(self, first: int | None = 50, after: str | None = None) -> Analysed[FoundNode]:
        """Datasets where lineage ends."""
        return await self._named("sinks", questions.sinks, first, after)

    @strawberry.field(
        description="Datasets that nothing reads or writes, then jobs that read and write nothing and started none."
    )
    async def orphans(self, first: int | None = 50, after: str | None = None) -> Analysed[FoundNode]:
        """Datasets and jobs without any edge."""
        return await self._named("orphans", questions.orphans, first, after)

    @strawberry.field(description="What is made of itself over others, the largest first.")
    async def cycles(self, first: int | None = 10, after: str | None = None) -> Analysed[Cycle]:
        """What is made of itself."""
        found = await self.study.desk.run(cycles.cycles, await self.study.lineage())
        shown = [one for one in found if self.study.shows(*one.nodes)]
        refs = await _refs(self.study)
        order = Order[cycles.Cycle]("cycles", lambda one: (-len(one.nodes), refs(one.nodes[0])), (int, str))
        return await self._page(shown, order, first=first, after=after, make=Cycle, default=10)

    @strawberry.field(
        description="The chain of jobs that takes longest, by their last complete runs. total: steps; unknown: jobs of "
        "it whose duration nobody told, which count as 0. Jobs on one cycle are one step that takes as long as all."
    )
    async def critical_path(self, first: int | None = 50) -> CriticalPath:
        """The chain of jobs that takes longest."""
        size, lineage = bounded(first, 50), await self.study.lineage()
        times = await dated.durations(self.study.view.connection)
        found = await self.study.desk.run(chain.critical_path, lineage, times, self.study.chosen)
        unknown = [[job for job in step.jobs if job not in times] for step in found]
        steps = [
            CriticalStep(view=self.study.view, row=step, known=not missing)
            for step, missing in zip(found, unknown, strict=True)
        ]
        return CriticalPath(
            steps=steps[:size],
            total=Long(len(steps)),
            duration_ms=Long(sum(step.duration for step in found) // 1_000),
            unknown=Long(sum(map(len, unknown))),
        )

    @strawberry.field(description="Datasets that nothing reads, the longest unused first.")
    async def unused_datasets(self, first: int | None = 50, after: str | None = None) -> Analysed[UnusedDataset]:
        """Datasets that nothing reads."""
        nodes = await self.study.answer(questions.unused, lambda one: one)
        found = await dated.last_reads(self.study.view.connection, nodes)
        refs = await _refs(self.study)
        order = Order[dated.Unused](
            "unused", lambda one: (UNKNOWN if one.since is None else one.since, refs(one.node)), (int, str)
        )
        return await self._page(found, order, first=first, after=after, make=UnusedDataset)

    @strawberry.field(
        description="Columns of newest schemas that nothing is made of, of datasets whose readers tell which columns "
        "they use."
    )
    async def unused_columns(self, first: int | None = 50, after: str | None = None) -> Analysed[UnusedColumn]:
        """Columns that nothing is made of."""
        study = self.study
        found = await dated.unused_columns(study.view.connection, await study.lineage(), study.chosen, study.after)
        refs = await _refs(study)
        order = Order[dated.UnusedColumn]("columns", lambda one: (refs(one.node), one.path), (str, str))
        return await self._page(found, order, first=first, after=after, make=UnusedColumn)

    @strawberry.field(description="Datasets that several jobs write.")
    async def several_writers(self, first: int | None = 50, after: str | None = None) -> Analysed[SharedDataset]:
        """Datasets that several jobs write."""
        found = await self.study.answer(questions.several_writers, lambda one: one.node)
        refs = await _refs(self.study)
        order = Order[questions.Written]("writers", lambda one: (refs(one.node),), (str,))
        return await self._page(found, order, first=first, after=after, make=SharedDataset)

    async def _named(
        self, name: str, work: Callable[[Lineage], Sequence[int]], first: int | None, after: str | None
    ) -> Analysed[FoundNode]:
        found = await self.study.answer(work, lambda one: one)
        nodes = (await self.study.lineage()).nodes
        order = Order[int](name, lambda one: (nodes[one].kind, nodes[one].ref), (int, str))
        return await self._page(found, order, first=first, after=after, make=FoundNode)

    async def _page(
        self,
        found: Sequence[R],
        order: Order[R],
        *,
        first: int | None,
        after: str | None,
        make: Callable[..., T],
        default: int = 50,
    ) -> Analysed[T]:
        size, place = bounded(first, default), tuple(order.place(after).values())
        rest = found if after is None else await self.study.desk.run(_beyond, found, order, place)
        shown: Page[Any] = page(rest[: size + 1], size, order)
        made = [make(view=self.study.view, row=row) for row in shown.items]
        info = connection(shown, made, after).page_info
        return Analysed(nodes=made, total=Long(len(found)), page_info=info)


async def _refs(study: Study) -> Callable[[int], str]:
    nodes = (await study.lineage()).nodes
    return lambda one: nodes[one].ref


def _beyond(found: Sequence[R], order: Order[R], place: tuple[Any, ...]) -> list[R]:
    """What comes after the place of a cursor."""
    return [one for one in found if order.key(one) > place]
