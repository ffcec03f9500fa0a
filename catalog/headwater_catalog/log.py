"""The log: an entry's redacted bytes, appended and read back, never changed."""

from __future__ import annotations

import logging
import traceback
import uuid
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import orjson
import psycopg
from isal import isal_zlib
from psycopg.types.json import Jsonb

from headwater_catalog.database.arrays import send
from headwater_catalog.database.failures import is_of_the_server
from headwater_catalog.facts import Entry
from headwater_catalog.faults import message_of, traceback_of
from headwater_catalog.times import show

Connection = psycopg.Connection[Any]
_LEVEL = 1
_log = logging.getLogger(__name__)

# Appends entries; equal bytes are one entry, received at the earliest of their times; one that was parked no longer is.
APPEND = """
insert into core.entry as e (hash, received, kind, h, body)
select * from unnest(%s::bytea[], %s::bigint[], %s::text[], %s::uuid[], %s::bytea[])
on conflict (hash) do update set
  received = least(e.received, excluded.received), state = 'accepted', problem = null
where excluded.received < e.received or e.state = 'parked'
"""

# Entries in the order of their reception, for export; a page after (received, seq).
PAGE = """
select seq, received, kind, body from core.entry
where body is not null and (received, seq) > (%s, %s) and state = any(%s) order by received, seq limit 500
"""

# The events of a page of such entries that are not to be told elsewhere: what was taken back, and an event whose entry
# of another spelling was received earlier.
UNTOLD = """
select e.seq from core.entry e where e.seq = any(%s::bigint[]) and (
  exists (select from core.event v where v.h = e.h and v.retracted)
  or exists (select from core.entry o where o.h = e.h and o.kind = e.kind and o.body is not null
    and (o.received, o.seq) < (e.received, e.seq)))
"""

# An entry that was parked and has been taken up.
ADMIT = "update core.entry set state = 'accepted', problem = null where seq = %s"
# One that stays parked: why, as of the last attempt.
BLAME = "update core.entry set state = 'parked', problem = %s where seq = %s"
STATES = ("accepted", "parked")


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry that was not taken up, for another attempt: parked in the log, or rejected at the door.

    rights: what the sender of a rejected one might do, as the door keeps it (headwater_catalog.door.refusing).
    """

    hash: bytes
    received: int
    body: bytes
    rights: int | None = None


def append(connection: Connection, kind: str, entries: Sequence[Entry], hs: Sequence[uuid.UUID]) -> None:
    """Append entries of one kind in the caller's transaction; `hs` are the first halves of their events' ids.

    Entries of equal bytes may come twice in one call.
    """
    rows: dict[bytes, tuple[Entry, uuid.UUID]] = {}
    for entry, h in zip(entries, hs, strict=True):
        known = rows.get(entry.hash)
        if known is None or entry.received < known[0].received:
            rows[entry.hash] = entry, h
    ordered = [rows[key] for key in sorted(rows)]
    if ordered:
        send(
            connection,
            APPEND,
            [e.hash for e, _ in ordered],
            [e.received for e, _ in ordered],
            [kind] * len(ordered),
            [h for _, h in ordered],
            [isal_zlib.compress(e.body, _LEVEL) for e, _ in ordered],  # zlib's format, in a third of its time
        )


def read(
    connection: Connection, states: Sequence[str] = STATES, since: int | None = None
) -> Iterator[tuple[int, int, str, bytes]]:
    """(seq, received in microseconds, kind, bytes) of every entry, by reception, from `since` on; in pages."""
    for rows in _pages(connection, states, since):
        for seq, received, kind, body in rows:
            yield seq, received, kind, zlib.decompress(body)


def _pages(
    connection: Connection, states: Sequence[str], since: int | None
) -> Iterator[Sequence[tuple[int, int, str, bytes]]]:
    received, seq = -(2**63) if since is None else since, 0
    while rows := connection.execute(PAGE, (received, seq, list(states))).fetchall():
        yield rows
        seq, received = rows[-1][:2]


def try_parked(connection: Connection, kind: str, take_up: Callable[[bytes, int], None]) -> int:
    """Take up the parked entries of a kind, each (bytes, received) in a savepoint of its own; gives how many could be.

    `take_up` raises where one still fails, and must then forget what it remembered of it.
    """
    done = 0
    for seq, received, found, body in read(connection, ["parked"]):
        if found != kind:
            continue
        try:
            with connection.transaction():
                take_up(body, received)
                connection.execute(ADMIT, (seq,))
                done += 1
        except Exception as error:
            if connection.closed or is_of_the_server(error):
                raise
            _log.warning("entry %s stays parked: %s", seq, traceback_of(error))
            blame(connection, seq, error, len(body))
    return done


def blame(connection: Connection, seq: int, error: BaseException, length: int) -> None:
    """Park an entry of the log, whose bytes are `length` long, for an error."""
    connection.execute(BLAME, (problem_of(error, length), seq))


def problem_of(error: BaseException, length: int) -> Jsonb:
    """What is kept beside a parked entry: the error's type and message, where it was raised; the entry's length."""
    said = {"type": type(error).__name__, "message": message_of(error), "place": _place(error), "length": length}
    return Jsonb(said)


def _place(error: BaseException) -> str:
    """Where in our program, and where it was raised, if that is in another's."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/headwater_" in frame.filename]
    places = [_named(frame) for frame in (*ours[-1:], *frames[-1:])]
    return ", raised by ".join(dict.fromkeys(places))


def _named(frame: traceback.FrameSummary) -> str:
    path = PurePath(frame.filename)
    package = next((n for n, part in enumerate(path.parts) if part.startswith("headwater_")), len(path.parts) - 1)
    return f"{'/'.join(path.parts[package:])}:{frame.lineno} in {frame.name}"


def export(connection: Connection, since: int | None = None) -> Iterator[bytes]:
    """One line an entry: `{"receivedAt": …, "event": …}`, the event's bytes as they were kept.

    since: only what was received from that moment on, in microseconds.
    """
    for _, received, _, body in read(connection, since=since):
        yield b'{"receivedAt":' + orjson.dumps(show(received)) + b',"event":' + _line(body) + b"}\n"


def plain(connection: Connection, kind: str, since: int | None = None) -> Iterator[bytes]:
    """One line an event of a kind, as it was kept, for others than us: each once, what was taken back left out."""
    for rows in _pages(connection, STATES, since):
        untold = {seq for (seq,) in send(connection, UNTOLD, [row[0] for row in rows]).fetchall()}
        for seq, _, of, body in rows:
            if of == kind and seq not in untold:
                yield _line(zlib.decompress(body)) + b"\n"


def _line(body: bytes) -> bytes:
    """An entry's JSON on one line: breaks inside it can only be white space between tokens; they become blanks."""
    return body.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b" ").replace(b"\n", b" ")
