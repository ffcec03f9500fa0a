"""Asking for thousands of relations at once, and for fewer where one of them is in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, LiteralString

import psycopg
from psycopg.rows import namedtuple_row

from headwater_ingestors.crawlers.postgres.session import Session, text, told, watched

ATTEMPTS: Final = 100
"""Queries that may fail in a crawl; after that, whatever is in a query that fails counts as unreadable."""

Row = Any
"""A row by the names of its columns."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something could not be read: a code that never changes, a sentence."""

    code: str
    sentence: str


GARBLED: Final = Trouble("unreadable", "It holds text that is no UTF-8: the database is SQL_ASCII and checks none.")


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

    def all(self, query: LiteralString) -> tuple[list[Row], list[Row]]:
        """The rows of a query that names no relations, and apart those with a text that is no UTF-8.

        Raises what psycopg raises.
        """
        good, garbled = list[Row](), list[Row]()
        for row in self._rows(query, {}):
            whole = self._whole(row)
            (garbled if whole is None else good).append(whole or _shown(row))
        return good, garbled

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
                    whole = self._whole(row)
                    if whole is None:
                        found.troubles[row.oid] = GARBLED
                    else:
                        found.rows[row.oid].append(whole)
            except psycopg.Error as error:
                if self.session.connection.closed:
                    raise
                self.left -= 1
                if len(some) == 1 or self.left < 0 or isinstance(error, psycopg.errors.InsufficientPrivilege):
                    found.troubles |= dict.fromkeys(some, _trouble(error))
                else:
                    waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
        return found

    def _whole(self, row: Row) -> Row | None:
        """The row with its texts decoded; None where one of them is no UTF-8."""
        try:
            return _decoded(row, "strict") if self.session.bare else row
        except UnicodeDecodeError:
            return None

    def _rows(self, query: LiteralString, given: dict[str, object]) -> list[Row]:
        self.asked += 1
        connection = self.session.connection
        with watched(connection, self.session.seconds), connection.transaction():
            cursor = connection.cursor(row_factory=namedtuple_row)
            return cursor.execute(query, given).fetchall()


def _shown(row: Row) -> Row:
    return _decoded(row, "replace")


def _decoded(value: Any, errors: str) -> Any:
    """A row, or a value of it, with all texts in it decoded."""
    if isinstance(value, str):
        return text(value, errors)
    if isinstance(value, list):
        return [_decoded(one, errors) for one in value]
    return type(value)(*(_decoded(one, errors) for one in value)) if isinstance(value, tuple) else value


def _trouble(error: psycopg.Error) -> Trouble:
    if isinstance(error, psycopg.errors.LockNotAvailable):
        return Trouble("locked", "Somebody has locked it, or a table that it reads.")
    if isinstance(error, psycopg.errors.QueryCanceled):
        return Trouble("too-slow", "The server did not tell of it in time.")
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return Trouble("forbidden", f"The server refuses to tell of it: {told(error)}.")
    return Trouble("unreadable", f"The server cannot tell of it: {told(error)}.")
