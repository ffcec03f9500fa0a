"""Questions about mappings between the columns of zones."""

from __future__ import annotations

import strawberry

from headwater_catalog.lineage import mappings as reading
from headwater_catalog.reading.known_zones import check_known
from headwater_catalog.reading.pages import bounded
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import At, selected, view_of
from headwater_graphql.types.mappings import Mapping, sheet_of
from headwater_graphql.types.paging import Connection


@strawberry.type
class MappingQueries:
    """The part of the root that asks which column is made of which."""

    @strawberry.field(
        description="Which columns are made of which now, by target, its column, and source. fromZone, toZone: only "
        'those of sources and targets that live there, "" for no zone. dataset: only from or to what it selects.'
    )
    async def mappings(
        self,
        info: Info,
        *,
        from_zone: str | None = None,
        to_zone: str | None = None,
        dataset: str | None = None,
        first: int | None = 100,
        after: str | None = None,
        at: At | None = None,
    ) -> Connection[Mapping]:
        """Which columns are made of which now."""
        view = await view_of(info, at)
        size = bounded(first, 100)
        await check_known(view.connection, _plain(from_zone), _plain(to_zone))
        asked = reading.Asked(_plain(from_zone), _plain(to_zone), await selected(view, dataset))
        page = await reading.mappings(view.connection, asked, size, after)
        return sheet_of(view, page, after)


def _plain(zone: str | None) -> str | None:
    """A zone as the database can take it."""
    return None if zone is None else zone.replace("\0", "")
