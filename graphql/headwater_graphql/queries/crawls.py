"""What crawlers told of, for crawlers."""

from __future__ import annotations

import strawberry

from headwater_catalog.reading import crawls
from headwater_catalog.reading.pages import bounded
from headwater_graphql.context import Info
from headwater_graphql.queries.asking import At, view_of
from headwater_graphql.types.crawls import Crawled, made
from headwater_graphql.types.paging import Connection, connection


@strawberry.type
class CrawlQueries:
    """The part of the root that crawlers ask."""

    @strawberry.field(
        description="Jobs and datasets that crawlers of a kind told of from a source, by the names that they gave, "
        "those too that were taken back."
    )
    async def crawled(
        self,
        info: Info,
        *,
        crawler: str,
        source: str,
        first: int | None = 100,
        after: str | None = None,
        at: At | None = None,
    ) -> Connection[Crawled]:
        """What crawlers of a kind told of from a source."""
        view = await view_of(info, at)
        page = await crawls.crawled(view.connection, crawler, source, bounded(first, 100), after)
        return connection(page, [made(row) for row in page.items], after)
