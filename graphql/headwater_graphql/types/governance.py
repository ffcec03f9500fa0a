"""Zones, the five tasks of governance, flows between zones, counts for the home page."""

from __future__ import annotations

import strawberry

from headwater_catalog.reading import governance
from headwater_catalog.reading.nodes import full_name
from headwater_catalog.reading.pages import bounded
from headwater_catalog.times import micros_of
from headwater_graphql.context import View
from headwater_graphql.types import node
from headwater_graphql.types.dataset import of_nodes
from headwater_graphql.types.enums import GovernanceTask
from headwater_graphql.types.links import DatasetRef, JobRef, RunRef
from headwater_graphql.types.loading import Watermark, marks
from headwater_graphql.types.paging import Connection, connected, connection
from headwater_graphql.types.quality import run_of
from headwater_graphql.types.scalars import DateTime, Long


@strawberry.type(description="A zone of the rules that hold; the first pattern that fits decides.")
class Zone:
    """A zone of the rules that hold."""

    name: str
    patterns: list[str]
    datasets: Long


@strawberry.type(
    description="How far a zone is with a task: `of` datasets need it, `have` have it; gaps are the others. "
    "Only datasets whose sources are known need mappings."
)
class TaskStanding:
    """How far a zone is with a task."""

    view: strawberry.Private[View]
    zone: strawberry.Private[str | None]
    task: GovernanceTask
    have: Long
    of: Long
    gaps: Long

    @strawberry.field(description="The datasets for which it is done, or with have: false is not.")
    async def open(
        self, have: bool = False, first: int | None = 20, after: str | None = None
    ) -> Connection[DatasetRef]:
        """The datasets for which it is done or not."""
        return await cell(self.view, self.zone, self.task, first, after, have=have)


@strawberry.type(description="A zone and its five tasks; zone null: datasets that no rule fits.")
class ZoneGovernance:
    """A zone and its five tasks."""

    zone: str | None
    datasets: Long
    tasks: list[TaskStanding]


@strawberry.type(description="How far the five tasks of governance are.")
class Governance:
    """How far the five tasks of governance are."""

    zones: list[ZoneGovernance] = strawberry.field(
        description="Zones that have datasets; the last without a name, where datasets are in none."
    )


@strawberry.type(description="A job that writes into a zone. fromZones: of what it reads, null for no zone.")
class FlowJob:
    """A job that writes into a zone."""

    view: strawberry.Private[View]
    row: strawberry.Private[governance.FlowJob]
    from_zones: list[str | None]
    datasets: Long = strawberry.field(description="How many of the zone it writes.")
    fresh_at: DateTime | None = strawberry.field(description="When its last success ended.")

    @strawberry.field(description="The job.")
    async def job(self) -> JobRef | None:
        """The job."""
        from headwater_graphql.types.job import Job

        found = await node.of_name(self.view, self.row.job)
        return found if isinstance(found, Job) else None

    @strawberry.field(description="The run that spoke last.")
    async def last_run(self) -> RunRef | None:
        """The run that spoke last."""
        return await run_of(self.view, self.row.run or 0)

    @strawberry.field(description="How far it came in datasets, by its last completed runs.")
    async def watermarks(self) -> list[Watermark]:
        """How far it came in datasets."""
        return await marks(self.view, full_name(self.row.ns, self.row.name), None)


@strawberry.type(description="Jobs that carry data from one zone to another; failing: whose last run failed.")
class ZoneFlow:
    """Jobs that carry data from one zone to another."""

    view: strawberry.Private[View]
    row: strawberry.Private[governance.Flow]
    from_zone: str | None
    to_zone: str | None
    jobs: Long
    edges: Long
    failing: Long
    last_at: DateTime | None

    @strawberry.field(description="The run that spoke last.")
    async def last_run(self) -> RunRef | None:
        """The run that spoke last."""
        return await run_of(self.view, self.row.last_run or 0)


@strawberry.type(description="How much there is. Today: the last 24 hours.")
class Stats:
    """How much there is."""

    datasets: Long
    fields: Long
    jobs: Long
    runs: Long
    terms: Long
    events: Long
    rejected: Long
    failed_today: Long
    changes_today: Long
    last_received: DateTime | None
    position: str


def standing_of(view: View, row: governance.Standing) -> ZoneGovernance:
    """A zone's standing with its tasks."""
    done = (row.flows, row.schemas, row.templates, row.mappings, row.profiles)
    wanted = (row.datasets, row.datasets, row.datasets, row.made, row.datasets)
    tasks = [
        TaskStanding(
            view=view,
            zone=row.zone,
            task=task,
            have=Long(count),
            of=Long(of),
            gaps=Long(of - count),
        )
        for task, count, of in zip(GovernanceTask, done, wanted, strict=True)
    ]
    return ZoneGovernance(zone=row.zone, datasets=Long(row.datasets), tasks=tasks)


async def cell(
    view: View, zone: str | None, task: GovernanceTask, first: int | None, after: str | None, *, have: bool
) -> Connection[DatasetRef]:
    """The datasets of a zone for which a task is done, or is not."""
    size = bounded(first, 20)
    page = await governance.cell(view.connection, zone, task.value, size, after, have=have)
    return await connected(page, lambda ids: of_nodes(view, ids), after)


async def flow_jobs(view: View, zone: str | None, first: int, after: str | None) -> Connection[FlowJob]:
    """The jobs that write into a zone."""
    page = await governance.flow_jobs(view.connection, zone, first, after)
    made = [
        FlowJob(
            view=view,
            row=row,
            from_zones=[zone or None for zone in row.from_zones],
            datasets=Long(row.datasets),
            fresh_at=None if row.fresh is None else DateTime(micros_of(row.fresh)),
        )
        for row in page.items
    ]
    return connection(page, made, after)


def flow_of(view: View, row: governance.Flow) -> ZoneFlow:
    """A flow between zones."""
    last = None if row.last is None else DateTime(micros_of(row.last))
    return ZoneFlow(
        view=view,
        row=row,
        from_zone=row.from_zone,
        to_zone=row.to_zone,
        jobs=Long(row.jobs),
        edges=Long(row.edges),
        failing=Long(row.failing),
        last_at=last,
    )
