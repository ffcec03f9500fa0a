"""Jobs: runs, hierarchy, what they read and write."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import strawberry

from headwater_catalog.codes import JOB
from headwater_catalog.reading import jobs, nodes, runs
from headwater_catalog.reading.pages import bounded
from headwater_catalog.subjects import Subject
from headwater_catalog.times import micros_of
from headwater_graphql.context import View
from headwater_graphql.types import node
from headwater_graphql.types.described import Described
from headwater_graphql.types.enums import Seen, Status
from headwater_graphql.types.facets import Place, shows_facets
from headwater_graphql.types.links import JobRef, NodeRef, RunRef, UseRef
from headwater_graphql.types.paging import Connection, connected
from headwater_graphql.types.scalars import JSON, DateTime


@strawberry.type(description="A job reads this. dangling: nothing that the job writes is said to need it.")
class JobRead:
    """A job reads this."""

    view: strawberry.Private[View]
    target: strawberry.Private[int]
    status: Status
    dangling: bool

    @strawberry.field
    async def node(self) -> NodeRef | None:
        """What is read."""
        return await node.of_name(self.view, self.target)


@strawberry.type(description="A job writes this; at: the last time.")
class JobWrite:
    """A job writes this."""

    view: strawberry.Private[View]
    target: strawberry.Private[int]
    status: Status
    at: DateTime

    @strawberry.field
    async def node(self) -> NodeRef | None:
        """What is written."""
        return await node.of_name(self.view, self.target)


@strawberry.type(description="Something that runs.")
@shows_facets("Job")
class Job(Described):
    """Something that runs."""

    row: strawberry.Private[jobs.Job]

    def _subject(self) -> Subject:
        return ("job", self.row.namespace, self.row.name)

    def _ref(self) -> str:
        return nodes.full_name(self.row.namespace, self.row.name)

    def _label(self) -> str:
        return self.row.name

    def _retracted(self) -> bool:
        return self.row.retracted

    async def _facets(self) -> JSON:
        return await node.facet_list(self.view, JOB, self.row.id)

    def _place(self) -> Place:
        return Place(JOB, self.row.id)

    async def latest(self) -> RunRef | None:
        """The run that speaks last."""
        from headwater_graphql.types.run import Run

        run = await self.view.get(runs.last_of_jobs, self.row.id)
        found = None if run is None else await node.of_run(self.view, run)
        return found if isinstance(found, Run) else None

    @strawberry.field
    def namespace(self) -> str:
        """Where the name lives."""
        return self.row.namespace

    @strawberry.field
    def name(self) -> str:
        """The name within its namespace."""
        return self.row.name

    @strawberry.field(description="EVENT: an event of it came. REFERENCE: others only speak of it.")
    def seen(self) -> Seen:
        """How it is known."""
        return Seen(self.row.own)

    @strawberry.field(description="The job that started it.")
    async def parent(self) -> JobRef | None:
        """The job that started it."""
        found = None if self.row.parent is None else await node.of_name(self.view, self.row.parent)
        return found if isinstance(found, Job) else None

    @strawberry.field(description="Jobs that it starts.")
    async def children(self, first: int | None = 50, after: str | None = None) -> Connection[JobRef]:
        """Jobs that it starts."""
        page = await self.view.get(jobs.children, self.row.id, bounded(first, 50), after)
        return await connected(page, lambda ids: of_nodes(self.view, ids), after)

    @strawberry.field(description="Its runs, the last started first.")
    async def runs(self, first: int | None = 20, after: str | None = None) -> Connection[RunRef]:
        """Its runs."""
        from headwater_graphql.types.run import of_ids

        page = await self.view.get(runs.of_jobs, self.row.id, bounded(first, 20), after)
        return await connected(page, lambda ids: of_ids(self.view, ids), after)

    @strawberry.field(description="The run that speaks last.")
    async def last_run(self) -> RunRef | None:
        """The run that speaks last."""
        return await self.latest()

    @strawberry.field(description="What it reads, by its last completed run, a later declaration, a later other run.")
    async def reads(self) -> list[JobRead]:
        """What it reads."""
        rows = await self.view.get(jobs.reads, self.row.id) or []
        return [
            JobRead(view=self.view, target=row.node, status=Status(row.status), dangling=row.dangling) for row in rows
        ]

    @strawberry.field(description="What it writes now.")
    async def writes(self) -> list[JobWrite]:
        """What it writes now."""
        rows = await self.view.get(jobs.writes, self.row.id) or []
        return [
            JobWrite(view=self.view, target=row.node, status=Status(row.status), at=DateTime(micros_of(row.s)))
            for row in rows
        ]

    @strawberry.field(description="Inputs and outputs of which its JobEvents say something in particular.")
    async def uses(self, first: int | None = 50, after: str | None = None) -> Connection[UseRef]:
        """Inputs and outputs of which it says something in particular."""
        from headwater_graphql.types.use import uses_of

        return await uses_of(self.view, JOB, self.row.id, first, after)


async def of_nodes(view: View, ids: Sequence[int]) -> list[Job | None]:
    """Jobs by id, in this order."""
    rows = await asyncio.gather(*(view.get(jobs.jobs, one) for one in ids))
    return [None if row is None else Job(view=view, row=row) for row in rows]
