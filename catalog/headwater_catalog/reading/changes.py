"""The change feed: what became different, in commit order, from any position on."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.reading.pages import Order, Page, page

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one node. seq: its place; node: public key; at: when it was true, where that is said."""

    seq: int
    kind: str
    node_kind: int
    node: uuid.UUID
    received: int
    at: int | None
    detail: Any


# The feed from a place on, oldest first; it can be resumed at any change.
FEED: LiteralString = """
SELECT seq, kind, node_kind, node, received, at, detail FROM change
WHERE seq > %(place)s AND (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s))
    AND (%(keys)s::uuid[] IS NULL OR node = ANY(%(keys)s))
ORDER BY seq LIMIT %(limit)s
"""

# The history of nodes, newest first.
HISTORY: LiteralString = """
SELECT change.* FROM unnest(%(keys)s::uuid[]) AS asked(key) CROSS JOIN LATERAL (
    SELECT seq, kind, node_kind, node, received, at, detail FROM change c
    WHERE c.node = asked.key AND (%(k0)s::bigint IS NULL OR c.seq < %(k0)s) ORDER BY c.seq DESC LIMIT %(limit)s
) change
"""

# What a dataset's changes say of one column of it, newest first: an edit names the columns that it speaks of.
FIELD_HISTORY: LiteralString = """
SELECT asked.path, change.* FROM unnest(%(keys)s::uuid[], %(paths)s::text[]) AS asked(key, path) CROSS JOIN LATERAL (
    SELECT seq, kind, node_kind, node, received, at, detail FROM change c
    WHERE c.node = asked.key AND c.detail -> 'fields' @> to_jsonb(asked.path)
        AND (%(k0)s::bigint IS NULL OR c.seq < %(k0)s) ORDER BY c.seq DESC LIMIT %(limit)s
) change
"""

POSITION: LiteralString = "SELECT coalesce(max(seq), 0) FROM change"

FEED_ORDER = Order[Change]("changes", lambda change: (change.seq,), (int,))
HISTORY_ORDER = Order[Change]("history", lambda change: (change.seq,), (int,))


async def feed(
    connection: Connection,
    first: int,
    after: str | None,
    *,
    kinds: Sequence[str] | None = None,
    keys: Sequence[uuid.UUID] | None = None,
) -> Page[Change]:
    """A page of the feed; keys: only of these nodes."""
    given = {
        "place": FEED_ORDER.place(after)["k0"] or 0,
        "kinds": None if kinds is None else list(kinds),
        "keys": None if keys is None else list(keys),
        "limit": first + 1,
    }
    async with connection.cursor(row_factory=class_row(Change)) as cursor:
        await cursor.execute(FEED, given)
        return page(await cursor.fetchall(), first, FEED_ORDER)


async def history(
    connection: Connection, keys: Sequence[uuid.UUID], first: int, after: str | None
) -> dict[uuid.UUID, Page[Change]]:
    """The changes of each node, newest first."""
    given = {**HISTORY_ORDER.place(after), "keys": list(keys), "limit": first + 1}
    found: dict[uuid.UUID, list[Change]] = {key: [] for key in keys}
    async with connection.cursor(row_factory=class_row(Change)) as cursor:
        await cursor.execute(HISTORY, given)
        for change in await cursor.fetchall():
            found[change.node].append(change)
    return {key: page(rows, first, HISTORY_ORDER) for key, rows in found.items()}


async def field_history(
    connection: Connection, fields: Sequence[tuple[uuid.UUID, str]], first: int, after: str | None
) -> dict[tuple[uuid.UUID, str], Page[Change]]:
    """The changes of each column, newest first; fields: key of the dataset and path."""
    given = {
        **HISTORY_ORDER.place(after),
        "keys": [key for key, _ in fields],
        "paths": [path for _, path in fields],
        "limit": first + 1,
    }
    found: dict[tuple[uuid.UUID, str], list[Change]] = {field: [] for field in fields}
    cursor = await connection.execute(FIELD_HISTORY, given)
    for path, *row in await cursor.fetchall():
        change = Change(*row)
        found[change.node, path].append(change)
    return {field: page(rows, first, HISTORY_ORDER) for field, rows in found.items()}


async def position(connection: Connection) -> str:
    """The cursor of the feed's end: what comes after is newer than this answer."""
    row = await (await connection.execute(POSITION)).fetchone()
    return position_at(row[0] if row else 0)


def position_at(seq: int) -> str:
    """The cursor of a place in the feed."""
    return FEED_ORDER.cursor(Change(seq, "", 0, uuid.UUID(int=0), 0, None, None))
