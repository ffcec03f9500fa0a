"""Runs: state, times, data, hierarchy, why they failed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import strawberry

from headwater_catalog.codes import RUN
from headwater_catalog.names import key_of
from headwater_catalog.reading import runs
from headwater_catalog.reading.pages import bounded
from headwater_catalog.subjects import Subject
from headwater_graphql.context import View
from headwater_graphql.types import naming, node, said
from headwater_graphql.types.enums import RunState
from headwater_graphql.types.facets import Place, shows_facets
from headwater_graphql.types.links import JobRef, NodeRef, RunRef, UseRef
from headwater_graphql.types.paging import Connection, connected
from headwater_graphql.types.scalars import JSON, DateTime, Long, moment


@strawberry.type(description="A run and its job as another run names them; null where the catalog has not seen them.")
class RunReference:
    """A run and its job as another run names them."""

    view: strawberry.Private[View]
    key: strawberry.Private[list[str] | None]
    run_id: str | None
    job_namespace: str | None
    job_name: str | None

    @strawberry.field
    async def run(self) -> RunRef | None:
        """The run."""
        found = await node.by_key(self.view, "run", key_of("run", *self.key)) if self.key else None
        return found if isinstance(found, Run) else None

    @strawberry.field
    async def job(self) -> JobRef | None:
        """Its job."""
        from headwater_graphql.types.job import Job

        if self.job_namespace is None or self.job_name is None:
            return None
        found = await node.by_key(self.view, "job", key_of("job", self.job_namespace, self.job_name))
        return found if isinstance(found, Job) else None


@strawberry.type(description="One run of a job.")
@shows_facets("Run")
class Run(node.Node):
    """One run of a job."""

    row: strawberry.Private[runs.Run]

    def _subject(self) -> Subject:
        return ("run", self.row.run_id, self.row.namespace, self.row.name)

    def _ref(self) -> str:
        return self.row.run_id

    def _label(self) -> str:
        return self.row.run_id[:8] if len(self.row.run_id) == 36 else self.row.run_id

    async def _facets(self) -> JSON:
        return await node.facet_list(self.view, RUN, self.row.id)

    def _place(self) -> Place:
        return Place(RUN, self.row.id)

    @strawberry.field(description="As its producer gave it.")
    def run_id(self) -> str:
        """As its producer gave it."""
        return self.row.run_id

    @strawberry.field
    async def job(self) -> JobRef | None:
        """The job that ran."""
        from headwater_graphql.types.job import Job

        found = None if self.row.job is None else await node.of_name(self.view, self.row.job)
        return found if isinstance(found, Job) else None

    @strawberry.field(description="All jobs that events of this run name.")
    async def jobs(self) -> list[JobRef]:
        """All jobs that events of this run name."""
        from headwater_graphql.types.job import Job

        found = await node.of_names(self.view, self.row.jobs or [])
        return [job for job in found if isinstance(job, Job)]

    @strawberry.field(description="How it stands at the moment asked about.")
    def state(self) -> RunState:
        """How it stands."""
        return RunState(self.row.state_at(self.view.lost_before))

    @strawberry.field(description="The time of the last event that told of it.")
    def last_sign(self) -> DateTime | None:
        """The time of its last event."""
        return moment(self.row.last_sign)

    @strawberry.field
    def started(self) -> DateTime | None:
        """When it began."""
        return moment(self.row.started)

    @strawberry.field
    def ended(self) -> DateTime | None:
        """When it ended."""
        return moment(self.row.ended)

    @strawberry.field
    def duration_ms(self) -> Long | None:
        """How long it took."""
        if self.row.started is None or self.row.ended is None:
            return None
        return Long(max(0, self.row.ended - self.row.started) // 1_000)

    @strawberry.field(description="The beginning of the period that it was for.")
    def nominal_start(self) -> DateTime | None:
        """The beginning of the period that it was for."""
        return moment(self.row.nominal_start)

    @strawberry.field(description="The end of the period that it was for.")
    def nominal_end(self) -> DateTime | None:
        """The end of the period that it was for."""
        return moment(self.row.nominal_end)

    @strawberry.field(description="Complete: its lineage is observed.")
    def confirmed(self) -> bool:
        """Whether its lineage is observed."""
        return self.row.confirmed

    @strawberry.field(description="How many events told of it.")
    def events(self) -> int:
        """How many events told of it."""
        return self.row.events or 0

    @strawberry.field(description="The run that started it.")
    def parent(self) -> RunReference | None:
        """The run that started it."""
        return _reference(self.view, self.row.parent)

    @strawberry.field(description="The run at the top.")
    def root(self) -> RunReference | None:
        """The run at the top."""
        return _reference(self.view, self.row.root)

    @strawberry.field(description="Runs that it started, the last first.")
    async def children(self, first: int | None = 50, after: str | None = None) -> Connection[RunRef]:
        """Runs that it started."""
        page = await self.view.get(runs.children, self.row.id, bounded(first, 50), after)
        return await connected(page, lambda ids: of_ids(self.view, ids), after)

    @strawberry.field(description="What it read.")
    async def inputs(self) -> list[NodeRef]:
        """What it read."""
        return [one for one in await node.of_names(self.view, self.row.reads or []) if one]

    @strawberry.field(description="What it wrote.")
    async def outputs(self) -> list[NodeRef]:
        """What it wrote."""
        return [one for one in await node.of_names(self.view, self.row.writes or []) if one]

    @strawberry.field(
        description="What its last events list by names that naming rules make others: partitions, versions."
    )
    async def aliases(self, first: int | None = 50) -> list[naming.ListedAlias]:
        """What it lists by names that naming rules make others."""
        return await naming.listed_by(self.view, self.row.id, first)

    @strawberry.field(description="Inputs and outputs of which it says something in particular: how much, which part.")
    async def uses(self, first: int | None = 50, after: str | None = None) -> Connection[UseRef]:
        """Inputs and outputs of which it says something in particular."""
        from headwater_graphql.types.use import uses_of

        return await uses_of(self.view, RUN, self.row.id, first, after)

    @strawberry.field
    async def tags(self) -> list[said.Tag]:
        """Words on it."""
        return await said.tags(self.view, self._subject())


def _reference(view: View, told: Any) -> RunReference | None:
    """What {"run": key or None, "job": name or None} refers to."""
    if not isinstance(told, dict):
        return None
    key, job = told.get("run"), told.get("job") or (None, None)
    return RunReference(view=view, key=key, run_id=key[0] if key else None, job_namespace=job[0], job_name=job[1])


async def of_ids(view: View, ids: Sequence[int]) -> list[Run | None]:
    """Runs by id, in this order."""
    rows = await asyncio.gather(*(view.get(runs.runs, one) for one in ids))
    return [None if row is None else Run(view=view, row=row) for row in rows]
