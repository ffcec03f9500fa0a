"""The change feed: what became different, in commit order, from any position on."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.errors import InvalidRequest
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


# The feed from a place on, oldest first; it can be resumed at any change. Positions are given under the lock of the
# projection, which is let go after the commit: who sees one sees all before it (docs/decisions/0012). Where it is asked
# for some nodes, kinds or a time of receipt (not all are taken in by that: an export is read with the receipts it tells
# of), a stretch of bounded length is looked through, and the answer says how far: `scanned` rows, up to `upto`. ids:
# datasets under all their names, jobs with their runs.
FEED: LiteralString = """
WITH stretch AS MATERIALIZED (
    SELECT seq, kind, node_kind, node, received FROM change WHERE seq > %(place)s ORDER BY seq LIMIT %(window)s
), wanted AS MATERIALIZED (
    SELECT name.key FROM unnest(%(ids)s::int[]) AS asked(id) JOIN dataset ON dataset.node = asked.id
        JOIN name ON name.id = dataset.name
    UNION
    SELECT name.key FROM unnest(%(ids)s::int[]) AS asked(id) JOIN name ON name.id = asked.id
), found AS (
    SELECT seq FROM stretch
    WHERE (%(kinds)s::text[] IS NULL OR kind = ANY(%(kinds)s))
        AND (%(since)s::bigint IS NULL OR received > %(since)s) AND (
        %(ids)s::int[] IS NULL OR node IN (SELECT key FROM wanted) OR (node_kind = 3 AND EXISTS (
            SELECT FROM run WHERE run.key = stretch.node AND run.job = ANY(%(ids)s))))
    ORDER BY seq LIMIT %(limit)s
), done AS (SELECT count(*) AS scanned, max(seq) AS upto FROM stretch)
SELECT done.scanned, done.upto, told.seq, told.kind, told.node_kind, told.node, told.received, told.at, told.detail
FROM done LEFT JOIN found ON true LEFT JOIN change told ON told.seq = found.seq ORDER BY told.seq
"""
KINDS = ("created", "schema", "lineage", "run", "status", "edited")
"""What a change may be: a name that is new, a schema, lineage, a run that began or ended, a job that is out of date or
up to date again, an edit."""
WINDOW = 20_000
"""Changes that one page looks through for those that were asked for."""

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


@dataclass(frozen=True, slots=True)
class Stretch:
    """A page of the feed. upto: the place up to which nothing was left out; more: there is something behind it."""

    items: list[Change]
    upto: int
    more: bool


async def feed(
    connection: Connection,
    first: int,
    after: int,
    *,
    kinds: Sequence[str] | None = None,
    ids: Sequence[int] | None = None,
    since: int | None = None,
) -> Stretch:
    """The feed behind a place; ids: only of these nodes; since: only what was received later, in microseconds.

    It may hold fewer than `first`, none too, and go on.

    Raises InvalidRequest `unknown_change`, `cursor_ahead`: to wait at a place that is not yet there would miss all that
    comes before it.
    """
    unknown = sorted(set(kinds or ()) - set(KINDS))
    if unknown:
        raise InvalidRequest(
            "unknown_change", f"{unknown[0][:50]!r} is no kind of change.", f"Use some of {', '.join(KINDS)}."
        )
    window = first + 1 if kinds is None and ids is None and since is None else WINDOW
    given = {
        **{"place": after, "kinds": None if kinds is None else list(kinds), "ids": None if ids is None else list(ids)},
        **{"window": window, "limit": first + 1, "since": since},
    }
    rows = await (await connection.execute(FEED, given)).fetchall()
    scanned, upto, *_ = rows[0]
    if not scanned and after > await end(connection):
        raise InvalidRequest(
            "cursor_ahead",
            "The feed ends before this cursor: it is of another catalog, or of one that was restored since.",
            "Read the catalog anew, and go on from the position that it tells.",
        )
    items = [Change(*row[2:]) for row in rows if row[2] is not None]
    if len(items) > first:
        return Stretch(items[:first], items[first - 1].seq if first else after, more=True)
    return Stretch(items, upto or after, more=scanned == window)


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
    return position_at(await end(connection))


def place_of(cursor: str | None) -> int:
    """The place behind a cursor, 0 without one: the beginning; raises InvalidRequest `invalid_cursor`."""
    place = FEED_ORDER.place(cursor)["k0"]
    return place if isinstance(place, int) else 0


async def end(connection: Connection) -> int:
    """The place of the last change."""
    row = await (await connection.execute(POSITION)).fetchone()
    return row[0] if row else 0


def position_at(seq: int) -> str:
    """The cursor of a place in the feed."""
    return FEED_ORDER.cursor(Change(seq, "", 0, uuid.UUID(int=0), 0, None, None))
