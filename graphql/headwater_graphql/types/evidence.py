"""Why an edge stands: who said so, in which entries."""

from __future__ import annotations

from urllib.parse import quote

import strawberry

from headwater_catalog.facts import ABORT, COMPLETE, FAIL, OTHER, RUNNING, START
from headwater_catalog.lineage import evidence
from headwater_catalog.names import public_id
from headwater_catalog.times import micros_of
from headwater_graphql.context import View
from headwater_graphql.types.enums import Status
from headwater_graphql.types.links import RunRef
from headwater_graphql.types.quality import run_of
from headwater_graphql.types.scalars import DateTime

EVENT_TYPES = {
    START: "START",
    RUNNING: "RUNNING",
    OTHER: "OTHER",
    COMPLETE: "COMPLETE",
    ABORT: "ABORT",
    FAIL: "FAIL",
}


@strawberry.type(description="An event of the log that says so.")
class EvidenceEntry:
    """An event of the log that says so."""

    told: strawberry.Private[evidence.Told]

    @strawberry.field(description="The event id, 64 hex digits: what retracting or erasing an entry names.")
    def id(self) -> strawberry.ID:
        """The event id."""
        return strawberry.ID(self.told.id)

    @strawberry.field(description="The `entry` of its acknowledgement; null where its bytes are gone.")
    def entry(self) -> strawberry.ID | None:
        """The hash of its bytes."""
        return strawberry.ID(self.told.hash.hex()) if self.told.hash else None

    @strawberry.field(description="The time that it states.")
    def at(self) -> DateTime:
        """The time that it states."""
        return DateTime(micros_of(self.told.s))

    @strawberry.field(description="When the catalog got to know it.")
    def received(self) -> DateTime:
        """When the catalog got to know it."""
        return DateTime(self.told.received)

    @strawberry.field(description="START, RUNNING, COMPLETE …, of events of runs.")
    def type(self) -> str | None:
        """The type of the event."""
        return EVENT_TYPES.get(self.told.type)


@strawberry.type(description="Who said so; run null: an event of the job or dataset itself.")
class Evidence:
    """Who said so."""

    view: strawberry.Private[View]
    teller: strawberry.Private[int]
    nodes: strawberry.Private[tuple[int, ...]]
    page: strawberry.Private[str]
    at: DateTime
    status: Status

    @strawberry.field
    async def run(self) -> RunRef | None:
        """The run that said so."""
        return await run_of(self.view, self.teller)

    @strawberry.field(
        description="Its events that list what the edge leads between, by time, at most 100; all of it where none does."
    )
    async def entries(self) -> list[EvidenceEntry]:
        """The events that say so."""
        moment = self.view.moment
        told = await self.view.get(evidence.events, self.teller, self.nodes, moment.as_of, moment.known_at)
        return [EvidenceEntry(told=one) for one in told or []]

    @strawberry.field(description="Where the explorer shows it: a path below its address.")
    async def link(self) -> str:
        """Where the explorer shows it."""
        run = await run_of(self.view, self.teller)
        if run is None:
            return self.page
        return f"node?id={quote(public_id('run', run.row.run_id, run.row.namespace, run.row.name))}"


def evidence_of(view: View, row: evidence.Teller, nodes: tuple[int, ...], page: str) -> Evidence:
    """Who said so. nodes: the datasets that the edge leads between; page: where what is no run is shown."""
    at, status = DateTime(micros_of(row.s)), Status(row.status)
    return Evidence(view=view, teller=row.teller, nodes=nodes, page=page, at=at, status=status)


__all__ = ["Evidence", "EvidenceEntry", "evidence_of"]
