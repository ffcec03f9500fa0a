"""Counts for the home page, and the end of the change feed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True)
class Stats:
    """How much there is. last_received: microseconds; position: the last change."""

    datasets: int
    fields: int
    jobs: int
    runs: int
    terms: int
    events: int
    rejected: int
    failed_today: int
    changes_today: int
    last_received: int | None
    position: int


# since: microseconds of a day ago; moments of events are compared with it, and receipts.
STATS: LiteralString = """
SELECT (SELECT count(*) FROM dataset d JOIN name n ON n.id = d.name WHERE d.name = d.node AND NOT n.retracted)
        AS datasets,
    (SELECT count(*) FROM field) AS fields,
    (SELECT count(*) FROM job j JOIN name n ON n.id = j.name WHERE NOT n.retracted) AS jobs,
    (SELECT count(*) FROM run WHERE state IS NOT NULL) AS runs,
    (SELECT count(*) FROM term WHERE type = 'concept') AS terms,
    (SELECT count(*) FROM event) AS events,
    (SELECT count(*) FROM rejected) AS rejected,
    (SELECT count(*) FROM run WHERE started > %(since)s AND state IN (3, 4)) AS failed_today,
    (SELECT count(*) FROM (SELECT received FROM change ORDER BY seq DESC LIMIT 100000) recent
        WHERE received > %(since)s) AS changes_today,
    (SELECT max(received) FROM event) AS last_received,
    (SELECT coalesce(max(seq), 0) FROM change) AS position
"""


async def stats(connection: Connection, since: int) -> Stats:
    """Counts; since: where "today" begins."""
    async with connection.cursor(row_factory=class_row(Stats)) as cursor:
        await cursor.execute(STATS, {"since": since})
        found = await cursor.fetchone()
    assert found is not None  # noqa: S101 - a SELECT without FROM has one row
    return found
