"""Rebuild: every fact and row made anew from the log, in one transaction; readers see the old state until it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import psycopg

from headwater_catalog import log
from headwater_catalog.canonical import read_json
from headwater_catalog.database.failures import is_of_the_server
from headwater_catalog.facts import Event
from headwater_catalog.projection.apply import Projector, lock
from headwater_catalog.projection.version import derived

Connection = psycopg.Connection[Any]
Progress = Callable[[int, int], None]
"""(entries done, entries in all)."""
Logged = tuple[int, int, bytes]
"""(seq, received in microseconds, bytes)."""
CHUNK = 500

# What facts and rows live in; names keep their ids, the log stays. `delete`, not `truncate`: readers are not blocked.
DERIVED = [
    "core.event",
    "core.value",
    "core.mention",
    "core.reference",
    "core.facet",
    "core.link",
    "core.kin",
    "core.alias",
    "core.dataset",
    "core.job",
    "process.declaration",
    "process.claim_column",
    "process.claim_source",
    "process.claim",
    "process.write",
    "process.timeline",
    "process.span",
    "process.lifecycle",
    "process.quality",
    "process.watermark",
    "process.landing_file",
    "process.run",
    "physical.schema",
    "physical.schema_version",
    "physical.schema_head",
    "physical.field",
]
COUNT = "select count(*) from core.entry where kind = 'openlineage' and body is not null"
UNPARK = "update core.entry set state = 'accepted', problem = null where state = 'parked' and kind = 'openlineage'"
# Which names entries spell is found out anew too: a rule may fit them that did not.
FRESH_NAMES = "update core.name set linked = false, said = kind <> 1 where linked or (said and kind = 1)"


class Translate(Protocol):
    """Reads an event of the log again."""

    def __call__(self, value: object, received: int) -> Event:
        """The fact of a document; raises Refused."""
        ...


def rebuild(connection: Connection, projector: Projector, translate: Translate, progress: Progress) -> int:
    """Make all facts and rows anew in the caller's transaction; gives the number of entries read.

    Entries that were parked are tried again; one that cannot be projected is parked, its bytes are safe. Edits are
    applied again by `headwater_catalog.edits`, whose state this leaves alone.
    """
    lock(connection)
    for table in DERIVED:
        connection.execute(f"delete from {table}".encode())  # noqa: S608 - constants
    connection.execute(FRESH_NAMES)
    connection.execute(UNPARK)
    projector.forget()
    counted = connection.execute(COUNT).fetchone()
    total, done = (counted[0] if counted else 0), 0
    for chunk in _chunks(connection):
        _project(connection, projector, translate, chunk)
        done += len(chunk)
        progress(done, total)
    derived(connection)
    return done


def _chunks(connection: Connection) -> Iterator[list[Logged]]:
    chunk: list[Logged] = []
    for seq, received, kind, body in log.read(connection):
        if kind == "openlineage":
            chunk.append((seq, received, body))
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
    if chunk:
        yield chunk


def _project(connection: Connection, projector: Projector, translate: Translate, chunk: Sequence[Logged]) -> None:
    """Project a chunk; where that fails its halves, down to the entry that cannot be, which is parked."""
    try:
        with connection.transaction():
            projector.project(connection, [translate(read_json(body), received) for _, received, body in chunk])
    except Exception as error:
        projector.forget()
        if connection.closed or is_of_the_server(error):
            raise
        # Whatever is wrong with one entry must not keep the others out.
        if len(chunk) == 1:
            log.blame(connection, chunk[0][0], error, len(chunk[0][2]))
            return
        middle = len(chunk) // 2
        for half in (chunk[:middle], chunk[middle:]):
            _project(connection, projector, translate, half)
