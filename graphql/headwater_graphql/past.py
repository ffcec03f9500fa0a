"""Lineage of other moments: derived by another thread from the events that counted then, the last few kept."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, LiteralString

import psycopg

from headwater_catalog.facts import Interpreters
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.memory import graphs_of
from headwater_catalog.projection.snapshot import Snapshot
from headwater_catalog.reading import changes
from headwater_catalog.reading.rows import Rows
from headwater_graphql.context import Past
from headwater_graphql.loaders import Connection

KEPT = 4
"""Moments whose rows are kept: a slider goes to and fro."""

RETRACTED: LiteralString = "SELECT id FROM core.name WHERE retracted"
STEADY: LiteralString = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


def past_of(connect: Callable[[], psycopg.Connection[Any]], interpreters: Interpreters) -> Past:
    """How to derive other moments; connect: a connection for one derivation, which blocks a thread."""
    kept: OrderedDict[tuple[int | None, int | None, str], Rows] = OrderedDict()
    turn = asyncio.Lock()

    def derive(as_of: int | None, known_at: int | None) -> Rows:
        with connect() as connection:
            connection.execute(STEADY)
            return Snapshot(connection, interpreters).rows(as_of, known_at)

    async def past(connection: Connection, as_of: int | None, known_at: int | None, stamp: int) -> Graphs:
        position = await changes.position(connection)
        async with turn:  # one at a time: each may read the whole log
            place = (as_of, known_at, position)
            if place not in kept:
                kept[place] = await asyncio.to_thread(derive, as_of, known_at)
                if len(kept) > KEPT:
                    kept.popitem(last=False)
            kept.move_to_end(place)
            rows = kept[place]
        cursor = await connection.execute(RETRACTED)
        return graphs_of(rows, [row[0] for row in await cursor.fetchall()], stamp)

    return past
