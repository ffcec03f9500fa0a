"""Why an edge stands: in how many runs of how many, and which."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg.rows import class_row

from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.graph import Part
from headwater_catalog.reading.pages import Order, Page, page
from headwater_catalog.times import stamp_s


@dataclass(frozen=True, slots=True)
class Teller:
    """Who said so: a run (teller > 0) or an event of a job or dataset. s, h: stamp; status as in spans."""

    s: int
    h: uuid.UUID
    teller: int
    status: int


# The parts that are asked about; fine: between columns.
PARTS: LiteralString = """
unnest(%(sources)s::int[], %(targets)s::int[], %(jobs)s::int[], %(fine)s::bool[], %(source_fields)s::text[],
    %(target_fields)s::text[]) WITH ORDINALITY AS part(source, target, job, fine, source_field, target_field, place)
"""

# Whether the claim of a write states a part between columns; a row without a target field speaks of all.
OF_COLUMNS: LiteralString = """
EXISTS (SELECT FROM claim_column c WHERE c.claim = w.claim AND c.source = part.source
    AND c.source_field IS NOT DISTINCT FROM part.source_field
    AND (c.target_field IS NULL OR c.target_field = part.target_field))
"""

# Of each part, from a stamp on: confirmed runs whose claim has the edge (where the target is the job itself: that read
# the source), and all confirmed of the job.
COUNTS: LiteralString = """
SELECT part.place, CASE WHEN part.target = part.job THEN
    (SELECT count(*) FROM run
        WHERE run.job = part.job AND confirmed AND run.at_s >= %(since)s AND part.source = ANY(run.reads))
    WHEN part.fine THEN
    (SELECT count(*) FROM write w
        WHERE w.job = part.job AND w.target = part.target AND w.status = 1 AND w.s >= %(since)s AND {of_columns})
    ELSE
    (SELECT count(*) FROM write w JOIN claim_source s ON s.claim = w.claim AND s.node = part.source
        WHERE w.job = part.job AND w.target = part.target AND w.status = 1 AND w.s >= %(since)s)
    END,
    (SELECT count(*) FROM run WHERE run.job = part.job AND confirmed AND run.at_s >= %(since)s)
FROM {parts}
ORDER BY part.place
""".replace("{parts}", PARTS).replace("{of_columns}", OF_COLUMNS)

# Who says so of any of these parts, the last to speak first: that the target comes from the source (0: whatever that
# is) by this job; or that the job reads the source, where the target is the job itself.
TELLERS: LiteralString = """
SELECT s, h, teller, min(status)::int AS status FROM (
    SELECT w.s, w.h, w.teller, w.status
    FROM {parts}
    JOIN write w ON w.job = part.job AND w.target = part.target AND w.status <= 3
    WHERE part.source = 0 OR CASE WHEN part.fine THEN {of_columns}
        ELSE EXISTS (SELECT FROM claim_source s WHERE s.claim = w.claim AND s.node = part.source) END
    UNION ALL
    SELECT run.at_s, run.at_h, run.id, CASE WHEN run.confirmed THEN 1 ELSE 3 END
    FROM {parts}
    JOIN run ON run.job = part.job AND part.source = ANY(run.reads) AND run.state IS NOT NULL
    WHERE part.target = part.job
    UNION ALL
    SELECT said.s, said.h, said.teller, 2
    FROM {parts}
    JOIN declaration said ON said.job = part.job AND part.source = ANY(said.reads)
    WHERE part.target = part.job
) told
WHERE (%(runs)s::int[] IS NULL OR teller = ANY(%(runs)s))
    AND (%(k0)s::bigint IS NULL OR (s, h) < (%(k0)s, %(k1)s::uuid))
GROUP BY s, h, teller ORDER BY s DESC, h DESC LIMIT %(limit)s
""".replace("{parts}", PARTS).replace("{of_columns}", OF_COLUMNS)

# The events of tellers, in the order of their times; speaks: whether it lists one of these datasets itself.
EVENTS: LiteralString = """
SELECT told.teller, event.h, event.h2, event.s, event.received, event.type::int AS type, entry.hash, EXISTS (
        SELECT FROM dataset JOIN mention ON mention.name = dataset.name AND mention.s = event.s AND mention.h = event.h
        WHERE dataset.node = ANY(%(nodes)s)
    ) AS speaks
FROM unnest(%(tellers)s::bigint[]) AS told(teller)
CROSS JOIN LATERAL (
    SELECT * FROM event WHERE (event.run = told.teller OR event.seq = -told.teller) AND NOT event.retracted
        AND (%(as_of)s::bigint IS NULL OR event.s <= %(as_of)s)
        AND (%(known_at)s::bigint IS NULL OR event.received <= %(known_at)s)
    ORDER BY event.s, event.h LIMIT %(limit)s
) event
LEFT JOIN LATERAL (
    SELECT hash FROM entry WHERE entry.h = event.h AND NOT entry.retracted ORDER BY received, hash LIMIT 1
) entry ON true
ORDER BY told.teller, event.s, event.h
"""

MOST_EVENTS = 100
"""Events of one run that are told: of a run that streams there may be any number."""
ORDER = Order[Teller]("evidence", lambda one: (one.s, one.h.hex), (int, uuid.UUID))


@dataclass(frozen=True, slots=True)
class Told:
    """An event that a teller consists of. hash: of the entry that holds it; None where its bytes are gone."""

    teller: int
    h: uuid.UUID
    h2: uuid.UUID
    s: int
    received: int
    type: int
    hash: bytes | None
    speaks: bool

    @property
    def id(self) -> str:
        """The event id: 64 hex digits."""
        return self.h.hex + self.h2.hex


def _given(parts: Sequence[Part]) -> dict[str, object]:
    """Parts as PARTS takes them."""
    return {
        "sources": [part.source for part in parts],
        "targets": [part.target for part in parts],
        "jobs": [part.job for part in parts],
        "fine": [part.columns is not None for part in parts],
        "source_fields": [part.columns and part.columns[0] for part in parts],
        "target_fields": [part.columns and part.columns[1] for part in parts],
    }


async def counts(connection: Connection, parts: Sequence[Part], since: int | None = None) -> list[tuple[int, int]]:
    """(n, m) of each part, of runs that ended at `since` (microseconds) or later."""
    first = -(2**63) if since is None else stamp_s(1, since, 0)
    cursor = await connection.execute(COUNTS, {**_given(parts), "since": first})
    return [(row[1], row[2]) for row in await cursor.fetchall()]


async def tellers(
    connection: Connection, parts: Sequence[Part], runs: Sequence[int] | None, first: int, after: str | None
) -> Page[Teller]:
    """Who says so of any of these; runs: only these."""
    given = {**_given(parts), "runs": runs, **ORDER.place(after)}
    async with connection.cursor(row_factory=class_row(Teller)) as cursor:
        await cursor.execute(TELLERS, {**given, "limit": first + 1})
        return page(await cursor.fetchall(), first, ORDER)


async def events(
    connection: Connection,
    tellers: Sequence[int],
    nodes: tuple[int, ...],
    as_of: int | None,
    known_at: int | None,
) -> dict[int, list[Told]]:
    """Of each teller the events that list one of these datasets; all where none of them does. Microseconds."""
    given = {
        "tellers": list(tellers),
        "nodes": list(nodes),
        "as_of": None if as_of is None else stamp_s(1, as_of, 3),
        "known_at": known_at,
        "limit": MOST_EVENTS,
    }
    found: dict[int, list[Told]] = {teller: [] for teller in tellers}
    async with connection.cursor(row_factory=class_row(Told)) as cursor:
        await cursor.execute(EVENTS, given)
        for told in await cursor.fetchall():
            found[told.teller].append(told)
    return {teller: [one for one in told if one.speaks] or told for teller, told in found.items()}
