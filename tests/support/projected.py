"""A catalog for tests of the projection: entries in, document out, emptied in between."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import psycopg

from headwater_catalog.canonical import canonical, read_json
from headwater_catalog.errors import Refused
from headwater_catalog.facts import Entry, Event
from headwater_catalog.projection.apply import Projector
from headwater_catalog.projection.snapshot import Snapshot
from headwater_catalog.reading.document import Document
from headwater_catalog.reading.stored import stored
from headwater_ingestors.openlineage.facets import INTERPRETERS
from headwater_ingestors.openlineage.translate import translate

Raw = tuple[bytes, int]
"""(bytes, received in microseconds)."""
TRUNCATED = 50
"""So many times a catalog is cleared before its tables are truncated: what is deleted stays in them as dead rows."""


def read(entries: Sequence[Raw]) -> list[tuple[Entry, Event]]:
    """What the door makes of entries, those that are refused left out."""
    found = []
    for raw, received in entries:
        try:
            found.append((Entry(raw, hashlib.sha256(raw).digest(), received), translate(read_json(raw), received)))
        except Refused:
            continue
    return found


class Catalog:
    """One database that a test writes to."""

    def __init__(self, url: str) -> None:
        self.connection: psycopg.Connection[Any] = psycopg.connect(url)
        self._tables = self._names(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in {}"
        )
        self._sequences = self._names(
            "select format('%I.%I', schemaname, sequencename) from pg_sequences where schemaname in {}"
        )
        self._cleared = 0
        self.projector = Projector(INTERPRETERS)

    def _names(self, statement: str) -> list[str]:
        schemas = "('core', 'process', 'physical', 'domain')"
        return [row[0] for row in self.connection.execute(statement.format(schemas).encode()).fetchall()]

    def clear(self) -> None:
        """Forget everything: deleting what little there is takes a hundredth of the time of truncating all tables."""
        self._cleared += 1
        if self._cleared % TRUNCATED == 0:
            self.connection.execute(f"truncate {', '.join(self._tables)} restart identity".encode())
        else:
            forgets = [f"delete from {table}" for table in self._tables]
            restarts = [f"select setval('{sequence}', 1, false)" for sequence in self._sequences]
            self.connection.execute("; ".join([*forgets, *restarts]).encode())
        self.connection.commit()
        self.projector = Projector(INTERPRETERS)

    def ingest(self, entries: Sequence[Raw], batch: int = 50) -> list[str]:
        """Take entries in, so many a transaction."""
        states = []
        known = read(entries)
        for start in range(0, len(known), batch):
            states += self.projector.apply(self.connection, known[start : start + batch])
            self.connection.commit()
        return states

    def document(self) -> dict[str, Any]:
        """The state document that the tables give."""
        found = Document(stored(self.connection)).make()
        self.connection.rollback()
        return plain(found)

    def document_at(self, as_of: int | None, known_at: int | None) -> dict[str, Any]:
        """The state document of another moment."""
        found = Document(Snapshot(self.connection, INTERPRETERS).rows(as_of, known_at)).make()
        self.connection.rollback()
        return plain(found)

    def close(self) -> None:
        """Give the connection back."""
        self.connection.close()


def plain(document: object) -> dict[str, Any]:
    """A document as JSON reads it back."""
    found: dict[str, Any] = json.loads(canonical(document))
    return found
