"""Jobs: what they are, their parents and children, what they read and write now."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.lineage.edges import STATEMENTS
from headwater_catalog.reading.datasets import ONLY
from headwater_catalog.reading.pages import Order, Page, page, pages

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True)
class Job:
    """A job. own: an event of it came; else it is only referred to."""

    id: int
    key: uuid.UUID
    namespace: str
    name: str
    retracted: bool
    own: bool
    parent: int | None


@dataclass(frozen=True, slots=True)
class Read:
    """A job reads a dataset, by the statement of that status. dangling: nothing that it writes is said to need it."""

    job: int
    node: int
    status: int
    dangling: bool


@dataclass(frozen=True, slots=True)
class Write:
    """A job writes a node; s: stamp of the last time in that status."""

    job: int
    node: int
    status: int
    s: int


@dataclass(frozen=True, slots=True)
class JobOf:
    """A job in a list, with its place."""

    node: int
    id: int
    namespace: str
    name: str


JOBS: LiteralString = """
SELECT name.id, name.key, name.ns AS namespace, name.name, name.retracted, coalesce(job.own, false) AS own, job.parent
FROM name LEFT JOIN job ON job.name = name.id WHERE name.id = ANY(%s)
"""

LIST: LiteralString = """
SELECT 0 AS node, name.id, name.ns AS namespace, name.name FROM {name} JOIN job ON job.name = name.id
WHERE name.kind = 2 AND NOT name.retracted
    AND (%(less)s::int[] IS NULL OR name.id NOT IN (SELECT unnest(%(less)s::int[])))
    AND (left(name.ns, 256), left(name.name, 256), name.ns, name.name)
        > (left(coalesce(%(k0)s::text, ''), 256), left(coalesce(%(k1)s::text, ''), 256),
            coalesce(%(k0)s::text, ''), coalesce(%(k1)s::text, ''))
ORDER BY left(name.ns, 256), left(name.name, 256), name.ns, name.name LIMIT %(limit)s
"""
NEWEST: LiteralString = """
SELECT 0 AS node, name.id, name.ns AS namespace, name.name FROM {name} JOIN job ON job.name = name.id
WHERE name.kind = 2 AND NOT name.retracted
    AND (%(less)s::int[] IS NULL OR name.id NOT IN (SELECT unnest(%(less)s::int[])))
    AND (%(k0)s::int IS NULL OR name.id < %(k0)s)
ORDER BY name.id DESC LIMIT %(limit)s
"""
CHILDREN: LiteralString = """
SELECT asked.node, child.id, child.ns AS namespace, child.name
FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT name.id, name.ns, name.name FROM job JOIN name ON name.id = job.name
    WHERE job.parent = asked.node AND (%(k0)s::text IS NULL OR (name.ns, name.name) > (%(k0)s, %(k1)s))
    ORDER BY name.ns, name.name LIMIT %(limit)s
) child
"""

# What jobs read, by the statements that speak for them.
READS: LiteralString = """
WITH jobs AS (SELECT unnest(%s::int[]) AS id)
SELECT job, node, status, dangling FROM ({statements}) told ORDER BY job, status, node
""".replace("{statements}", STATEMENTS)

# What jobs write: for each target the last time by status, while any span of it is open.
WRITES: LiteralString = """
SELECT job, target AS node, status, max(last_s) AS s FROM span
WHERE job = ANY(%s) AND to_s IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 4 DESC, 2
"""

BY_NAME = Order[JobOf]("jobs", lambda job: (job.namespace, job.name), (str, str))
BY_AGE = Order[JobOf]("jobs-newest", lambda job: (job.id,), (int,))


async def jobs(connection: Connection, ids: Sequence[int]) -> dict[int, Job]:
    """Jobs by id."""
    async with connection.cursor(row_factory=class_row(Job)) as cursor:
        await cursor.execute(JOBS, [list(ids)])
        return {job.id: job for job in await cursor.fetchall()}


async def listed(
    connection: Connection,
    first: int,
    after: str | None,
    ids: Sequence[int] | None = None,
    *,
    newest: bool = False,
    less: Sequence[int] | None = None,
) -> Page[int]:
    """A page of jobs, by name or newest first; ids: only of these; less: none of these."""
    order = BY_AGE if newest else BY_NAME
    kept = {"ids": list(ids or ()), "less": None if less is None else list(less)}
    given = {**order.place(after), **kept, "limit": first + 1}
    statement = (NEWEST if newest else LIST).replace("{name}", "name" if ids is None else ONLY)
    async with connection.cursor(row_factory=class_row(JobOf)) as cursor:
        await cursor.execute(statement, given)
        found = page(await cursor.fetchall(), first, order)
    return Page([job.id for job in found.items], found.cursors, found.more)


async def children(connection: Connection, ids: Sequence[int], first: int, after: str | None) -> dict[int, Page[int]]:
    """Jobs whose parent is each of these."""
    found = await pages(connection, CHILDREN, ids, row=JobOf, order=BY_NAME, first=first, after=after)
    return {job: Page([one.id for one in p.items], p.cursors, p.more) for job, p in found.items()}


async def reads(connection: Connection, ids: Sequence[int]) -> dict[int, list[Read]]:
    """What each job reads."""
    found: dict[int, list[Read]] = defaultdict(list)
    async with connection.cursor(row_factory=class_row(Read)) as cursor:
        await cursor.execute(READS, [list(ids)])
        for read in await cursor.fetchall():
            found[read.job].append(read)
    return found


async def writes(connection: Connection, ids: Sequence[int]) -> dict[int, list[Write]]:
    """What each job writes."""
    found: dict[int, list[Write]] = defaultdict(list)
    async with connection.cursor(row_factory=class_row(Write)) as cursor:
        await cursor.execute(WRITES, [list(ids)])
        for write in await cursor.fetchall():
            found[write.job].append(write)
    return found
