"""What was declared of datasets over time: the facet `headwater_relation` of each event that told it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.canonical import read_json
from headwater_catalog.facets.relation import Relation
from headwater_catalog.facets.shape import read
from headwater_catalog.schemas.history import Stamp, Stated
from headwater_catalog.times import RANKED

MOST: Final = 50
"""Statements of a dataset that are read: the last ones."""
WINDOW: Final = 20_000
"""Events of a name that are looked through for them: the last ones."""

# What DatasetEvents said of a dataset by the names of its class. until, future: the last stamps of then, of either
# rank; known: what was received by then; null: now. side 2: of the dataset itself; types 7 and 8: a crawler's.
STATED: LiteralString = """
SELECT asked.node, told.s, told.h, told.idx, told.crawled, told.body
FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT m.s, m.h, m.idx, e.type IN (7, 8) AS crawled, CASE WHEN NOT v.deleted THEN v.body END AS body
    FROM dataset CROSS JOIN LATERAL (
        SELECT * FROM core.mention every WHERE every.name = dataset.name
            AND (%(until)s::bigint IS NULL OR every.s <= %(until)s)
        ORDER BY every.s DESC, every.h DESC, every.idx DESC LIMIT %(window)s
    ) m JOIN core.event e ON e.seq = m.event AND NOT e.retracted
    CROSS JOIN LATERAL (SELECT convert_from(e.said, 'UTF8')::jsonb -> 0 -> m.idx -> 2 AS facets) said
    JOIN core.value v ON v.hash = substr(e.hashes, 1 + 32 * (said.facets ->> 'headwater_relation')::int, 32)
    WHERE dataset.node = asked.node AND m.side = 2 AND (m.s >= %(ranked)s OR m.s <= coalesce(%(future)s::bigint, m.s))
        AND EXISTS (SELECT FROM core.facet f WHERE f.owner_kind = 1 AND f.owner = dataset.name
            AND f.place IN ('', 'crawler') AND f.facet = 'headwater_relation')
        AND (%(known)s::bigint IS NULL OR e.received <= %(known)s)
    ORDER BY m.s DESC, m.h DESC, m.idx DESC LIMIT %(limit)s
) told ORDER BY asked.node, told.s, told.h, told.idx
"""


async def stated(
    connection: AsyncConnection[TupleRow],
    nodes: Sequence[int],
    *,
    until: int | None = None,
    future: int | None = None,
    known: int | None = None,
) -> dict[int, list[Stated]]:
    """What was declared of each node, newest first; until, future: last stamps, known: microseconds; None: now."""
    given = {
        "until": until,
        "future": future,
        "known": known,
        "ranked": RANKED,
        "limit": MOST,
        "window": WINDOW,
        "nodes": list(nodes),
    }
    rows = await (await connection.execute(STATED, given)).fetchall()
    return await asyncio.to_thread(_by_node, rows)


def _by_node(rows: Iterable[TupleRow]) -> dict[int, list[Stated]]:
    told: dict[int, list[tuple[Stamp, bool, Relation | None]]] = defaultdict(list)
    for node, s, h, idx, crawled, body in rows:
        told[node].append(((s, h, idx), crawled, _relation(body)))
    return {node: list(_effective(some))[::-1] for node, some in told.items()}


def _relation(body: str | None) -> Relation | None:
    return None if body is None else read(Relation, read_json(body.encode()))


def _effective(rows: Iterable[tuple[Stamp, bool, Relation | None]]) -> Iterator[Stated]:
    """A producer's word before a crawler's, where both speak; rows: oldest first."""
    words: dict[bool, Relation | None] = {}
    for stamp, crawled, relation in rows:
        before = words.get(False) or words.get(True)
        words[crawled] = relation
        now = words.get(False) or words.get(True)
        if now != before:
            yield Stated(stamp, now)
