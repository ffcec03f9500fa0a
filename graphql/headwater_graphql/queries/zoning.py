"""Questions about zones: their rules, and what breaks what these expect."""

from __future__ import annotations

import strawberry

from headwater_catalog.reading import zones as reading
from headwater_catalog.reading.known_zones import check_known
from headwater_catalog.reading.pages import bounded
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import view_of
from headwater_graphql.types import zones
from headwater_graphql.types.paging import Connection


@strawberry.type
class ZoneQueries:
    """The part of the root that asks about zones."""

    @strawberry.field(description="The zone rules that hold, in order, with what they expect of datasets.")
    async def zone_rules(self, info: Info) -> list[zones.ZoneRule]:
        """The zone rules that hold."""
        view = await view_of(info)
        return [zones.rule(row) for row in await reading.rules(view.connection)]

    @strawberry.field(description="What breaks the expectations of a zone, null: of all; by dataset.")
    async def zone_breaches(
        self, info: Info, zone: str | None = None, first: int | None = 100, after: str | None = None
    ) -> Connection[zones.ZoneBreach]:
        """What breaks the expectations of a zone."""
        view = await view_of(info)
        named = zone and zone.replace("\0", "")
        await check_known(view.connection, named)
        return await zones.breaches(view, named, bounded(first, 100), after)
