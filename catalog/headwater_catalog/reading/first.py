"""When a dataset was first told of, for questions about a time before that."""

from __future__ import annotations

from typing import Final, LiteralString, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.errors import NotFound
from headwater_catalog.times import RANKED, micros_of, show

# By all names of its class: when it was first true, when first received, since when it has a schema. What lies in the
# far future does not count. Of a million runs that list it the first ones are read: who was told of them last of all is
# answered with a moment at which it was known, if not the first.
FIRST: LiteralString = """
SELECT min(told.s), min(told.received),
    (SELECT min(v.s) FROM schema_version v WHERE v.node = %(node)s AND v.s >= %(ranked)s)
FROM dataset CROSS JOIN LATERAL (
    SELECT m.s, e.received FROM core.mention m JOIN core.event e ON e.seq = m.event AND NOT e.retracted
    WHERE m.name = dataset.name AND m.s >= %(ranked)s ORDER BY m.s LIMIT %(most)s
) told
WHERE dataset.node = %(node)s
"""
MOST_READ: Final = 1_000
"""Events of one name, the first ones, that are looked at."""


class First(NamedTuple):
    """Microseconds: of the first event that lists it, of its receipt, of the first schema; None: there is none."""

    seen: int
    received: int
    schema: int | None


class NotSeenYet(NotFound):
    """A dataset that the catalog knows, asked about at a time before that. what: that was first so at a moment."""

    def __init__(self, ref: str, what: str, asked: int, first: int) -> None:
        super().__init__(
            "not_seen_yet",
            f"{ref[:200]} {what} {show(first)}; the question is about {show(asked)}, before that.",
            f"Ask about {show(first)} or later.",
            ref=ref[:200],
            first=show(first),
        )


async def first(connection: AsyncConnection[TupleRow], node: int) -> First | None:
    """When a dataset was first told of; None where no event lists it."""
    given = {"node": node, "ranked": RANKED, "most": MOST_READ}
    row = await (await connection.execute(FIRST, given)).fetchone()
    if row is None or row[0] is None:
        return None
    return First(micros_of(row[0]), row[1], None if row[2] is None else micros_of(row[2]))


def too_early(ref: str, told: First, as_of: int | None, known_at: int | None) -> NotSeenYet | None:
    """Why a moment knows no schema of it: it lies before it was seen, received, or had one; None where it does not."""
    if as_of is not None and as_of < told.seen:
        return NotSeenYet(ref, "was first seen at", as_of, told.seen)
    if known_at is not None and known_at < told.received:
        return NotSeenYet(ref, "was first told of at", known_at, told.received)
    if as_of is not None and told.schema is not None and as_of < told.schema:
        return NotSeenYet(ref, "has its first schema since", as_of, told.schema)
    return None
