"""By which version of the projection a catalog was derived, and whether it must be derived anew."""

from __future__ import annotations

from typing import Any, Final, LiteralString

import psycopg

Connection = psycopg.Connection[Any]

VERSION: Final = 2
"""Raise it by one with every change after which the same log gives other rows, or rows in a new table or column:
an interpreted facet more, a rule mended, a migration that adds what only a rebuild can fill."""

REBUILD_NEEDED: Final = "rebuild needed: another version derived this catalog; run `headwater rebuild`"

# Of a log without entries nothing was derived, by whatever version.
STANDS: LiteralString = "select not exists (select from core.entry), (select version from core.projection)"
SET: LiteralString = """
insert into core.projection (version) values (%s) on conflict (one) do update set version = excluded.version
"""


def rebuild_needed(connection: Connection) -> bool:
    """Whether the catalog was derived by another version than this."""
    row = connection.execute(STANDS).fetchone()
    return row is not None and not row[0] and row[1] != VERSION


def settle(connection: Connection) -> bool:
    """The same; a catalog of which nothing was derived yet is this version's from now on."""
    row = connection.execute(STANDS).fetchone()
    if row is not None and row[0] and row[1] != VERSION:
        derived(connection)
    return rebuild_needed(connection)


def derived(connection: Connection) -> None:
    """Everything was derived by this version, in the caller's transaction."""
    connection.execute(SET, (VERSION,))
