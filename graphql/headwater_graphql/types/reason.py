"""Why several names mean one dataset."""

from __future__ import annotations

import strawberry

from headwater_catalog.reading import nodes, reasons
from headwater_catalog.times import micros_of, stamp_s
from headwater_graphql.context import View
from headwater_graphql.types import node
from headwater_graphql.types.enums import ReasonKind
from headwater_graphql.types.links import JobRef, RunRef
from headwater_graphql.types.quality import run_of
from headwater_graphql.types.scalars import DateTime


@strawberry.type(description="Why a name (ref) means the same dataset as another (of).")
class Reason:
    """Why a name means the same dataset as another."""

    view: strawberry.Private[View]
    row: strawberry.Private[reasons.Reason]

    @strawberry.field(description="What makes it so.")
    def kind(self) -> ReasonKind:
        """What makes it so."""
        return ReasonKind(self.row.kind)

    @strawberry.field(description="The name that is explained: of a rename the old one, of a rule as entries spell it.")
    def ref(self) -> str:
        """The name that is explained."""
        return nodes.full_name(*self.row.name)

    @strawberry.field
    def namespace(self) -> str:
        """Where that name lives."""
        return self.row.name[0]

    @strawberry.field
    def name(self) -> str:
        """That name within its namespace."""
        return self.row.name[1]

    @strawberry.field(
        description="The name that it means: the one that a symlink was told of, the new one, the rule's."
    )
    def of(self) -> str:
        """The name that it means."""
        return nodes.full_name(*self.row.of)

    @strawberry.field(description="TABLE, LOCATION …: of a symlink, as it was told.")
    def type(self) -> str | None:
        """Of a symlink, as it was told."""
        return self.row.type

    @strawberry.field(description="When it was said, by the time of the event or edit.")
    def at(self) -> DateTime:
        """When it was said."""
        return DateTime(micros_of(self.row.s))

    @strawberry.field(description="The event, or the edit of the rules: to retract it undoes this.")
    def entry(self) -> str | None:
        """The event, or the edit of the rules."""
        return self.row.entry

    @strawberry.field(description="The producer of the facet, or the author of the rules.")
    def by(self) -> str | None:
        """Who says it."""
        return self.row.by

    @strawberry.field(description="The place of the naming rule, from 1.")
    def rule(self) -> int | None:
        """The place of the naming rule."""
        return self.row.rule

    @strawberry.field(description="The job whose event says it; null where an event of the dataset itself does.")
    async def job(self) -> JobRef | None:
        """The job whose event says it."""
        from headwater_graphql.types.job import Job

        found = await node.of_name(self.view, self.row.job) if self.row.job else None
        return found if isinstance(found, Job) else None

    @strawberry.field(description="The run whose event says it.")
    async def run(self) -> RunRef | None:
        """The run whose event says it."""
        return await run_of(self.view, self.row.run or 0)


async def reasons_of(view: View, dataset: int) -> list[Reason]:
    """Why other names mean a dataset, the oldest reason first."""
    as_of = None if view.moment.as_of is None else stamp_s(1, view.moment.as_of, 3)
    found = await view.get(reasons.reasons, dataset, as_of, view.moment.known_at) or []
    return [Reason(view=view, row=row) for row in found]
