"""Runs: their state, times, hierarchy and data; lists of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.codes import RUN_LOST, RUN_RUNNING
from headwater_catalog.reading.pages import Order, Page, page, pages
from headwater_catalog.times import micros_of

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True)
class Run:
    """A run. Times in microseconds; parent and root: {"run": key or None, "job": name or None} as told."""

    id: int
    key: uuid.UUID
    run_id: str
    namespace: str
    name: str
    job: int | None
    jobs: list[int] | None
    state: int
    started: int | None
    ended: int | None
    confirmed: bool
    parent: Any
    root: Any
    nominal_start: int | None
    nominal_end: int | None
    reads: list[int] | None
    writes: list[int] | None
    events: int | None
    last_s: int | None

    @property
    def last_sign(self) -> int | None:
        """The time of its last event, in microseconds."""
        return None if self.last_s is None else micros_of(self.last_s)

    def state_at(self, lost_before: int) -> int:
        """Its state; lost where it runs, and gave its last sign before that moment (microseconds)."""
        quiet = self.last_sign is not None and self.last_sign < lost_before
        return RUN_LOST if self.state == RUN_RUNNING and quiet else self.state


@dataclass(frozen=True, slots=True)
class RunOf:
    """A run in a node's list. started, id: its place."""

    node: int
    id: int
    started: int


COLUMNS: LiteralString = """
    id, key, run_id, ns AS namespace, name, job, jobs, coalesce(state, 0) AS state, started, ended,
    coalesce(confirmed, false) AS confirmed, parent, root, nominal_start, nominal_end, reads, writes, events, last_s
"""
BY_IDS: LiteralString = "SELECT {columns} FROM run WHERE id = ANY(%s)".replace("{columns}", COLUMNS)
IDS_BY_KEYS: LiteralString = "SELECT key, id FROM run WHERE key = ANY(%s) AND state IS NOT NULL"
NAMES_BY_KEYS: LiteralString = "SELECT key, run_id, ns, name FROM run WHERE key = ANY(%s)"

# The state of a run, as `Run.state_at` tells it: the time of its last sign is in the stamp.
STATE_AT: LiteralString = """
CASE WHEN state = 1 AND last_s - CASE WHEN last_s >= 2305843009213693952 THEN 4611686018427387904 ELSE 0 END
    < 4 * %(lost_before)s::bigint THEN 5 ELSE state END
"""

# All runs, the last started first.
LIST: LiteralString = """
SELECT 0 AS node, id, started FROM run
WHERE started IS NOT NULL AND (%(jobs)s::int[] IS NULL OR job = ANY(%(jobs)s))
    AND (%(states)s::int[] IS NULL OR {state} = ANY(%(states)s))
    AND (%(after)s::bigint IS NULL OR started > %(after)s)
    AND (%(k0)s::bigint IS NULL OR (started, id) < (%(k0)s, %(k1)s))
ORDER BY started DESC, id DESC LIMIT %(limit)s
""".replace("{state}", STATE_AT)

# Runs of jobs, the last started first.
OF_JOBS: LiteralString = """
SELECT asked.node, run.id, run.started
FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT r.id, r.started FROM run r
    WHERE r.job = asked.node AND r.started IS NOT NULL
        AND (%(k0)s::bigint IS NULL OR (r.started, r.id) < (%(k0)s, %(k1)s))
    ORDER BY r.started DESC, r.id DESC LIMIT %(limit)s
) run
"""

# Runs that name one of these as their parent.
CHILDREN: LiteralString = """
SELECT asked.id AS node, run.id, run.started
FROM run asked CROSS JOIN LATERAL (
    SELECT r.id, r.started FROM run r
    WHERE r.parent_key = asked.key AND r.started IS NOT NULL
        AND (%(k0)s::bigint IS NULL OR (r.started, r.id) < (%(k0)s, %(k1)s))
    ORDER BY r.started DESC, r.id DESC LIMIT %(limit)s
) run WHERE asked.id = ANY(%(nodes)s)
"""

# The run that speaks last of each job: the later of the last confirmed one and the last other one, so that an index
# gives each at once, however many runs the job has.
LAST_OF_JOBS: LiteralString = """
SELECT asked.job, run.id FROM unnest(%s::int[]) AS asked(job) CROSS JOIN LATERAL (
    SELECT id FROM (
        (SELECT id, at_s, at_h FROM run WHERE job = asked.job AND confirmed AND state IS NOT NULL
            ORDER BY at_s DESC, at_h DESC LIMIT 1)
        UNION ALL
        (SELECT id, at_s, at_h FROM run WHERE job = asked.job AND NOT confirmed AND state IS NOT NULL
            ORDER BY at_s DESC, at_h DESC LIMIT 1)
    ) last ORDER BY at_s DESC, at_h DESC LIMIT 1
) run
"""

ORDER = Order[RunOf]("runs", lambda run: (run.started, run.id), (int, int))


async def runs(connection: Connection, ids: Sequence[int]) -> dict[int, Run]:
    """Runs by id."""
    async with connection.cursor(row_factory=class_row(Run)) as cursor:
        await cursor.execute(BY_IDS, [list(ids)])
        return {run.id: run for run in await cursor.fetchall()}


async def ids_by_keys(connection: Connection, keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Public key → run; those never seen are left out."""
    cursor = await connection.execute(IDS_BY_KEYS, [list(set(keys))])
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def names_by_keys(connection: Connection, keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, tuple[str, str, str]]:
    """Public key → (run id, job namespace, job name), also of runs all of whose events are retracted."""
    cursor = await connection.execute(NAMES_BY_KEYS, [list(set(keys))])
    return {row[0]: (row[1], row[2], row[3]) for row in await cursor.fetchall()}


async def listed(
    connection: Connection,
    first: int,
    after: str | None,
    *,
    jobs: Sequence[int] | None = None,
    states: Sequence[int] | None = None,
    started_after: int | None = None,
    lost_before: int = 0,
) -> Page[int]:
    """A page of runs, the last started first; of these jobs, in these states; see `Run.state_at`."""
    given = {
        **ORDER.place(after),
        "jobs": None if jobs is None else list(jobs),
        "states": None if states is None else list(states),
        "after": started_after,
        "lost_before": lost_before,
        "limit": first + 1,
    }
    async with connection.cursor(row_factory=class_row(RunOf)) as cursor:
        await cursor.execute(LIST, given)
        return _ids(page(await cursor.fetchall(), first, ORDER))


async def of_jobs(connection: Connection, jobs: Sequence[int], first: int, after: str | None) -> dict[int, Page[int]]:
    """The last runs of each job."""
    found = await pages(connection, OF_JOBS, jobs, row=RunOf, order=ORDER, first=first, after=after)
    return {job: _ids(one) for job, one in found.items()}


async def children(connection: Connection, ids: Sequence[int], first: int, after: str | None) -> dict[int, Page[int]]:
    """Runs that name each run as their parent."""
    found = await pages(connection, CHILDREN, ids, row=RunOf, order=ORDER, first=first, after=after)
    return {run: _ids(one) for run, one in found.items()}


async def last_of_jobs(connection: Connection, jobs: Sequence[int]) -> dict[int, int]:
    """The run that speaks last of each job."""
    cursor = await connection.execute(LAST_OF_JOBS, [list(jobs)])
    return {row[0]: row[1] for row in await cursor.fetchall()}


def _ids(found: Page[RunOf]) -> Page[int]:
    return Page([run.id for run in found.items], found.cursors, found.more)
