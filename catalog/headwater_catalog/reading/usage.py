"""How often which facet is in the catalog, who sent it and when last; counted from a bounded part of the registers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

Connection = AsyncConnection[TupleRow]
MOST_BYTES = 32 * 2**20
"""Of the registers' table: a quarter of a million of them, counted in half a second."""
MOST_VALUES = 20
"""The last values of a facet whose producers and schemas are told."""


@dataclass(frozen=True, slots=True)
class FacetUse:
    """A facet at a place: registers that hold it, the stamp of the last, producers and schemas of its last values."""

    place: str
    facet: str
    count: int
    last: int
    producers: list[str]
    schemas: list[str]


@dataclass(frozen=True, slots=True)
class Usage:
    """Facets by count. exact: every register was counted, else a part stands for all. more: others are left out."""

    facets: list[FacetUse]
    exact: bool
    more: bool


SIZE: LiteralString = "SELECT pg_relation_size('facet')"

# Of a sample of the registers: how many hold each facet, and whom its last values name. Producers and schemas are
# searched for as canonical JSON spells them; a value that holds facets of others (parent) may name theirs.
COUNTED: LiteralString = r"""
WITH seen AS MATERIALIZED (
    SELECT CASE WHEN place LIKE 'inputFacets:%%' THEN 'input' WHEN place LIKE 'outputFacets:%%' THEN 'output'
            WHEN owner_kind = 1 THEN 'dataset' WHEN owner_kind = 2 THEN 'job' ELSE 'run' END AS place,
        facet, s, hash
    FROM facet TABLESAMPLE SYSTEM (%(percent)s) REPEATABLE (1) WHERE NOT deleted
), counted AS (
    SELECT place, facet, count(*) AS count, max(s) AS last FROM seen GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT %(limit)s
), ranked AS (
    SELECT place, facet, hash, row_number() OVER (PARTITION BY place, facet ORDER BY s DESC, hash) AS n
    FROM seen JOIN counted USING (place, facet)
), named AS (
    SELECT DISTINCT place, facet, left(substring(left(body, 65536) FROM '"_producer":"([^"\\]+)"'), 200) AS producer,
        left(substring(left(body, 65536) FROM '"_schemaURL":"([^"\\]+)"'), 200) AS schema
    FROM ranked JOIN value USING (hash) WHERE n <= %(values)s
)
SELECT place, facet, count, last,
    coalesce(array_agg(DISTINCT producer) FILTER (WHERE producer IS NOT NULL), '{}') AS producers,
    coalesce(array_agg(DISTINCT schema) FILTER (WHERE schema IS NOT NULL), '{}') AS schemas
FROM counted LEFT JOIN named USING (place, facet)
GROUP BY place, facet, count, last ORDER BY count DESC, place, facet
"""


async def usage(connection: Connection, first: int) -> Usage:
    """The facets that most registers hold."""
    (size,) = await (await connection.execute(SIZE)).fetchone() or (0,)
    share = min(1.0, MOST_BYTES / size) if size else 1.0
    async with connection.cursor(row_factory=class_row(FacetUse)) as cursor:
        await cursor.execute(COUNTED, {"percent": 100 * share, "limit": first + 1, "values": MOST_VALUES})
        found = await cursor.fetchall()
    scaled = [
        FacetUse(one.place, one.facet, round(one.count / share), one.last, one.producers, one.schemas) for one in found
    ]
    return Usage(scaled[:first], share == 1.0, len(found) > first)
