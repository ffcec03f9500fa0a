"""Why an edge stands: in how many runs of how many, and which."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg.rows import class_row

from headwater_catalog.lineage.edges import Connection
from headwater_catalog.reading.pages import Order, Page, page
from headwater_catalog.times import stamp_s


@dataclass(frozen=True, slots=True)
class Teller:
    """Who said so: a run (teller > 0) or an event of a job or dataset. s, h: stamp; status as in spans."""

    s: int
    h: uuid.UUID
    teller: int
    status: int


# Of each (source, target, job), from a stamp on: confirmed runs whose claim has the edge, and all confirmed of the job.
COUNTS: LiteralString = """
SELECT asked.place,
    (SELECT count(*) FROM write w JOIN claim_source s ON s.claim = w.claim AND s.node = asked.source
        WHERE w.job = asked.job AND w.target = asked.target AND w.status = 1 AND w.s >= %(since)s),
    (SELECT count(*) FROM run WHERE run.job = asked.job AND confirmed AND run.at_s >= %(since)s)
FROM unnest(%(sources)s::int[], %(targets)s::int[], %(jobs)s::int[])
    WITH ORDINALITY AS asked(source, target, job, place)
ORDER BY asked.place
"""

# Who says that target comes from source by this job, the last to speak first.
TELLERS: LiteralString = """
SELECT w.s, w.h, w.teller, w.status::int AS status
FROM write w JOIN claim_source source ON source.claim = w.claim AND source.node = %(source)s
WHERE w.job = %(job)s AND w.target = %(target)s AND w.status <= 3
    AND (%(k0)s::bigint IS NULL OR (w.s, w.h) < (%(k0)s, %(k1)s::uuid))
ORDER BY w.s DESC, w.h DESC LIMIT %(limit)s
"""

ORDER = Order[Teller]("evidence", lambda one: (one.s, one.h.hex), (int, uuid.UUID))


async def counts(
    connection: Connection, edges: Sequence[tuple[int, int, int]], since: int | None = None
) -> list[tuple[int, int]]:
    """(n, m) of each (source, target, job), of runs that ended at `since` (microseconds) or later."""
    sources, targets, jobs = ([edge[side] for edge in edges] for side in range(3))
    first = -(2**63) if since is None else stamp_s(1, since, 0)
    given = {"sources": sources, "targets": targets, "jobs": jobs, "since": first}
    cursor = await connection.execute(COUNTS, given)
    return [(row[1], row[2]) for row in await cursor.fetchall()]


async def tellers(connection: Connection, edge: tuple[int, int, int], first: int, after: str | None) -> Page[Teller]:
    """Who says so of one (source, target, job)."""
    source, target, job = edge
    given = {"source": source, "target": target, "job": job, **ORDER.place(after), "limit": first + 1}
    async with connection.cursor(row_factory=class_row(Teller)) as cursor:
        await cursor.execute(TELLERS, given)
        return page(await cursor.fetchall(), first, ORDER)
