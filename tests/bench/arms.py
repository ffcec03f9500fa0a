"""The competitors: each takes the same bytes in, over one connection to a database of its own."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from tests.bench.stream import Raw

from headwater_catalog.canonical import read_json
from headwater_catalog.facts import Entry, Event
from headwater_catalog.projection.apply import Projector
from headwater_catalog.reading.document import Document, digest
from headwater_catalog.reading.stored import stored
from headwater_ingestors.openlineage.facets import INTERPRETERS
from headwater_ingestors.openlineage.translate import translate

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)


def read(entries: Sequence[Raw]) -> Iterator[tuple[Entry, Event]]:
    """What every competitor that keeps facts makes of bytes: parsed, hashed, translated. Not redacted."""
    for raw, received in entries:
        yield Entry(raw, hashlib.sha256(raw).digest(), received), translate(read_json(raw), received)


class Counted(psycopg.Cursor[Any]):
    """A cursor that counts what it sends."""

    sent = 0

    def execute(self, *args: Any, **more: Any) -> Counted:
        """Count one, and send it."""
        Counted.sent += 1
        super().execute(*args, **more)
        return self


class Projecting:
    """The projector: from bytes to commit, so many entries a transaction."""

    def __init__(self, url: str, batch: int) -> None:
        self.name = f"projector, batch {batch}"
        self.batch = batch
        self.connection = psycopg.connect(url, cursor_factory=Counted)
        self.projector = Projector(INTERPRETERS)

    @property
    def backend(self) -> int:
        """The server's process behind the connection."""
        return self.connection.info.backend_pid

    def ingest(self, entries: Sequence[Raw]) -> None:
        """Take entries in."""
        for start in range(0, len(entries), self.batch):
            self.projector.apply(self.connection, list(read(entries[start : start + self.batch])))
            self.connection.commit()

    def statements(self, entries: Sequence[Raw]) -> int:
        """Take entries in as one batch; how many statements that took, begin and commit left out."""
        before = Counted.sent
        self.projector.apply(self.connection, list(read(entries)))
        self.connection.commit()
        return Counted.sent - before

    def digest(self) -> str:
        """The digest of the state that the tables hold."""
        return digest_of(self.connection)


class Copying:
    """COPY of the same bytes into a table of one column: no parsing, no key, no compression. The limit."""

    name = "COPY of the bytes"

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)
        # Stored out of line and as it is: to compress would only make the limit lower.
        self.connection.execute("create table public.bytes (body bytea storage external)")
        self.connection.commit()

    @property
    def backend(self) -> int:
        """The server's process behind the connection."""
        return self.connection.info.backend_pid

    def ingest(self, entries: Sequence[Raw]) -> None:
        """Take entries in, in one transaction."""
        statement = "copy public.bytes from stdin (format binary)"
        with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(_SIGNATURE)
            for raw, _ in entries:
                copy.write(struct.pack("!hi", 1, len(raw)) + raw)
            copy.write(struct.pack("!h", -1))
        self.connection.commit()


def digest_of(connection: psycopg.Connection[Any]) -> str:
    """The digest of the state document that a database's tables give."""
    found = digest(Document(stored(connection)).make())
    connection.rollback()
    return found
