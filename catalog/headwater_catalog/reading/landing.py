"""Landing files: every file that landed below a dataset, and whether a run has loaded it. docs/decisions/0005."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.reading.pages import Order, Page, page
from headwater_catalog.reading.ranges import Range, columns

Connection = AsyncConnection[TupleRow]
NEW, LOADED, FAILED = "NEW", "PROCESSED", "FAILED"
MOST_LOADS = 10
"""Runs that a file shows, the last first."""


@dataclass(frozen=True, slots=True)
class LandingFile:
    """A file as it landed: told first at s by a teller (a run if positive). at: its own time, -1 without one.

    body: the entry of the facet, canonical JSON.
    """

    file: uuid.UUID
    version: uuid.UUID
    path: str
    at: int
    s: int
    state: str
    teller: int
    body: str


@dataclass(frozen=True, slots=True)
class Load:
    """A run that ended and lists a file as loaded. file: its place among those asked for; state: of the run."""

    file: int
    run: int
    job: int
    state: int
    s: int


# What was said of files under the names that the dataset has or had.
SAID: LiteralString = """
    SELECT f.* FROM unnest(%(names)s::int[], %(after_s)s::bigint[], %(after_h)s::uuid[], %(until_s)s::bigint[],
        %(until_h)s::uuid[]) AS asked(name, after_s, after_h, until_s, until_h)
    JOIN landing_file f ON f.name = asked.name
        AND (f.s, f.h) > (asked.after_s, asked.after_h) AND (f.s, f.h) <= (asked.until_s, asked.until_h)
"""

NONE: LiteralString = "'00000000-0000-0000-0000-000000000000'::uuid"
"""The version of a path that was said alone: a load of it counts for every version that had landed by its end."""

# Files in the order of their time and path. Of the versions of a path the one that was told last is the file. One pass
# over what is narrow of a folder and no join: whatever the planner expects, that is a sort. The rest is of the page.
FILES: LiteralString = """
WITH version AS (
    SELECT file, version, min(path COLLATE "C") AS path,
        min(s) FILTER (WHERE side = 1) AS s, max(s) FILTER (WHERE side = 1) AS last,
        min(coalesce(at, -1)) FILTER (WHERE side = 1) AS at,
        max(s) FILTER (WHERE side = 2 AND (%(job)s::int IS NULL OR job = %(job)s)) AS tried,
        max(s) FILTER (WHERE side = 2 AND state = 2 AND (%(job)s::int IS NULL OR job = %(job)s)) AS loaded
    FROM ({said}) said GROUP BY file, version
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY file ORDER BY last DESC NULLS LAST, version) AS nth,
        max(tried) FILTER (WHERE version = {none}) OVER (PARTITION BY file) AS path_tried,
        max(loaded) FILTER (WHERE version = {none}) OVER (PARTITION BY file) AS path_loaded
    FROM version
), file AS (
    SELECT file, version, path, s, at, CASE WHEN loaded IS NOT NULL OR path_loaded >= s THEN 'PROCESSED'
        WHEN tried IS NOT NULL OR path_tried >= s THEN 'FAILED' ELSE 'NEW' END AS state
    FROM ranked WHERE nth = 1 AND s IS NOT NULL
), page AS (
    SELECT * FROM file
    WHERE (%(states)s::text[] IS NULL OR state = ANY(%(states)s))
        AND (%(k0)s::bigint IS NULL OR (at, path) > (%(k0)s, %(k1)s::text COLLATE "C"))
    ORDER BY at, path LIMIT %(limit)s
)
SELECT page.file, page.version, page.path, page.at, page.s, page.state, first.teller, first.body
FROM page CROSS JOIN LATERAL (
    SELECT f.teller, f.body FROM landing_file f
    WHERE f.name = ANY(%(names)s) AND f.side = 1 AND f.file = page.file AND f.version = page.version AND f.s = page.s
    ORDER BY f.h, f.body LIMIT 1
) first ORDER BY page.at, page.path
""".replace("{said}", SAID).replace("{none}", NONE)

# The runs that say they loaded each of some files, the last first.
LOADS: LiteralString = """
WITH said AS ({said} AND f.side = 2 AND f.file = ANY(%(files)s::uuid[]))
SELECT landed.place::int - 1 AS file, load.teller AS run, load.job, load.state, load.s
FROM unnest(%(files)s::uuid[], %(versions)s::uuid[], %(s)s::bigint[])
    WITH ORDINALITY AS landed(file, version, s, place)
CROSS JOIN LATERAL (
    SELECT load.teller, load.job, load.state, load.s FROM said load
    WHERE load.file = landed.file AND (load.version = landed.version OR (load.version = {none} AND load.s >= landed.s))
    ORDER BY load.s DESC, load.h DESC LIMIT %(limit)s
) load
""".replace("{said}", SAID).replace("{none}", NONE)
ORDER = Order[LandingFile]("files", lambda one: (one.at, one.path), (int, str))


async def files(
    connection: Connection,
    names: Sequence[Range],
    first: int,
    after: str | None,
    *,
    states: Sequence[str] | None = None,
    job: int | None = None,
) -> Page[LandingFile]:
    """A page of the files below a dataset that has these names; of these states. job: only its loads count."""
    given = {
        **columns(names),
        **ORDER.place(after),
        "job": job,
        "states": None if states is None else list(states),
        "limit": first + 1,
    }
    async with connection.cursor(row_factory=class_row(LandingFile)) as cursor:
        await cursor.execute(FILES, given)
        return page(await cursor.fetchall(), first, ORDER)


async def loads(
    connection: Connection, asked: Sequence[LandingFile], names: Sequence[Range]
) -> dict[LandingFile, list[Load]]:
    """The last runs that say they loaded each file."""
    given = {
        **columns(names),
        "files": [one.file for one in asked],
        "versions": [one.version for one in asked],
        "s": [one.s for one in asked],
        "limit": MOST_LOADS,
    }
    found: dict[LandingFile, list[Load]] = defaultdict(list)
    async with connection.cursor(row_factory=class_row(Load)) as cursor:
        await cursor.execute(LOADS, given)
        for load in await cursor.fetchall():
            found[asked[load.file]].append(load)
    return found
