"""Lineage answers: nodes with their distance, edges with their evidence, where the answer was cut."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import strawberry

from headwater_catalog.codes import DATASET, JOB, OBSERVED
from headwater_catalog.lineage import evidence
from headwater_catalog.lineage.graph import READS, Edge, Graph, Part, Steps, part_of, whole
from headwater_catalog.lineage.graph import Cut as CutRow
from headwater_catalog.lineage.graph import Direction as Way
from headwater_catalog.lineage.narrow import confidence_of
from headwater_catalog.lineage.walk import beyond
from headwater_catalog.names import print_ref, public_id
from headwater_catalog.reading import changes, datasets, jobs, nodes
from headwater_catalog.reading.pages import bounded
from headwater_catalog.times import micros_of
from headwater_graphql.context import View
from headwater_graphql.loaders import Connection as Database
from headwater_graphql.loaders import named
from headwater_graphql.types import node
from headwater_graphql.types.acts import Acts, acts_of
from headwater_graphql.types.dataset import Dataset
from headwater_graphql.types.enums import CutReason, Direction, EdgeKind, Granularity, Method, Status
from headwater_graphql.types.evidence import Evidence, evidence_of
from headwater_graphql.types.field import Field
from headwater_graphql.types.job import Job
from headwater_graphql.types.links import NodeRef
from headwater_graphql.types.paging import Connection, connected
from headwater_graphql.types.quality import DataVersion
from headwater_graphql.types.run import Run
from headwater_graphql.types.scalars import DateTime, Long, moment

KINDS = {one: EdgeKind(one.value) for one in Granularity}
MAY_END = {Granularity.DATASET, Granularity.JOB}
"""Granularities at which an edge may end at a job that only reads."""
NO_ZONE = "(no zone)"

Key = int | str | tuple[int, int | str | None]


@dataclass
class Answer:
    """A graph with all that stands in it, fetched at once, and how many more there are around each node.

    made: datasets and jobs, those that edges go through too. acts: the runs and versions among the nodes.
    """

    view: View
    granularity: Granularity
    graph: Graph[Any]
    steps: Steps[Any]
    names: dict[int, nodes.Named]
    made: dict[int, node.Node]
    acts: Acts
    beyond: dict[Way, asyncio.Task[Mapping[Key, int]]] = field(default_factory=dict)

    def id(self, key: Key) -> strawberry.ID:
        """The public id of a node."""
        if isinstance(key, str):
            return strawberry.ID(public_id(self.granularity.value, key))
        known = self.names[whole(key)]
        if isinstance(key, int) or key[1] is None:
            return strawberry.ID(known.public_id)
        if isinstance(key[1], int):
            return strawberry.ID(self.acts.id(known, key[1]))
        return strawberry.ID(nodes.field_id(known.namespace, known.name, key[1]))

    def node(self, key: Key) -> node.Node | None:
        """The dataset, job, column or run; the dataset where it is not known which column, and of a version."""
        known = self.made.get(whole(key))
        if isinstance(key, int | str) or key[1] is None or not isinstance(known, Dataset):
            run = None if isinstance(key, int | str) else self.acts.runs.get(key[1])
            return known if run is None else Run(view=self.view, row=run)
        return known if isinstance(key[1], int) else Field(view=self.view, row=known.row, column=key[1])

    def ref(self, key: Key) -> str:
        """What a node is called."""
        if isinstance(key, str):
            return key or NO_ZONE
        known = self.names[whole(key)].ref
        if isinstance(key, int) or key[1] is None:
            return known
        if isinstance(key[1], int):
            return self.acts.ref(self.names[whole(key)], key[1])
        return print_ref(known, key[1])

    async def more(self, key: Key, way: Way) -> int:
        """How many neighbours of a node are not in the answer; asked once for all nodes."""
        if way not in self.beyond:
            self.beyond[way] = asyncio.ensure_future(self._count(way))
        return (await self.beyond[way]).get(key, 0)

    async def _count(self, way: Way) -> Mapping[Key, int]:
        inside = self.graph.depth
        return await beyond(self.steps, list(inside), inside, way)


@strawberry.type(description="What flows into or out of a column, and how.")
class Transformation:
    """What flows, and how."""

    type: str
    subtype: str | None
    masking: bool


@strawberry.type(description="A node that has more behind it than the answer shows, and how many neighbours.")
class MoreBehind:
    """A node that has more behind it."""

    id: strawberry.ID
    ref: str
    nodes: Long


@strawberry.type(description="Why an answer is not whole, and what to do.")
class Cut:
    """Why an answer is not whole."""

    reason: CutReason
    direction: Direction | None
    nodes: Long
    sentence: str
    remedy: str
    answer: strawberry.Private[Answer | None] = None

    @strawberry.field(description="Which nodes have more behind them in that direction, those with most first.")
    async def behind(self, first: int | None = 20) -> list[MoreBehind]:
        """Which nodes have more behind them."""
        if self.direction is None or self.answer is None:
            return []
        way, answer = Way(self.direction.value), self.answer
        rim = answer.graph.behind.get(way, set())
        counted = [(key, await answer.more(key, way)) for key in answer.graph.depth if key in rim]
        most = sorted((one for one in counted if one[1]), key=lambda one: -one[1])[: bounded(first, 20)]
        return [MoreBehind(id=answer.id(key), ref=answer.ref(key), nodes=Long(more)) for key, more in most]


@strawberry.type(description="depth: steps from the roots, negative upstream; of both ways the nearer.")
class LineageNode:
    """A node of an answer."""

    answer: strawberry.Private[Answer]
    key: strawberry.Private[Key]
    depth: int

    @strawberry.field
    def id(self) -> strawberry.ID:
        """Its public id."""
        return self.answer.id(self.key)

    @strawberry.field(description="Null of a zone or namespace; of a version the dataset.")
    def node(self) -> NodeRef | None:
        """The dataset, job, column or run."""
        return self.answer.node(self.key)

    @strawberry.field(description="What it is called: a zone, a namespace; a run by its job, a version by its dataset.")
    def ref(self) -> str:
        """What it is called."""
        return self.answer.ref(self.key)

    @strawberry.field(description="Of a version; null of one that no run or event told of, and of all else.")
    def version(self) -> DataVersion | None:
        """Which version of the dataset."""
        found = None if isinstance(self.key, int | str) else self.answer.acts.versions.get(self.key)
        if found is None:
            return None
        at = DateTime(micros_of(found.s))
        return DataVersion(view=self.answer.view, teller=found.teller, at=at, version=found.version)

    @strawberry.field(description="Neighbours upstream that are not in the answer.")
    async def more_upstream(self) -> Long:
        """Neighbours upstream that are not in the answer."""
        return Long(await self.answer.more(self.key, Way.UP))

    @strawberry.field(description="Neighbours downstream that are not in the answer.")
    async def more_downstream(self) -> Long:
        """Neighbours downstream that are not in the answer."""
        return Long(await self.answer.more(self.key, Way.DOWN))


@strawberry.type(description="to was made from from, as one job states it in one status by one method.")
class LineageEdge:
    """An edge of an answer."""

    answer: strawberry.Private[Answer]
    edge: strawberry.Private[Edge[Any]]

    @strawberry.field
    def id(self) -> strawberry.ID:
        """What tells it from other edges."""
        job = self.answer.names[self.edge.job].public_id if self.edge.job else ""
        ends = (self.answer.id(self.edge.source), self.answer.id(self.edge.target))
        return strawberry.ID(public_id("edge", *ends, job, str(self.edge.status), str(self.edge.method)))

    @strawberry.field(name="from")
    def from_(self) -> strawberry.ID:
        """Where it begins."""
        return self.answer.id(self.edge.source)

    @strawberry.field
    def to(self) -> strawberry.ID:
        """Where it ends."""
        return self.answer.id(self.edge.target)

    @strawberry.field
    def kind(self) -> EdgeKind:
        """Between what it leads."""
        boundary = self.edge.method == READS and self.answer.granularity in MAY_END
        return EdgeKind.BOUNDARY if boundary else KINDS[self.answer.granularity]

    @strawberry.field
    def status(self) -> Status:
        """Whether it was seen, is meant, or is not confirmed."""
        return Status(self.edge.status)

    @strawberry.field
    def method(self) -> Method:
        """How it is known."""
        return Method(self.edge.method)

    @strawberry.field(description="What lies between: the job that states it; datasets between two jobs.")
    def via(self) -> list[NodeRef]:
        """What lies between."""
        ids = [*([self.edge.job] if self.edge.job else []), *self.edge.via]
        return [self.answer.made[one] for one in ids if one in self.answer.made]

    @strawberry.field(description="1 for what a producer or person states; less for cartesian lineage.")
    def confidence(self) -> float:
        """How sure it is."""
        return confidence_of(self.edge.method)

    @strawberry.field
    def first_seen(self) -> DateTime:
        """Since when it holds."""
        return DateTime(self.edge.first)

    @strawberry.field
    def last_seen(self) -> DateTime:
        """When it was last said."""
        return DateTime(self.edge.last)

    @strawberry.field(description="Null: it holds now.")
    def closed_at(self) -> DateTime | None:
        """When it ended."""
        return moment(self.edge.closed)

    @strawberry.field(
        description="Whether no job makes it: the target is defined so, as a view by its SQL, by its own event."
    )
    def by_definition(self) -> bool:
        """Whether the target is defined so."""
        fine = self.answer.granularity in (Granularity.DATASET, Granularity.COLUMN)
        return fine and not (self.edge.job or self.edge.parts or self.edge.via)

    @strawberry.field(
        description="In how many completed runs of its job. Null for an edge that no run says: byDefinition, or one "
        "that follows from others (between jobs, zones, namespaces, through what is hidden), whose evidence lists who "
        "said those."
    )
    async def seen_in(self) -> Long | None:
        """In how many completed runs of its job."""
        counted = await self._counted()
        return counted and Long(counted[0])

    @strawberry.field(description="Of how many completed runs of its job; null as seenIn is.")
    async def of_runs(self) -> Long | None:
        """Of how many completed runs of its job."""
        counted = await self._counted()
        return counted and Long(counted[1])

    @strawberry.field(description="Between zones and namespaces: of how many edges between datasets it is made.")
    def edges(self) -> Long:
        """Of how many edges between datasets it is made."""
        return Long(self.edge.count)

    async def _counted(self) -> tuple[int, int] | None:
        """Of an edge between a run and a version that run alone; None of one that follows from others."""
        follows = self.edge.parts and (self.answer.granularity is not Granularity.RUN or self.edge.via)
        if follows or self.by_definition():
            return None
        if not self.edge.job or self.edge.parts:
            return self.edge.said, self.edge.said
        said, of = await self.answer.view.get(counts, part_of(self.edge), self.answer.view.moment.since) or (0, 0)
        # What a job writes is not a claim about a source, unless it is one itself.
        if not said and self.edge.source == self.edge.job and self.edge.status == OBSERVED:
            return self.edge.said, of
        return said, of

    @strawberry.field(description="Of columns: how the values come about.")
    def transformations(self) -> list[Transformation]:
        """How the values come about."""
        return [Transformation(type=step.type, subtype=step.subtype, masking=step.masking) for step in self.edge.steps]

    @strawberry.field(
        description="Who said so, the last to speak first; of an edge that follows from others who said those."
    )
    async def evidence(self, first: int | None = 10, after: str | None = None) -> Connection[Evidence]:
        """Who said so."""
        view, target = self.answer.view, self.edge.target
        parts = self.edge.parts or (part_of(self.edge),)
        page = await evidence.tellers(view.connection, parts, self._runs(), bounded(first, 10), after)
        between = tuple(sorted({end for part in parts for end in (part.source, part.target) if end}))
        shown = f"node?id={quote(self.answer.id(target))}" if isinstance(target, int) else "lineage"

        async def made(rows: Sequence[evidence.Teller]) -> list[Evidence]:
            return [evidence_of(view, row, between, shown) for row in rows]

        return await connected(page, made, after)

    def _runs(self) -> list[int] | None:
        """The runs that may have said so; None: any."""
        acts = [end[1] for end in (self.edge.source, self.edge.target) if isinstance(end, tuple)]
        return [one for one in acts if one in self.answer.acts.runs] if self.answer.acts.runs else None


@strawberry.type(description="What lineage a selector has.")
class LineageGraph:
    """What lineage a selector has."""

    answer: strawberry.Private[Answer]

    @strawberry.field(description="What the selector names, before any walk.")
    def roots(self) -> list[strawberry.ID]:
        """What the selector names."""
        return [self.answer.id(root) for root in self.answer.graph.roots]

    @strawberry.field
    def nodes(self) -> list[LineageNode]:
        """All nodes of the answer."""
        return [LineageNode(answer=self.answer, key=key, depth=depth) for key, depth in self.answer.graph.depth.items()]

    @strawberry.field
    def edges(self) -> list[LineageEdge]:
        """All edges of the answer."""
        return [LineageEdge(answer=self.answer, edge=edge) for edge in self.answer.graph.edges.values()]

    @strawberry.field(description="False: see cut.")
    def complete(self) -> bool:
        """Whether nothing was left out."""
        return not self.answer.graph.cuts

    @strawberry.field
    def cut(self) -> list[Cut]:
        """Why it is not whole."""
        return [cut_of(one, self.answer) for one in self.answer.graph.cuts]

    @strawberry.field(description="The feed's end at the moment of this answer: changes(after: position) are newer.")
    async def position(self) -> str:
        """The feed's end."""
        return await changes.position(self.answer.view.connection)


def cut_of(row: CutRow, answer: Answer | None = None) -> Cut:
    """Why an answer is not whole, in words; without the answer it cannot say which nodes have more behind them."""
    way = None if row.direction is None else Direction(row.direction.value)
    where = {Way.UP: " upstream", Way.DOWN: " downstream", None: ""}[row.direction]
    sentences = {
        "DEPTH": (
            f"{row.nodes} more {'lies' if row.nodes == 1 else 'lie'} one step further{where}.",
            "Ask with a greater depth, or from one of the outermost.",
        ),
        "LIMIT": (
            f"At least {row.nodes} more{where} {'does' if row.nodes == 1 else 'do'} not fit.",
            "Ask for a greater limit, a smaller depth, or one zone.",
        ),
        "EDGES": (f"There are more edges{where} than fit.", "Ask for a smaller depth, or fewer nodes."),
    }
    sentence, remedy = sentences.get(row.reason, ("Part of it may not be shown.", "Ask whoever grants rights."))
    reason, count = CutReason(row.reason), Long(row.nodes)
    return Cut(reason=reason, direction=way, nodes=count, sentence=sentence, remedy=remedy, answer=answer)


async def counts(database: Database, parts: Sequence[Part], since: int | None = None) -> dict[Part, tuple[int, int]]:
    """n of m of each part, since a moment."""
    return dict(zip(parts, await evidence.counts(database, parts, since), strict=True))


async def answered(view: View, granularity: Granularity, graph: Graph[Any], steps: Steps[Any]) -> LineageGraph:
    """A graph, with the names of all that stands in it."""
    ids = {whole(key) for key in graph.depth}
    for edge in graph.edges.values():
        ids.update(edge.via)
        ids.update([edge.job] if edge.job else [])
    names = await nodes.by_ids(view.connection, ids)
    view.prime(named, names)
    made: dict[int, node.Node] = {}
    rows = await datasets.datasets(view.connection, [one.id for one in names.values() if one.kind == DATASET])
    made.update({one: Dataset(view=view, row=row) for one, row in rows.items()})
    known = await jobs.jobs(view.connection, [one.id for one in names.values() if one.kind == JOB])
    made.update({one: Job(view=view, row=row) for one, row in known.items()})
    acts = await acts_of(view, list(graph.depth), names) if granularity is Granularity.RUN else Acts({}, {})
    return LineageGraph(answer=Answer(view, granularity, graph, steps, names, made, acts))
