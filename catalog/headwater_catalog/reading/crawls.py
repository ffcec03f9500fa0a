"""What crawlers told of: by kind of crawler and source, so that a crawl knows what stands. docs/decisions/0014."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.reading.pages import Order, Page, page

PREFIX: Final = "headwater_crawl_"
"""Of the facets that crawlers leave; the kind of crawler follows."""


@dataclass(frozen=True, slots=True)
class Crawled:
    """A job or dataset that a crawler told of, under the name that it gave. kind: codes; digest: of what it told.

    s: the stamp of that.
    """

    kind: int
    id: int
    namespace: str
    name: str
    digest: str
    s: int


# What crawlers of a kind told of from a source, as of their last word on each name: an index range by facet. Numbers
# that only Python has are no crawler's: PostgreSQL would refuse to read them, and with them all others.
CRAWLED: LiteralString = r"""
SELECT DISTINCT ON (facet.owner_kind, facet.owner) facet.owner_kind AS kind, facet.owner AS id,
    name.ns AS namespace, name.name, coalesce(told.body ->> 'digest', '') AS digest, facet.s
FROM facet JOIN name ON name.id = facet.owner JOIN value ON value.hash = facet.hash
CROSS JOIN LATERAL (
    SELECT CASE WHEN value.body !~ '[:,\[]-?(NaN|Infinity)[],}]' THEN value.body::jsonb END AS body
) told
WHERE facet.facet = %(facet)s AND facet.facet LIKE 'headwater_crawl%%' AND facet.owner_kind IN (1, 2)
    AND facet.place IN ('', 'crawler') AND NOT facet.deleted AND told.body ->> 'source' = %(source)s
    AND (%(k0)s::int IS NULL OR (facet.owner_kind, facet.owner) > (%(k0)s::int, %(k1)s::int))
ORDER BY facet.owner_kind, facet.owner, facet.s DESC LIMIT %(limit)s
"""
ORDER = Order[Crawled]("crawled", lambda one: (one.kind, one.id), (int, int))


async def crawled(
    connection: AsyncConnection[TupleRow], crawler: str, source: str, first: int, after: str | None
) -> Page[Crawled]:
    """A page of what crawlers of this kind told of from this source, taken back or not; in no telling order."""
    given = {"facet": PREFIX + crawler.replace("-", "_"), "source": source, "limit": first + 1, **ORDER.place(after)}
    async with connection.cursor(row_factory=class_row(Crawled)) as cursor:
        await cursor.execute(CRAWLED, given)
        return page(await cursor.fetchall(), first, ORDER)
