"""Which facets the catalog holds: how many, what becomes of them, who sends them."""

from __future__ import annotations

from enum import Enum

import strawberry

from headwater_catalog.facets.row import INTERPRETED, STORED, TYPED
from headwater_catalog.facets.table import find
from headwater_catalog.reading import usage
from headwater_catalog.times import micros_of
from headwater_graphql.types.scalars import DateTime, Long


@strawberry.enum
class FacetStatus(Enum):
    """INTERPRETED: it decides the state. TYPED: it is shown by its members. STORED: it is kept and shown whole."""

    INTERPRETED = INTERPRETED
    TYPED = TYPED
    STORED = STORED


@strawberry.type(description="A facet at a place (dataset, input, output, job, run). layer: null where it is unknown.")
class FacetUsage:
    """A facet at a place."""

    facet: str
    place: str
    status: FacetStatus
    layer: str | None
    tells: str | None = strawberry.field(description="What it decides or tells.")
    shown: list[str] = strawberry.field(description="The fields that show it, besides `facets`.")
    count: Long = strawberry.field(description="Datasets, jobs, runs and uses that have it.")
    last: DateTime = strawberry.field(description="When it was said last.")
    producers: list[str] = strawberry.field(description="Who said it last, up to 20 of them.")
    schemas: list[str] = strawberry.field(description="The schemas that it named then.")


@strawberry.type(
    description="Facets by count. exact: false where counts are estimates. complete: false where some are left out."
)
class FacetUsageReport:
    """Facets by count."""

    facets: list[FacetUsage]
    exact: bool
    complete: bool


def report_of(found: usage.Usage) -> FacetUsageReport:
    """Facets with what is known of them."""
    return FacetUsageReport(facets=[_made(one) for one in found.facets], exact=found.exact, complete=not found.more)


def _made(one: usage.FacetUse) -> FacetUsage:
    row = find(one.place, one.facet)
    return FacetUsage(
        facet=one.facet,
        place=one.place,
        status=FacetStatus(row.status if row else STORED),
        layer=row.layer if row else None,
        tells=row.tells if row else None,
        shown=list(row.fields) if row else [],
        count=Long(one.count),
        last=DateTime(micros_of(one.last)),
        producers=one.producers,
        schemas=one.schemas,
    )
