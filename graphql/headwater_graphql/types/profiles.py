"""Profiles of a dataset over time, and what is different between two."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

import strawberry

from headwater_catalog import drift
from headwater_catalog.canonical import read_json
from headwater_catalog.facets.profile import Profile
from headwater_catalog.facets.shape import read
from headwater_catalog.reading import profiles
from headwater_catalog.reading.pages import bounded
from headwater_catalog.times import micros_of, stamp_s
from headwater_graphql.context import View
from headwater_graphql.types.facets import type_of
from headwater_graphql.types.links import RunRef
from headwater_graphql.types.paging import Connection, connected
from headwater_graphql.types.quality import run_of
from headwater_graphql.types.scalars import DateTime, Long

MOST = 100


@strawberry.type(description="What a dataset's values looked like at a moment.")
class ProfileVersion:
    """A profile at a moment."""

    view: strawberry.Private[View]
    row: strawberry.Private[profiles.Profiled]
    at: DateTime

    @strawberry.field
    async def profile(self) -> type_of(Profile) | None:  # type: ignore[valid-type] # made of the shape
        """What was measured."""
        return await _read(self.view, self.row)

    @strawberry.field(description="Null where no run measured it.")
    async def run(self) -> RunRef | None:
        """The run that measured it."""
        return await run_of(self.view, self.row.teller)


@strawberry.type(
    description="A column then and now. state: SAME, ADDED, REMOVED; meanShift: in standard deviations of before; "
    "stability: the population stability index over the bars of before, below 0.1 little, above 0.25 much."
)
class ColumnDrift:
    """A column then and now."""

    name: str
    state: str
    null_share_before: float | None
    null_share: float | None
    distinct_before: Long | None
    distinct: Long | None
    mean_shift: float | None
    stability: float | None
    new_top: list[str] = strawberry.field(description="Frequent values that were none.")
    missing_top: list[str] = strawberry.field(description="Values that were frequent.")


@strawberry.type(description="What is different between two profiles, by column.")
class ProfileDrift:
    """What is different between two profiles."""

    before: DateTime
    at: DateTime
    rows_before: Long | None
    rows: Long | None
    columns: list[ColumnDrift]


Since = Annotated[
    DateTime | None, strawberry.argument(description="Against the last profile up to then; else the one before.")
]


async def history(view: View, node: int, first: int | None, after: str | None) -> Connection[ProfileVersion]:
    """Profiles, newest first."""
    page = await view.get(profiles.profiles, node, min(bounded(first, 10), MOST), after)

    async def made(rows: Sequence[profiles.Profiled]) -> list[ProfileVersion]:
        return [ProfileVersion(view=view, row=row, at=DateTime(micros_of(row.s))) for row in rows]

    return await connected(page, made, after)


async def between(view: View, node: int, since: int | None) -> ProfileDrift | None:
    """The last profile against the one before it, or the last up to a moment; None where there are no two."""
    page = await view.get(profiles.profiles, node, 2, None)
    rows = list(page.items) if page else []
    if since is not None:
        until = await view.get(profiles.profiles, node, 2, None, until=stamp_s(1, since, 3))
        rows = [*rows[:1], *(one for one in (until.items if until else ()) if one not in rows[:1])]
    now, before = [await _read(view, row) for row in rows[:2]] if len(rows) > 1 else (None, None)
    if now is None or before is None:
        return None
    found = await asyncio.to_thread(drift.drift, before, now)
    return ProfileDrift(
        before=DateTime(micros_of(rows[1].s)),
        at=DateTime(micros_of(rows[0].s)),
        rows_before=_long(found.rows_before),
        rows=_long(found.rows),
        columns=[_column(one) for one in found.columns],
    )


async def _read(view: View, row: profiles.Profiled) -> Profile | None:
    body = await view.get(profiles.bodies, (row.node, row.hash))
    return None if body is None else await asyncio.to_thread(lambda: read(Profile, read_json(body.encode())))


def _long(value: int | None) -> Long | None:
    return None if value is None else Long(value)


def _column(one: drift.ColumnDrift) -> ColumnDrift:
    return ColumnDrift(
        name=one.name,
        state=one.state,
        null_share_before=one.null_share_before,
        null_share=one.null_share,
        distinct_before=_long(one.distinct_before),
        distinct=_long(one.distinct),
        mean_shift=one.mean_shift,
        stability=one.stability,
        new_top=list(one.new_top),
        missing_top=list(one.missing_top),
    )
