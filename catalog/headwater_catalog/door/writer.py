"""The writer: a batch is one transaction; where that fails, the batch is halved until the bad entry stands alone."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

import psycopg
from psycopg import errors as pg

from headwater_catalog.database.failures import is_of_the_server
from headwater_catalog.door import keeping
from headwater_catalog.door.acks import PARKED, Ack
from headwater_catalog.door.line import Waiting
from headwater_catalog.door.reading import Prepared
from headwater_catalog.door.refusing import Rejection
from headwater_catalog.errors import HeadwaterError, Unavailable
from headwater_catalog.faults import traceback_of

CONTENTION_RETRIES = 8
PATIENCE = 20.0
"""Seconds that a lost database is waited for before those in line are told to come again."""

_RETRY = (pg.SerializationFailure, pg.DeadlockDetected)
_log = logging.getLogger(__name__)
T = TypeVar("T")


class Writer:
    """Writes batches over one connection, which it makes anew when it is lost. Used by one thread; `stop` by any."""

    def __init__(self, connect: Callable[[], psycopg.Connection]) -> None:
        self._connect = connect
        self._connection: psycopg.Connection | None = None
        self._stopped = threading.Event()
        self.counts: Counter[str] = Counter()

    def write(self, batch: Sequence[Waiting]) -> None:
        """Commit the batch and answer all of it; what fails for another reason than the entries is unavailable."""
        try:
            readable = [(one, one.work) for one in batch if isinstance(one.work, Prepared)]
            self._apply([pair for pair in readable if pair[1].problem is None])
            for waiting, work in readable:
                if work.problem is not None:
                    self._set_aside(waiting, work, work.problem)
            self._reject([(one, one.work) for one in batch if isinstance(one.work, Rejection)])
        except Exception as error:  # noqa: BLE001 - the thread must live on, and each in line must hear of it
            known = error if isinstance(error, HeadwaterError) else unavailable(error)
            if known is not error:
                _log.error("a batch could not be written: %s", traceback_of(error))
            for one in batch:
                if not one.future.done():
                    one.future.set_exception(known)

    def stop(self) -> None:
        """Wait for no database any more."""
        self._stopped.set()

    def disconnect(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _apply(self, batch: Sequence[tuple[Waiting, Prepared]]) -> None:
        if not batch:
            return
        try:
            works = [work for _, work in batch]
            states = self._transaction(lambda connection: _apply_all(connection, works), works)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever an entry made us raise, its neighbours go on
            self._part(batch, error)
        else:
            for (waiting, work), state in zip(batch, states, strict=True):
                self._answer(waiting, work.ack(state))

    def _part(self, batch: Sequence[tuple[Waiting, Prepared]], error: Exception) -> None:
        if len(batch) == 1:
            self._set_aside(*batch[0], error)
        else:
            middle = len(batch) // 2
            self._apply(batch[:middle])
            self._apply(batch[middle:])

    def _set_aside(self, waiting: Waiting, work: Prepared, error: Exception) -> None:
        if isinstance(error, HeadwaterError) and error.http_status < 500:
            refused = work.refused(error)
            if isinstance(refused, Ack):
                self._answer(waiting, refused)
            else:
                self._reject([(waiting, refused)])
            return
        _log.warning("entry %s failed and is parked: %s", work.entry.hash.hex(), traceback_of(error))
        self._transaction(lambda connection: keeping.park(connection, work, error))
        self._answer(waiting, work.ack(PARKED))

    def _reject(self, batch: Sequence[tuple[Waiting, Rejection]]) -> None:
        for keep, replayed in ((keeping.reject, False), (keeping.explain, True)):
            works = [work for _, work in batch if work.replayed == replayed]
            if works:
                self._transaction(partial(keep, batch=works))
        for waiting, work in batch:
            self._answer(waiting, work.ack)

    def _answer(self, waiting: Waiting, ack: Ack) -> None:
        self.counts[ack.state] += 1
        waiting.future.set_result(ack)

    def _transaction(self, work: Callable[[psycopg.Connection], T], batch: Sequence[Prepared] = ()) -> T:
        """Run `work` in a transaction; again after contention or on a new connection. Raises Unavailable."""
        deadline = time.monotonic() + PATIENCE
        contention = 0
        while True:
            connection = self._connected(deadline)
            try:
                with _transaction(connection, batch):
                    done = work(connection)
            except _RETRY as error:
                contention += 1
                if contention > CONTENTION_RETRIES:
                    raise unavailable(error) from error
                self._stopped.wait(random.uniform(0, 0.01 * 2**contention))  # noqa: S311 - spreads retries
            except psycopg.Error as error:
                self._after(error, connection, deadline)
            else:
                self.counts["transactions"] += 1
                return done

    def _after(self, error: psycopg.Error, connection: psycopg.Connection, deadline: float) -> None:
        """Return where another connection may do better; raise Unavailable, or the error if the entry made it."""
        if connection.closed:
            # Whether the commit came through is unknown; to apply again is harmless: the log knows its entries.
            self._connection = None
            if time.monotonic() < deadline and not self._stopped.is_set():
                return
            raise unavailable(error) from error
        if is_of_the_server(error):
            raise unavailable(error) from error
        raise error

    def _connected(self, deadline: float) -> psycopg.Connection:
        pause = 0.05
        while self._connection is None:
            try:
                self._connection = self._connect()
            except (psycopg.Error, HeadwaterError, OSError) as error:
                if time.monotonic() + pause > deadline or self._stopped.is_set():
                    raise unavailable(error) from error
                self._stopped.wait(pause)
                pause = min(pause * 2, 2.0)
        return self._connection


@contextmanager
def _transaction(connection: psycopg.Connection, batch: Sequence[Prepared]) -> Iterator[None]:
    """A transaction; where it is rolled back, what translators remember of it is not so."""
    try:
        with connection.transaction():
            yield
    except BaseException:
        for translator in {id(one.translator): one.translator for one in batch}.values():
            translator.forget()
        raise


def _apply_all(connection: psycopg.Connection, batch: Sequence[Prepared]) -> list[str]:
    """Apply a batch, each kind by its translator, and give the states in the batch's order."""
    states: list[str] = [""] * len(batch)
    kinds: dict[int, list[int]] = {}
    for index, one in enumerate(batch):
        kinds.setdefault(id(one.translator), []).append(index)
    for indexes in kinds.values():
        members = [(batch[index].entry, batch[index].fact) for index in indexes]
        for index, state in zip(indexes, batch[indexes[0]].translator.apply(connection, members), strict=True):
            states[index] = state
    keeping.leave(connection, batch)
    return states


def unavailable(error: BaseException) -> Unavailable:
    """What is told while the database cannot be written."""
    why = type(error).__name__
    return Unavailable(
        "database_unavailable",
        f"The database cannot take anything in now ({why}).",
        "Send it again after the seconds that Retry-After names; `headwater doctor` says what is wrong.",
        retry_after=5,
    )
