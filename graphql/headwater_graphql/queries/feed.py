"""The feed of changes, page by page."""

from __future__ import annotations

import strawberry

from headwater_catalog.reading import changes
from headwater_catalog.reading.pages import bounded
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import selected, view_of
from headwater_graphql.types.feed import Feed, fed
from headwater_graphql.types.scalars import DateTime


@strawberry.type
class FeedQueries:
    """The part of the root that tells what became different."""

    @strawberry.field(
        description="What became different, oldest first, from a position on; resumable. since: only what "
        "was received later. With select, kinds or since a page may hold fewer than asked for, none too: go on with "
        "endCursor while hasNextPage. kinds: created, schema, lineage, run, status, edited."
    )
    async def changes(
        self,
        info: Info,
        *,
        after: str | None = None,
        select: str | None = None,
        kinds: list[str] | None = None,
        since: DateTime | None = None,
        first: int | None = 100,
    ) -> Feed:
        """What became different."""
        view, size, place = await view_of(info), bounded(first, 100), changes.place_of(after)
        ids = await selected(view, select)
        page = await changes.feed(view.connection, size, place, kinds=kinds, ids=ids, since=since)
        return fed(view, page, resumed=after is not None)
