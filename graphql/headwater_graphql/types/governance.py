"""Zones, the five tasks of governance, flows between zones, counts for the home page."""

from __future__ import annotations

import strawberry

from headwater_catalog.reading import governance
from headwater_catalog.reading.pages import bounded
from headwater_catalog.times import micros_of
from headwater_graphql.context import View
from headwater_graphql.types.dataset import of_nodes, run_of
from headwater_graphql.types.enums import GovernanceTask
from headwater_graphql.types.links import DatasetRef, RunRef
from headwater_graphql.types.paging import Connection, connected
from headwater_graphql.types.scalars import DateTime, Long


@strawberry.type(description="A zone of the rules that hold; the first pattern that fits decides.")
class Zone:
    """A zone of the rules that hold."""

    name: str
    patterns: list[str]
    datasets: Long


@strawberry.type(
    description="How far a zone is with a task: count of `of` datasets; gaps are the others. "
    "Mappings count only datasets whose sources are known."
)
class TaskStanding:
    """How far a zone is with a task."""

    view: strawberry.Private[View]
    zone: strawberry.Private[str | None]
    task: GovernanceTask
    count: Long
    of: Long
    gaps: Long

    @strawberry.field(description="The datasets for which it is not done.")
    async def open(self, first: int | None = 20, after: str | None = None) -> Connection[DatasetRef]:
        """The datasets for which it is not done."""
        size = bounded(first, 20)
        page = await governance.gaps(self.view.connection, self.zone, self.task.value, size, after)
        return await connected(page, lambda ids: of_nodes(self.view, ids), after)


@strawberry.type(description="A zone and its five tasks; zone null: datasets that no rule fits.")
class ZoneGovernance:
    """A zone and its five tasks."""

    zone: str | None
    datasets: Long
    tasks: list[TaskStanding]


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
            count=Long(count),
            of=Long(of),
            gaps=Long(of - count),
        )
        for task, count, of in zip(GovernanceTask, done, wanted, strict=True)
    ]
    return ZoneGovernance(zone=row.zone, datasets=Long(row.datasets), tasks=tasks)


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
