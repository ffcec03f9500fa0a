"""Rebuild: every fact and row made anew from the log, in one transaction; readers see the old state until it ends."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import psycopg

from headwater_catalog import log
from headwater_catalog.canonical import Refused, read_json
from headwater_catalog.facts import Event
from headwater_catalog.projection.apply import Projector, lock

Connection = psycopg.Connection[Any]
Progress = Callable[[int, int], None]
"""(entries done, entries in all)."""
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
    "process.run",
    "physical.schema",
    "physical.schema_version",
    "physical.schema_head",
    "physical.field",
]
COUNT = "select count(*) from core.entry where kind = 'openlineage' and body is not null"
FRESH_NAMES = "update core.name set linked = false where linked"


class Translate(Protocol):
    """Reads an event of the log again."""

    def __call__(self, value: object, received: int) -> Event:
        """The fact of a document; raises Refused."""
        ...


def rebuild(connection: Connection, projector: Projector, translate: Translate, progress: Progress) -> int:
    """Make all facts and rows anew in the caller's transaction; gives the number of entries read.

    Entries that were parked are tried again, last and each by itself: those that still fail stay parked. Edits are
    applied again by `headwater_catalog.edits`, whose state this leaves alone.
    """
    lock(connection)
    for table in DERIVED:
        connection.execute(f"delete from {table}".encode())  # noqa: S608 - constants
    connection.execute(FRESH_NAMES)
    projector.forget()
    counted = connection.execute(COUNT).fetchone()
    total, done = (counted[0] if counted else 0), 0
    for chunk in _chunks(connection, translate):
        projector.project(connection, chunk)
        done += len(chunk)
        progress(done, total)

    def take_up(body: bytes, received: int) -> None:
        try:
            projector.project(connection, [_event(body, received, translate)])
        except BaseException:
            projector.forget()
            raise

    return done + log.try_parked(connection, "openlineage", take_up)


def _chunks(connection: Connection, translate: Translate) -> Iterator[Sequence[Event]]:
    chunk: list[Event] = []
    for _, received, kind, body in log.read(connection, ["accepted"]):
        if kind == "openlineage":
            chunk.append(_event(body, received, translate))
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
    if chunk:
        yield chunk


def _event(body: bytes, received: int, translate: Translate) -> Event:
    try:
        return translate(read_json(body), received)
    except Refused as refused:  # it was accepted once: the rules of reading changed, which only a release may do
        entry = hashlib.sha256(body).hexdigest()
        raise ValueError(f"entry {entry} of the log can no longer be read: {refused.code}") from refused
