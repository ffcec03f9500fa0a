"""What was declared of datasets over time: the facet `headwater_relation` of each event that told it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, LiteralString, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.canonical import read_json
from headwater_catalog.facets.relation import Relation
from headwater_catalog.facets.shape import read
from headwater_catalog.schemas.history import Stamp, Stated
from headwater_catalog.times import RANKED

MOST: Final = 50
"""Changes of what is said of a dataset that are read: the last ones."""
LOOKED: Final = 2_000
"""Statements that are looked through for them: the last ones."""
WINDOW: Final = 20_000
"""Events of a name that are looked through for statements: the last ones."""
READINGS: Final = 10
"""How often a page reads on where nothing that was read is part of the history."""

# What DatasetEvents said of a dataset by the names of its class, where its teller said something else before. until,
# future: the last stamps of then, of either rank; below: a stamp that all are older than; known: what was received by
# then; null: now. side 2: of the dataset itself; types 7 and 8: a crawler's. seen: the oldest event that was looked at,
# of the name of which least is, where there may be older ones.
STATED: LiteralString = """
SELECT asked.node, seen.s, seen.h, seen.idx, told.s, told.h, told.idx, told.crawled, told.body, told.number
FROM unnest(%(nodes)s::int[]) AS asked(node) LEFT JOIN LATERAL (
    SELECT last.* FROM dataset CROSS JOIN LATERAL (
        SELECT every.s, every.h, every.idx FROM core.mention every WHERE every.name = dataset.name
            AND (%(until)s::bigint IS NULL OR every.s <= %(until)s) AND {older}
        ORDER BY every.s DESC, every.h DESC, every.idx DESC OFFSET %(window)s - 1 LIMIT 1
    ) last WHERE dataset.node = asked.node AND EXISTS (SELECT FROM core.facet f
        WHERE f.owner_kind = 1 AND f.owner = dataset.name AND f.place IN ('', 'crawler')
            AND f.facet = 'headwater_relation')
    ORDER BY last.s DESC, last.h DESC, last.idx DESC LIMIT 1
) seen ON true LEFT JOIN LATERAL (
    SELECT other.*, CASE WHEN NOT v.deleted THEN v.body END AS body FROM (
        SELECT said.*, row_number() OVER (ORDER BY s DESC, h DESC, idx DESC) AS number,
            lag(hash) OVER (PARTITION BY crawled ORDER BY s, h, idx) IS DISTINCT FROM hash AS changed
        FROM (
            SELECT m.s, m.h, m.idx, e.type IN (7, 8) AS crawled,
                substr(e.hashes, 1 + 32 * (said.facets ->> 'headwater_relation')::int, 32) AS hash
            FROM dataset CROSS JOIN LATERAL (
                SELECT * FROM core.mention every WHERE every.name = dataset.name
                    AND (%(until)s::bigint IS NULL OR every.s <= %(until)s) AND {older}
                ORDER BY every.s DESC, every.h DESC, every.idx DESC LIMIT %(window)s
            ) m JOIN core.event e ON e.seq = m.event AND NOT e.retracted
            CROSS JOIN LATERAL (SELECT convert_from(e.said, 'UTF8')::jsonb -> 0 -> m.idx -> 2 AS facets) said
            WHERE dataset.node = asked.node AND m.side = 2
                AND (m.s >= %(ranked)s OR m.s <= coalesce(%(future)s::bigint, m.s))
                AND EXISTS (SELECT FROM core.facet f WHERE f.owner_kind = 1 AND f.owner = dataset.name
                    AND f.place IN ('', 'crawler') AND f.facet = 'headwater_relation')
                AND (%(known)s::bigint IS NULL OR e.received <= %(known)s)
                AND said.facets ->> 'headwater_relation' IS NOT NULL
            ORDER BY m.s DESC, m.h DESC, m.idx DESC LIMIT %(looked)s
        ) said
    ) other JOIN core.value v ON v.hash = other.hash
    WHERE other.changed ORDER BY other.s DESC, other.h DESC, other.idx DESC LIMIT %(limit)s
) told ON true ORDER BY asked.node, told.s, told.h, told.idx
""".replace(
    "{older}",
    "(%(below)s::bigint IS NULL OR (every.s, every.h, every.idx) < (%(below)s, %(below_h)s::uuid, %(below_idx)s::int))",
)


Said = tuple[Stamp, bool, Relation | None]
"""A statement: when, whether a crawler's, what."""


class Told(NamedTuple):
    """What was declared, oldest first. reach: the stamp down to which was looked, None where nothing is older."""

    said: list[Said]
    reach: Stamp | None

    @property
    def stated(self) -> list[Stated]:
        """What held, newest first."""
        return list(_effective(self.said))[::-1]

    def knows(self, stamp: Stamp) -> bool:
        """Whether it is known what was declared just before a stamp."""
        return self.reach is None or bool(self.said and self.said[0][0] < stamp)

    def above(self, older: Told) -> Told:
        """With what was read below its reach."""
        return Told(older.said + self.said, older.reach)


async def stated(
    connection: AsyncConnection[TupleRow],
    nodes: Sequence[int],
    *,
    until: int | None = None,
    future: int | None = None,
    known: int | None = None,
    below: Stamp | None = None,
) -> dict[int, Told]:
    """What was declared of each node; until, future: last stamps, known: microseconds; None: now.

    below: all are older than it: the last stamp of the page before, or the reach of what was read.
    """
    s, h, idx = below or (None, None, None)
    given = {
        "until": until if s is None else s if until is None else min(s, until),
        "below": s,
        "below_h": h,
        "below_idx": idx,
        "future": future,
        "known": known,
        "ranked": RANKED,
        "limit": MOST + 1,
        "looked": LOOKED,
        "window": WINDOW,
        "nodes": list(nodes),
    }
    rows = await (await connection.execute(STATED, given)).fetchall()
    return await asyncio.to_thread(_by_node, rows)


def _by_node(rows: Iterable[TupleRow]) -> dict[int, Told]:
    told: dict[int, list[TupleRow]] = defaultdict(list)
    for row in rows:
        told[row[0]].append(row)
    return {node: _told(some) for node, some in told.items()}


def _told(rows: Sequence[TupleRow]) -> Told:
    """rows: of one node, oldest first; one without a stamp where nothing was declared."""
    said = [((s, h, idx), crawled, _relation(body)) for *_, s, h, idx, crawled, body, _ in rows if s is not None]
    whole = len(said) <= MOST and all(row[-1] != LOOKED for row in rows)
    _, s, h, idx, *_ = rows[0]
    ends = ([] if s is None else [(s, h, idx)]) + ([] if whole else [said[0][0]])
    reach = max(ends, default=None)
    return Told([one for one in said if reach is None or one[0] >= reach], reach)


def _relation(body: str | None) -> Relation | None:
    return None if body is None else read(Relation, read_json(body.encode()))


def _effective(rows: Iterable[Said]) -> Iterator[Stated]:
    """A producer's word before a crawler's, where both speak; rows: oldest first."""
    words: dict[bool, Relation | None] = {}
    for stamp, crawled, relation in rows:
        before = words.get(False) or words.get(True)
        words[crawled] = relation
        now = words.get(False) or words.get(True)
        if now != before:
            yield Stated(stamp, now)
