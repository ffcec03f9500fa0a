"""Questions about scheduled crawls; they are known of now only."""

from __future__ import annotations

import time

import strawberry

from headwater_catalog.reading import scheduled
from headwater_catalog.reading.pages import bounded
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import view_of
from headwater_graphql.types.paging import Connection, connection
from headwater_graphql.types.scheduled import ScheduledCrawl, made


@strawberry.type
class ScheduleQueries:
    """The part of the root that asks what is crawled when."""

    @strawberry.field(description="Crawls that servers run by their schedule (`serve --crawls`), by name.")
    async def scheduled_crawls(
        self, info: Info, *, first: int | None = 100, after: str | None = None
    ) -> Connection[ScheduledCrawl]:
        """Crawls that servers run by their schedule."""
        page = await scheduled.scheduled((await view_of(info)).connection, bounded(first, 100), after)
        now = time.time_ns() // 1_000
        return connection(page, [made(row, now) for row in page.items], after)
