"""Profiles of datasets over time: the facet headwater_profile of each event that told one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.errors import TooLarge
from headwater_catalog.reading import gate
from headwater_catalog.reading.pages import Order, Page, pages

MOST_BYTES: Final = 32 * 2**20
"""Bytes of the profiles that are read at once."""


@dataclass(frozen=True, slots=True)
class Profiled:
    """That there is a profile; its body is read where it is asked for. hash: of the body."""

    node: int
    s: int
    teller: int
    name: int
    facet: str
    hash: bytes


ORDER: Final = Order[Profiled]("metrics", lambda m: (m.s, m.teller, m.name, m.facet), (int, int, int, str))

# until: a stamp; null: all.
PROFILES: LiteralString = """
SELECT asked.node, found.s, found.teller, found.name, found.facet, found.hash
FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT * FROM quality q
    WHERE q.node = asked.node AND q.facet = 'headwater_profile'
        AND (%(until)s::bigint IS NULL OR q.s <= %(until)s)
        AND (%(k0)s::bigint IS NULL OR (q.s, q.teller, q.name, q.facet) < (%(k0)s, %(k1)s, %(k2)s, %(k3)s))
    ORDER BY q.s DESC, q.teller DESC, q.name DESC, q.facet DESC LIMIT %(limit)s
) found
"""
SIZE: LiteralString = "SELECT coalesce(sum(octet_length(body)), 0) FROM value WHERE hash = ANY(%s)"
BODIES: LiteralString = "SELECT hash, body FROM value WHERE hash = ANY(%s)"


async def profiles(
    connection: AsyncConnection[TupleRow], nodes: Sequence[int], first: int, after: str | None, until: int | None = None
) -> dict[int, Page[Profiled]]:
    """Profiles of each node, newest first; until: none after this stamp."""
    given = {"until": until}
    return await pages(connection, PROFILES, nodes, row=Profiled, order=ORDER, first=first, after=after, given=given)


async def bodies(
    connection: AsyncConnection[TupleRow], rows: Sequence[tuple[int, bytes]]
) -> dict[tuple[int, bytes], str]:
    """Profiles by their nodes and hashes, as they may be shown. Raises TooLarge beyond MOST_BYTES; then reads none."""
    asked = list({digest for _, digest in rows})
    row = await (await connection.execute(SIZE, (asked,))).fetchone()
    if row is not None and row[0] > MOST_BYTES:
        raise TooLarge(
            "profiles_too_large",
            f"These profiles have {row[0]:,} bytes; {MOST_BYTES:,} are read at once.",
            "Ask for fewer of them, or for `at` alone.",
        )
    held = {bytes(key): body for key, body in await (await connection.execute(BODIES, (asked,))).fetchall()}
    known = [row for row in rows if row[1] in held]
    said = [gate.Said((node,), "headwater_profile", held[digest]) for node, digest in known]
    return dict(zip(known, await gate.through(connection, said), strict=True))
