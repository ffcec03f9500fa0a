"""Scheduled crawls: what became of each, and when it is next. They are known of now only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.reading.pages import Order, Page, page
from headwater_catalog.schedule import RUNNING


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A crawl of a schedule; see layers/schedule.py. running: some session runs it now."""

    name: str
    kind: str
    source: str
    every: int
    seen: int
    next: int
    began: int | None
    ended: int | None
    outcome: str | None
    sentence: str | None
    remedy: str | None
    report: Mapping[str, Any] | None
    failures: int
    running: bool


# All that are remembered, by name; a schedule has some dozen.
SCHEDULED: LiteralString = f"""
SELECT name, kind, source, every, seen, next, began, ended, outcome, sentence, remedy, report, failures,
    {RUNNING} AS running
FROM crawl_schedule WHERE %(k0)s::text IS NULL OR name > %(k0)s::text COLLATE "C"
ORDER BY name LIMIT %(limit)s
"""  # noqa: S608 - of constants
ORDER = Order[Scheduled]("scheduledCrawls", lambda one: (one.name,), (str,))


async def scheduled(connection: AsyncConnection[TupleRow], first: int, after: str | None) -> Page[Scheduled]:
    """A page of scheduled crawls, by name."""
    async with connection.cursor(row_factory=class_row(Scheduled)) as cursor:
        await cursor.execute(SCHEDULED, {"limit": first + 1, **ORDER.place(after)})
        return page(await cursor.fetchall(), first, ORDER)
