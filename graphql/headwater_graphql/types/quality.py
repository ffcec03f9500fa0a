"""What is known of the data itself: its states, tests and measures."""

from __future__ import annotations

import strawberry

from headwater_catalog.canonical import read_json
from headwater_catalog.facets.process import Assertion, Measures
from headwater_catalog.facets.shape import read
from headwater_catalog.reading import quality, zones
from headwater_catalog.times import micros_of
from headwater_catalog.zone_rules import Scope, scope_of
from headwater_graphql.context import View
from headwater_graphql.types import node
from headwater_graphql.types.facets import type_of
from headwater_graphql.types.links import RunRef
from headwater_graphql.types.scalars import JSON, DateTime


@strawberry.type(description="A state of the data that a run or an event made.")
class DataVersion:
    """A state of the data."""

    view: strawberry.Private[View]
    teller: strawberry.Private[int]
    at: DateTime
    version: str | None

    @strawberry.field(description="Null where the dataset's own event told of it.")
    async def run(self) -> RunRef | None:
        """The run that made it."""
        return await run_of(self.view, self.teller)


@strawberry.type(description="A test of the data; column null: of the whole dataset.")
class TestResult:
    """A test of the data."""

    view: strawberry.Private[View]
    teller: strawberry.Private[int]
    told: strawberry.Private[Assertion]
    node: strawberry.Private[int]
    at: DateTime
    assertion: JSON | None = strawberry.field(
        description="What is tested; null where it says more than the name of a check, of a column that is withheld."
    )
    column: JSON | None
    success: JSON | None

    @strawberry.field(
        graphql_type=type_of(Assertion),
        description="All that is said of it: severity, query …; of a column that is withheld, or of none where the "
        "dataset has such a column, nothing but its result and names that hold no value.",
    )
    def details(self) -> Assertion:
        """All that is said of it, as it may be shown."""
        return self.told

    @strawberry.field(
        description="Whether it can be asked of the dataset alone, or needs integrated data: as params.scope says, "
        "else a prefix of its name (integration:, generic:), else the zone rule of the dataset."
    )
    async def scope(self) -> Scope:
        """Whether it needs integrated data."""
        rule = await self.view.get(zones.of_datasets, self.node)
        return scope_of((self.told.name, self.told.assertion), self.told.params, rule)

    @strawberry.field(description="Null where no run tested it.")
    async def run(self) -> RunRef | None:
        """The run that tested it."""
        return await run_of(self.view, self.teller)


@strawberry.type(
    description="What was measured: a facet of metrics, without values of columns that are personal by now, or named "
    "like secrets."
)
class Metric:
    """What was measured."""

    view: strawberry.Private[View]
    row: strawberry.Private[quality.Measured]
    at: DateTime
    facet: str

    @strawberry.field(description="The facet; of a column that is withheld its counts alone.")
    async def value(self) -> JSON:
        """The facet."""
        return JSON(read_json(self.row.body.encode()))

    @strawberry.field(graphql_type=type_of(Measures) | None, description="What is understood of its value.")
    async def measures(self) -> Measures | None:
        """What is understood of its value."""
        return read(Measures, await self.value())

    @strawberry.field(description="Null where no run measured it.")
    async def run(self) -> RunRef | None:
        """The run that measured it."""
        return await run_of(self.view, self.row.teller)


async def run_of(view: View, teller: int) -> RunRef | None:
    """The run that a teller is; None where it is none."""
    from headwater_graphql.types.run import Run

    found = await node.of_run(view, teller) if teller > 0 else None
    return found if isinstance(found, Run) else None


def tested(view: View, row: quality.Measured, test: list[object], told: Assertion) -> TestResult:
    """A test of a facet, as it was stored and as its facet tells it."""
    assertion, column, success = (JSON(part) for part in test)
    at = DateTime(micros_of(row.s))
    return TestResult(
        view=view,
        teller=row.teller,
        told=told,
        node=row.node,
        at=at,
        assertion=assertion,
        column=column,
        success=success,
    )
