"""Asking for thousands of relations at once, and for fewer where one of them is in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, LiteralString

import psycopg
from psycopg.rows import namedtuple_row

from headwater_ingestors.crawlers.postgres.session import Session, told, watched

ATTEMPTS: Final = 100
"""Queries that may fail in a crawl; after that, whatever is in a query that fails counts as unreadable."""

Row = Any
"""A row by the names of its columns."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something could not be read: a code that never changes, a sentence."""

    code: str
    sentence: str


@dataclass(slots=True)
class Found:
    """Rows of relations by their number, and what is wrong with the others."""

    rows: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    troubles: dict[int, Trouble] = field(default_factory=dict)


@dataclass(slots=True)
class Gatherer:
    """Asks in a snapshot. asked: queries so far; left: how many may still fail."""

    session: Session
    asked: int = 0
    left: int = ATTEMPTS

    def all(self, query: LiteralString) -> list[Row]:
        """The rows of a query that names no relations; raises what psycopg raises."""
        return self._rows(query, {})

    def of(self, query: LiteralString, oids: Sequence[int]) -> Found:
        """The rows of these relations. Where a query fails it is asked again for each half of them.

        Raises psycopg's OperationalError where the server is gone.
        """
        found = Found()
        waiting = [list(oids)] if oids else []
        while waiting:
            some = waiting.pop()
            try:
                for row in self._rows(query, {"oids": some}):
                    found.rows[row.oid].append(row)
            except psycopg.Error as error:
                if self.session.connection.closed:
                    raise
                self.left -= 1
                if len(some) == 1 or self.left < 0 or isinstance(error, psycopg.errors.InsufficientPrivilege):
                    found.troubles |= dict.fromkeys(some, _trouble(error))
                else:
                    waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
        return found

    def _rows(self, query: LiteralString, given: dict[str, object]) -> list[Row]:
        self.asked += 1
        connection = self.session.connection
        with watched(connection, self.session.seconds), connection.transaction():
            cursor = connection.cursor(row_factory=namedtuple_row)
            return cursor.execute(query, given).fetchall()


def _trouble(error: psycopg.Error) -> Trouble:
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return Trouble("locked", "Somebody has locked it, or a table that it reads.")
    if isinstance(error, psycopg.errors.QueryCanceled):
        return Trouble("too-slow", "The server did not tell of it in time.")
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return Trouble("forbidden", f"The server refuses to tell of it: {told(error)}.")
    return Trouble("unreadable", f"The server cannot tell of it: {told(error)}.")
