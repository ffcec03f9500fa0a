"""The projector: a batch of entries becomes log, facts and rows, in one transaction, one projector at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from headwater_catalog import log
from headwater_catalog.facts import Entry, Event, Interpreters
from headwater_catalog.projection.append import Appended, Appender, Sent, earliest
from headwater_catalog.projection.derivation import Derivation
from headwater_catalog.projection.lexicon import Lexicon
from headwater_catalog.projection.meanings import Meanings
from headwater_catalog.projection.told import halves
from headwater_catalog.projection.workshop import Outcome, Touched, Workshop

Connection = psycopg.Connection[Any]
LOCK = 0x48454144
"""The advisory lock of the projection (docs/decisions/0001)."""

# Waits for the turn to project, and numbers it once it has come.
TURN = """
with waited as materialized (select pg_advisory_xact_lock(%s))
insert into core.turn as t (n) select 1 from waited on conflict (one) do update set n = t.n + 1 returning n
"""


class Projector:
    """Projects batches. Holds what it remembers between batches, so one a thread."""

    def __init__(self, interpreters: Interpreters) -> None:
        self._interpreters = interpreters
        self.forget()

    def forget(self) -> None:
        """Forget what was remembered: to be called whenever a transaction was rolled back."""
        self.workshop = Workshop(Appender(Lexicon(), Meanings(self._interpreters)))
        self._turn = 0

    def turn(self, connection: Connection) -> None:
        """Wait for the turn to project; forget what another process may have changed since our last one."""
        number = lock(connection)
        if number != self._turn + 1:
            self.workshop.distrust()
        self._turn = number

    def apply(self, connection: Connection, batch: Sequence[tuple[Entry, Event]]) -> list[str]:
        """Append and project entries in the caller's transaction.

        Gives "accepted" or "duplicate" (its event was known) an entry, in order. Whatever it raises, the transaction
        must be rolled back.
        """
        hs = [halves(event.id)[0] for _, event in batch]
        try:
            with connection.pipeline():  # nobody waits for a statement that has nothing to tell
                self.turn(connection)
                sent = self.workshop.appender.send(connection, earliest([event for _, event in batch]))
                # Compressed while the server appends the events.
                log.append(connection, "openlineage", [entry for entry, _ in batch], hs)
                appended = self._derived(connection, sent)
        except BaseException:
            self.forget()
            raise
        return _states(batch, appended)

    def project(self, connection: Connection, events: Sequence[Event]) -> Appended:
        """Make facts and rows of events that the log has, under the lock."""
        return self._derived(connection, self.workshop.appender.send(connection, earliest(events)))

    def _derived(self, connection: Connection, sent: Sent) -> Appended:
        appended = self.workshop.appender.receive(connection, sent)
        self.derive(connection, appended, Touched())
        self.workshop.lexicon.trim()
        self.workshop.meanings.trim()
        return appended

    def derive(self, connection: Connection, appended: Appended, touched: Touched) -> Outcome:
        """Derive what a batch appended and what else was touched, under the lock."""
        return Derivation(self.workshop, connection, appended, touched).run()


def lock(connection: Connection) -> int:
    """Wait for the turn to project, held until the transaction ends; gives its number."""
    row = connection.execute(TURN, (LOCK,)).fetchone()
    assert row is not None  # noqa: S101 - a row is put or changed
    return int(row[0])


def _states(batch: Sequence[tuple[Entry, Event]], appended: Appended) -> list[str]:
    fresh = set(appended.accepted)
    states: list[str] = []
    for _, event in batch:
        h = halves(event.id)[0]
        states.append("accepted" if h in fresh else "duplicate")
        fresh.discard(h)
    return states
