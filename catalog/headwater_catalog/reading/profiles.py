"""Profiles of datasets over time: the facet headwater_profile of each event that told one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.reading.pages import Page, pages
from headwater_catalog.reading.quality import METRIC_ORDER, Measured

PROFILES: LiteralString = """
SELECT asked.node, found.s, found.teller, found.name, found.facet, found.tests, value.body
FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT * FROM quality q
    WHERE q.node = asked.node AND q.facet = 'headwater_profile'
        AND (%(k0)s::bigint IS NULL OR (q.s, q.teller, q.name, q.facet) < (%(k0)s, %(k1)s, %(k2)s, %(k3)s))
    ORDER BY q.s DESC, q.teller DESC, q.name DESC, q.facet DESC LIMIT %(limit)s
) found JOIN value ON value.hash = found.hash
"""


async def profiles(
    connection: AsyncConnection[TupleRow], nodes: Sequence[int], first: int, after: str | None
) -> dict[int, Page[Measured]]:
    """Profiles of each node, newest first."""
    return await pages(connection, PROFILES, nodes, row=Measured, order=METRIC_ORDER, first=first, after=after)
