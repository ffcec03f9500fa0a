"""Entries that were not taken up: rejected at the door or parked in the log; why, how many, and their bytes."""

from __future__ import annotations

import codecs
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.log import Kept
from headwater_catalog.reading.pages import Order, Page, page

Connection = AsyncConnection[TupleRow]

REJECTED: Final = "rejected"
PARKED: Final = "parked"
EXCERPT: Final = 240
"""Bytes of an entry that a list shows."""
SHOWN: Final = 64 * 2**10
"""Bytes of an entry that are shown by itself; as much as is kept of what was rejected."""
MOST_SHOWN: Final = 50
"""Entries whose bytes are shown at once."""
DIGITS: Final = 64
SHORTEST: Final = 8
"""Digits of an id, and of its beginning."""
_HEX: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that was not taken up. hash: its id; received: microseconds, of what came several times the last.

    kind: of a parked one; place: where the error is, in the entry (rejected) or in our program (parked); length: bytes
    that came; whole: they are all kept, so that it can be replayed; seq: its place among those received at one time.
    """

    state: str
    hash: bytes
    received: int
    seq: int
    kind: str | None
    code: str
    sentence: str
    remedy: str
    place: str
    length: int
    times: int
    whole: bool
    excerpt: bytes


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that another attempt would take; see Entry. until: what came later is left to the next round."""

    state: str
    hash: bytes
    received: int
    seq: int
    length: int
    whole: bool
    code: str
    until: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """How many entries were not taken up for one reason. times: how often they came; whole: that can be replayed."""

    state: str
    code: str
    count: int
    times: int
    whole: int
    received: int


PARKED_REMEDY: LiteralString = (
    "Its bytes are safe in the log. Replay it once the fault is mended; a rebuild tries it again too."
)
# What was rejected; no more rows than the quota (door/keeping.py).
_REJECTED: LiteralString = """
SELECT 'rejected' AS state, hash, received, id AS seq, NULL::text AS kind, code, sentence, remedy, place, length, times,
    whole, substring(head FOR 240) AS excerpt FROM core.rejected
"""
# What was parked; the beginning of its packed bytes is enough for an excerpt.
_PARKED: LiteralString = f"""
SELECT 'parked' AS state, hash, received, seq, kind, coalesce(problem ->> 'type', 'unknown') AS code,
    coalesce(problem ->> 'message', '') AS sentence, '{PARKED_REMEDY}' AS remedy,
    coalesce(problem ->> 'place', '') AS place, coalesce((problem ->> 'length')::bigint, 0) AS length, 1 AS times,
    body IS NOT NULL AS whole, coalesce(substring(body FOR 1024), '') AS excerpt FROM core.entry
"""  # noqa: S608 - a constant

# The newest first.
LIST: Final[dict[str, LiteralString]] = {
    REJECTED: _REJECTED
    + """
WHERE (%(code)s::text IS NULL OR code = %(code)s) AND (%(k0)s::bigint IS NULL OR (received, id) < (%(k0)s, %(k1)s))
ORDER BY received DESC, id DESC LIMIT %(limit)s
""",
    PARKED: _PARKED
    + """
WHERE state = 'parked' AND (%(code)s::text IS NULL OR problem ->> 'type' = %(code)s)
    AND (%(k0)s::bigint IS NULL OR (received, seq) < (%(k0)s, %(k1)s))
ORDER BY received DESC, seq DESC LIMIT %(limit)s
""",
}
# By their hashes; what is parked is in the log, so it goes before what was rejected some time.
BY_HASH: LiteralString = f"""
{_PARKED} WHERE state = 'parked' AND hash = ANY(%(hashes)s)
UNION ALL {_REJECTED} WHERE hash = ANY(%(hashes)s)
"""
# By the first digits of their hashes, which are a range; two are enough to know that more than one is meant.
BY_RANGE: LiteralString = """
SELECT hash FROM core.entry WHERE state = 'parked' AND hash BETWEEN %(low)s AND %(high)s
UNION SELECT hash FROM core.rejected WHERE hash BETWEEN %(low)s AND %(high)s
LIMIT 2
"""
REASONS: LiteralString = """
SELECT 'rejected' AS state, code, count(*) AS count, sum(times)::bigint AS times,
    count(*) FILTER (WHERE whole) AS whole, max(received) AS received FROM core.rejected GROUP BY code
UNION ALL
SELECT 'parked', coalesce(problem ->> 'type', 'unknown') AS code, count(*), count(*), count(body), max(received)
FROM core.entry WHERE state = 'parked' GROUP BY 2
ORDER BY 1, 3 DESC, 2 LIMIT 1000
"""
# Their bytes: of the rejected what is kept, of the parked all, packed.
BYTES: LiteralString = """
SELECT hash, received, body, NULL::smallint AS rights FROM core.entry WHERE state = 'parked' AND hash = ANY(%(hashes)s)
UNION ALL
SELECT hash, received, head, rights FROM core.rejected WHERE hash = ANY(%(hashes)s)
"""

# What another attempt would take, the log first; without their bytes.
WAITING: LiteralString = """
SELECT * FROM (
    SELECT 'parked' AS state, hash, received, seq, coalesce((problem ->> 'length')::bigint, 0) AS length,
        body IS NOT NULL AS whole, coalesce(problem ->> 'type', 'unknown') AS code
    FROM core.entry WHERE state = 'parked'
    UNION ALL SELECT 'rejected', hash, received, id, length, whole, code FROM core.rejected
) AS entries
WHERE state = ANY(%(states)s) AND (%(code)s::text IS NULL OR code = %(code)s) AND received <= %(until)s
    AND (%(k0)s::text IS NULL OR (state, received, seq) > (%(k0)s::text, %(k1)s::bigint, %(k2)s::bigint))
ORDER BY state, received, seq LIMIT %(limit)s
"""

LIST_ORDER = Order[Entry]("entries", lambda entry: (entry.received, entry.seq), (int, int))

WAITING_ORDER = Order[Waiting](
    "waiting", lambda one: (one.state, one.received, one.seq, one.until), (str, int, int, int)
)


async def listed(
    connection: Connection, state: str, first: int, after: str | None, code: str | None = None
) -> Page[Entry]:
    """A page of what is in a state, the newest first; code: only for this reason."""
    given = {**LIST_ORDER.place(after), "code": code, "limit": first + 1}
    async with connection.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(LIST[state], given)
        return page([_opened(row) for row in await cursor.fetchall()], first, LIST_ORDER)


async def by_hash(connection: Connection, hashes: Sequence[bytes]) -> dict[bytes, Entry]:
    """What is known of entries; those that were taken up, or never came, are left out."""
    async with connection.cursor(row_factory=class_row(Entry)) as cursor:
        await cursor.execute(BY_HASH, {"hashes": list(hashes)})
        found: dict[bytes, Entry] = {}
        for row in await cursor.fetchall():
            found.setdefault(row.hash, _opened(row))
        return found


async def meant(connection: Connection, said: str) -> bytes | None:
    """The hash of the entry whose id begins with these hex digits, None where none does; a whole id is not looked for.

    Raises InvalidRequest for what is no beginning of an id, or of several.
    """
    if not SHORTEST <= len(said) <= DIGITS or not _HEX.issuperset(said):
        raise InvalidRequest(
            "invalid_entry",
            f"{said[:80]!r} is no entry's id.",
            f"Take the {DIGITS} hex digits of an acknowledgement or a list, or {SHORTEST} or more of the first.",
        )
    if len(said) == DIGITS:
        return bytes.fromhex(said)
    ends = {"low": bytes.fromhex(said.ljust(DIGITS, "0")), "high": bytes.fromhex(said.ljust(DIGITS, "f"))}
    rows = await (await connection.execute(BY_RANGE, ends)).fetchall()
    if len(rows) > 1:
        raise InvalidRequest("ambiguous_entry", f"Several entries begin with {said}.", "Write more digits of its id.")
    return bytes(rows[0][0]) if rows else None


async def waiting(
    connection: Connection, states: Sequence[str], first: int, after: str | None, code: str | None = None
) -> Page[Waiting]:
    """A page of what another attempt would take, the oldest first; what comes while one pages is left out."""
    place = WAITING_ORDER.place(after)
    until = place.pop("k3") or time.time_ns() // 1_000
    given = {**place, "states": list(states), "code": code, "until": until, "limit": first + 1}
    async with connection.cursor(row_factory=class_row(Waiting)) as cursor:
        await cursor.execute(WAITING, given)
        rows = [replace(row, until=int(until)) for row in await cursor.fetchall()]
    return page(rows, first, WAITING_ORDER)


async def reasons(connection: Connection) -> list[Reason]:
    """How many there are for each reason: rejected ones after parked ones, the most frequent first."""
    async with connection.cursor(row_factory=class_row(Reason)) as cursor:
        await cursor.execute(REASONS)
        return await cursor.fetchall()


async def heads(connection: Connection, hashes: Sequence[bytes]) -> Mapping[bytes, bytes]:
    """The first SHOWN bytes of entries, redacted as they are kept. Raises InvalidRequest for more than MOST_SHOWN."""
    if len(hashes) > MOST_SHOWN:
        raise InvalidRequest(
            "too_many",
            f"The bytes of at most {MOST_SHOWN} entries are shown at once.",
            "Ask for smaller pages, or for the excerpt.",
        )
    return {kept.hash: kept.body for kept in await kept_of(connection, hashes, SHOWN)}


async def kept_of(connection: Connection, hashes: Sequence[bytes], most: int = 0) -> list[Kept]:
    """Entries for another attempt, in the order of the hashes; of each at most `most` bytes (0: all)."""
    rows = await (await connection.execute(BYTES, {"hashes": list(hashes)})).fetchall()
    found: dict[bytes, Kept] = {}
    for digest, received, stored, rights in rows:
        body = stored or b""
        if rights is None:
            body = zlib.decompressobj().decompress(body, most)
        found.setdefault(digest, Kept(digest, received, body, rights))
    return [found[one] for one in hashes if one in found]


def as_text(raw: bytes) -> str:
    """Bytes for people to read: what is no UTF-8 or cannot be printed is escaped; a last one that is cut goes."""
    text, _ = codecs.utf_8_decode(raw, "backslashreplace", False)
    return "".join(f"\\x{ord(sign):02x}" if sign < " " and sign not in "\t\n\r" else sign for sign in text)


def _opened(row: Entry) -> Entry:
    """With its excerpt unpacked."""
    if row.state == PARKED:
        row = replace(row, excerpt=zlib.decompressobj().decompress(row.excerpt, EXCERPT))
    return row
