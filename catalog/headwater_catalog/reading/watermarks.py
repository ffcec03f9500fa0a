"""Watermarks: how far jobs came in datasets, by their confirmed runs. docs/decisions/0005."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.reading import nodes
from headwater_catalog.reading.pages import Order, Page, page
from headwater_catalog.reading.ranges import Range, Stamp, columns, ranges, reached

Connection = AsyncConnection[TupleRow]
MOST = 1_000
"""Watermarks of one answer."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A confirmed run that moved a watermark, at its end (s, h). place: of the range of names where it was found.

    value: canonical JSON.
    """

    place: int
    s: int
    h: uuid.UUID
    run: int
    value: str
    type: str | None
    field: str | None


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far a job came in a dataset, whose names it may have used in these ranges. job, dataset: ids of names."""

    job: int
    dataset: int
    ranges: tuple[Range, ...]
    current: Commit
    previous: Commit | None


# The names that a job, or each job between two ids, has watermarks of: from pair to pair by the primary key.
PAIRS: LiteralString = """
WITH RECURSIVE pair(job, name) AS (
    (SELECT job, name FROM watermark WHERE job BETWEEN %(low)s AND %(high)s ORDER BY job, name LIMIT 1)
    UNION ALL
    SELECT next.job, next.name FROM pair CROSS JOIN LATERAL (
        SELECT w.job, w.name FROM watermark w WHERE (w.job, w.name) > (pair.job, pair.name) AND w.job <= %(high)s
        ORDER BY w.job, w.name LIMIT 1
    ) next
)
SELECT job, name FROM pair LIMIT %(limit)s
"""

# The jobs that have watermarks of names, likewise.
JOBS: LiteralString = """
WITH RECURSIVE pair(name, job) AS (
    SELECT asked.name, first.job FROM unnest(%(names)s::int[]) AS asked(name) CROSS JOIN LATERAL (
        SELECT w.job FROM watermark w WHERE w.name = asked.name AND w.job BETWEEN %(low)s AND %(high)s
        ORDER BY w.job LIMIT 1
    ) first
    UNION ALL
    SELECT pair.name, next.job FROM pair CROSS JOIN LATERAL (
        SELECT w.job FROM watermark w WHERE w.name = pair.name AND w.job > pair.job AND w.job <= %(high)s
        ORDER BY w.job LIMIT 1
    ) next
)
SELECT job, name FROM pair LIMIT %(limit)s
"""

# The last commits of each (job, range of a name), before a stamp.
COMMITS: LiteralString = """
SELECT asked.place::int - 1 AS place, found.* FROM unnest(
    %(jobs)s::int[], %(names)s::int[], %(after_s)s::bigint[], %(after_h)s::uuid[], %(until_s)s::bigint[],
    %(until_h)s::uuid[]) WITH ORDINALITY AS asked(job, name, after_s, after_h, until_s, until_h, place)
CROSS JOIN LATERAL (
    SELECT w.s, w.h, w.run, w.value, w.type, w.field FROM watermark w
    WHERE w.job = asked.job AND w.name = asked.name AND (w.s, w.h) > (asked.after_s, asked.after_h)
        AND (w.s, w.h) <= (asked.until_s, asked.until_h)
        AND (w.s, w.h) < (coalesce(%(k0)s::bigint, 9223372036854775807), coalesce(%(k1)s::uuid, asked.until_h))
    ORDER BY w.s DESC, w.h DESC LIMIT %(limit)s
) found
"""
ANY_JOB = 0, 2**31 - 1
ORDER = Order[Commit]("commits", lambda one: (one.s, one.h.hex), (int, uuid.UUID))


async def watermarks(
    connection: Connection, job: int | None = None, dataset: uuid.UUID | None = None
) -> list[Watermark]:
    """The watermarks of a job (its id), of a dataset (its key), of both or of all; in no order.

    Raises InvalidRequest where there are more than MOST.
    """
    keys = [dataset] if dataset else await reached(connection, await _names(connection, job))
    known = await ranges(connection, keys)
    low, high = ANY_JOB if job is None else (job, job)
    names = sorted({one.name for some in known.values() for one in some})
    given = {"names": names, "low": low, "high": high, "limit": MOST + 1}
    jobs: dict[int, list[int]] = defaultdict(list)
    for of, name in _few(await (await connection.execute(JOBS, given)).fetchall()):
        jobs[name].append(of)
    asked = {
        (of, key): [one for one in some if of in jobs[one.name]]
        for key, some in known.items()
        for of in {of for one in some for of in jobs[one.name]}
    }
    return await _current(connection, asked)


async def _names(connection: Connection, job: int | None) -> list[int]:
    low, high = ANY_JOB if job is None else (job, job)
    rows = await (await connection.execute(PAIRS, {"low": low, "high": high, "limit": MOST + 1})).fetchall()
    return sorted({name for _, name in _few(rows)})


def _few(rows: Sequence[TupleRow]) -> Sequence[TupleRow]:
    if len(rows) > MOST:
        raise InvalidRequest(
            "too_many", f"More than {MOST:,} watermarks are asked for.", "Name a job, a dataset or both."
        )
    return rows


async def _current(connection: Connection, asked: Mapping[tuple[int, uuid.UUID], Sequence[Range]]) -> list[Watermark]:
    places = [(pair, one) for pair, some in asked.items() for one in some]
    rows = await _rows(connection, [(pair[0], one) for pair, one in places], ORDER.place(None), 2)
    found: dict[tuple[int, uuid.UUID], list[Commit]] = defaultdict(list)
    for row in rows:
        found[places[row.place][0]].append(row)
    ids = await nodes.ids_of_keys(connection, {key for _, key in found})
    marks = []
    for (job, key), some in found.items():
        current, *before = _merged(some)
        marks.append(Watermark(job, ids[key], tuple(asked[job, key]), current, before[0] if before else None))
    return marks


async def commits(connection: Connection, mark: Watermark, first: int, after: str | None) -> Page[Commit]:
    """The runs that moved a watermark, the last first."""
    rows = await _rows(connection, [(mark.job, one) for one in mark.ranges], ORDER.place(after), first + 1)
    return page(_merged(rows), first, ORDER)


async def _rows(
    connection: Connection, asked: Sequence[tuple[int, Range]], place: Mapping[str, object], limit: int
) -> list[Commit]:
    given = {**columns([one for _, one in asked]), **place, "jobs": [job for job, _ in asked], "limit": limit}
    async with connection.cursor(row_factory=class_row(Commit)) as cursor:
        await cursor.execute(COMMITS, given)
        return await cursor.fetchall()


def _merged(rows: Sequence[Commit]) -> list[Commit]:
    """The last first; of one run that used several names of a dataset one, whatever ids these have."""
    best: dict[Stamp, Commit] = {}
    for row in sorted(rows, key=lambda row: row.value):
        best[row.s, row.h] = row
    return [best[stamp] for stamp in sorted(best, reverse=True)]
