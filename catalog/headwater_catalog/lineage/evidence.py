"""Why an edge stands: in how many runs of how many, and which."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg.rows import class_row

from headwater_catalog.lineage.edges import Connection
from headwater_catalog.reading.pages import Order, Page, page


@dataclass(frozen=True, slots=True)
class Teller:
    """Who said so: a run (teller > 0) or an event of a job or dataset. s, h: stamp; status as in spans."""

    s: int
    h: uuid.UUID
    teller: int
    status: int


# Of each (source, target, job): confirmed runs whose claim has the edge, and confirmed runs of the job.
COUNTS: LiteralString = """
SELECT asked.place,
    (SELECT count(*) FROM write w JOIN claim_source s ON s.claim = w.claim AND s.node = asked.source
        WHERE w.job = asked.job AND w.target = asked.target AND w.status = 1),
    (SELECT count(*) FROM run WHERE run.job = asked.job AND confirmed)
FROM unnest(%s::int[], %s::int[], %s::int[]) WITH ORDINALITY AS asked(source, target, job, place)
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


async def counts(connection: Connection, edges: Sequence[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """(n, m) of each (source, target, job)."""
    sides = [[edge[side] for edge in edges] for side in range(3)]
    cursor = await connection.execute(COUNTS, sides)
    return [(row[1], row[2]) for row in await cursor.fetchall()]


async def tellers(connection: Connection, edge: tuple[int, int, int], first: int, after: str | None) -> Page[Teller]:
    """Who says so of one (source, target, job)."""
    source, target, job = edge
    given = {"source": source, "target": target, "job": job, **ORDER.place(after), "limit": first + 1}
    async with connection.cursor(row_factory=class_row(Teller)) as cursor:
        await cursor.execute(TELLERS, given)
        return page(await cursor.fetchall(), first, ORDER)
