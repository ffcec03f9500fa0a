"""The door: bytes in, acknowledgement out. Every way in ends here, whatever the kind of the entry."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from typing import Any

import psycopg

from headwater_catalog.door import keeping
from headwater_catalog.door.acks import ACCEPTED, DUPLICATE, PARKED, REJECTED, Ack
from headwater_catalog.door.line import Line, Waiting
from headwater_catalog.door.reading import Readers, again, prepare
from headwater_catalog.door.refusing import Rights, reject
from headwater_catalog.door.translators import Fact, Translator
from headwater_catalog.door.writer import Writer, unavailable
from headwater_catalog.errors import HeadwaterError
from headwater_catalog.log import Kept

__all__ = [
    "ACCEPTED",
    "DUPLICATE",
    "PARKED",
    "REJECTED",
    "Ack",
    "Door",
    "Fact",
    "Rights",
    "Translator",
]

MAX_WAITING = 20_000
MAX_WAITING_BYTES = 128 * 2**20


class Door:
    """One writer thread over one connection; what queued while the last batch committed is the next batch.

    There is no linger: waiting for company made every percentile worse (docs/benchmarks.md). `translators` are asked
    in order; the last is the fallback and may refuse what has no shape. `elsewhere` takes their place for wrapped
    entries, which another catalog appended.
    """

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection],
        translators: Sequence[Translator[Any]],
        *,
        elsewhere: Sequence[Translator[Any]] | None = None,
        max_waiting: int = MAX_WAITING,
        max_waiting_bytes: int = MAX_WAITING_BYTES,
    ) -> None:
        self._readers = Readers(translators, translators if elsewhere is None else elsewhere)
        self._line = Line(max_waiting, max_waiting_bytes)
        self._writer = Writer(connect)
        self._connect = connect
        self._thread = threading.Thread(target=self._work, name="headwater-door", daemon=True)
        self._thread.start()

    def submit(
        self,
        raw: bytes,
        received: int | None = None,
        *,
        wrapped: bool = False,
        edits: bool = True,
        keep: bool = True,
        patience: float | None = 0.0,
    ) -> Future[Ack]:
        """Take one entry in; the future holds its acknowledgement once it is committed.

        `received` in microseconds, else the clock's; `wrapped`: the sender may say {"receivedAt", "event"}; `edits`:
        and may send edits, which name their author themselves; `keep` what the catalog refuses, for another attempt.
        Raises Overloaded when there is no room within `patience` seconds (None: waits).
        """
        return self.submit_many([raw], received, wrapped=wrapped, edits=edits, keep=keep, patience=patience)[0]

    def submit_many(
        self,
        raws: Iterable[bytes],
        received: int | None = None,
        *,
        wrapped: bool = False,
        edits: bool = True,
        keep: bool = True,
        patience: float | None = 0.0,
    ) -> list[Future[Ack]]:
        """Take entries in together; all of them or, with Overloaded, none."""
        if patience == 0.0:
            self._line.look()  # reading them first would cost those who wait
        rights = Rights(wrapped, edits)
        waiting = [Waiting(prepare(raw, self._readers, received, rights, keep=keep)) for raw in raws]
        self._line.put(waiting, patience)
        return [one.future for one in waiting]

    def refuse(self, head: bytes, error: HeadwaterError, length: int, rights: Rights | None = None) -> Future[Ack]:
        """Keep note of bytes that could not even be read whole: their beginning and how many there were.

        `rights` of the sender where they would have been one entry.
        """
        waiting = Waiting(reject(head, error, length=length, rights=rights))
        self._line.put([waiting])
        return waiting.future

    def replay(self, kept: Iterable[Kept], patience: float | None = 10.0) -> list[Future[Ack]]:
        """Try entries again that were not taken up; what is in the log then is rejected no more.

        Raises Overloaded when there is no room within `patience` seconds.
        """
        waiting = [Waiting(again(one, self._readers)) for one in kept]
        self._line.put(waiting, patience)
        return [one.future for one in waiting]

    def forget(self, hashes: Sequence[bytes] | None, code: str | None = None) -> set[bytes]:
        """Keep rejected entries no longer: these, or all (None), of a code; gives the hashes of those that were kept.

        On a connection of its own, since nobody in line waits for it. Raises Unavailable.
        """
        try:
            with self._connect() as connection:
                return keeping.forget(connection, hashes, code)
        except psycopg.OperationalError as error:
            raise unavailable(error) from error

    def write(self, entries: Iterable[bytes], received: int | None = None, *, wrapped: bool = False) -> list[Ack]:
        """Take entries in and wait for all of them; waits for room too."""
        futures = [self.submit(raw, received, wrapped=wrapped, patience=None) for raw in entries]
        return [future.result() for future in futures]

    def close(self, drain: float = 30.0) -> None:
        """Take nothing more in; commit what waits, for at most `drain` seconds. What is left then is unavailable."""
        self._line.close()
        self._thread.join(drain)
        self._writer.stop()
        self._thread.join()

    @property
    def waiting(self) -> int:
        """How many entries stand in line."""
        return self._line.length

    @property
    def counts(self) -> dict[str, int]:
        """Since the start: entries by state, and `transactions`."""
        return dict(self._writer.counts)

    def _work(self) -> None:
        try:
            while batch := self._line.take():
                self._writer.write(batch)
        finally:
            self._writer.disconnect()
