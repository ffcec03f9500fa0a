"""Translators for tests of the door: they read as the real ones do, append to the log, and fail where told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from uuid import UUID

import psycopg

from headwater_catalog import log
from headwater_catalog.facts import Entry, Event
from headwater_ingestors.openlineage.translate import translate


class LogOnly:
    """Appends OpenLineage events to the log and projects nothing.

    `before(connection, batch)` runs first in each transaction, and may raise; `gate`, while cleared, holds it up;
    `entered` is set when one has begun.
    """

    kind = "openlineage"

    def __init__(self, before: Callable[[psycopg.Connection, Sequence[Entry]], None] | None = None) -> None:
        self.before = before
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.batches: list[int] = []
        self.forgotten = 0

    def reads(self, _: object) -> bool:
        return True

    def translate(self, document: object, received: int) -> Event:
        if isinstance(document, dict) and document.get("producer") == "urn:break-the-translator":
            raise ZeroDivisionError("the translator is broken")
        return translate(document, received)

    def apply(self, connection: psycopg.Connection, batch: Sequence[tuple[Entry, Event]]) -> list[str]:
        self.entered.set()
        assert self.gate.wait(30)
        self.batches.append(len(batch))
        if self.before:
            self.before(connection, [entry for entry, _ in batch])
        rows = connection.execute("select h from core.entry").fetchall()
        known = {row[0] for row in rows}
        hs = [UUID(bytes=event.id[:16]) for _, event in batch]
        log.append(connection, self.kind, [entry for entry, _ in batch], hs)
        states = []
        for h in hs:
            states.append("duplicate" if h in known else "accepted")
            known.add(h)
        return states

    def forget(self) -> None:
        self.forgotten += 1
