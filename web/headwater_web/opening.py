"""From settings to a database that is ready: the named one, or the embedded one of the data directory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from headwater_catalog.access import SCOPES, ApiKey, new_key
from headwater_catalog.database import migrate
from headwater_catalog.database.directory import DataDirectory
from headwater_catalog.database.embedded import EmbeddedServer
from headwater_catalog.database.engine import Database, open_database
from headwater_catalog.projection.version import settle
from headwater_web.settings import Settings


@dataclass(frozen=True, slots=True)
class Opened:
    """A migrated database; `embedded` where it is ours to end. rebuild_needed: an older version derived what it has."""

    database: Database
    embedded: EmbeddedServer | None
    rebuild_needed: bool = False

    def announce(self, url: str) -> None:
        """Tell commands of the same data directory where this process serves."""
        if self.embedded:
            self.embedded.lock.announce(url)


@contextmanager
def opened(settings: Settings) -> Iterator[Opened]:
    """The database, from the main thread only. Tables are made where there are none; older ones wait for `migrate`.

    Raises DataDirectoryInUse, EmbeddedUnavailable, DatabaseUnreachable, NotMigrated.
    """
    with open_database(settings.database_url or None, settings.directory) as (database, embedded):
        stands = migrate.current(database.conninfo)
        # What is embedded is ours to bring forward; a database that others run is upgraded when they say so.
        if stands is None or (embedded and stands != migrate.head()):
            migrate.upgrade(database.conninfo)
        migrate.check_ready(database.conninfo)
        with database.connect("headwater start") as connection:
            needed = settle(connection)
        yield Opened(database, embedded, needed)


@contextmanager
def own_key(settings: Settings) -> Iterator[ApiKey]:
    """A key for as long as the block lasts, in a file that only the data directory's owner can read.

    Whoever may read that directory could read the database itself: the key gives nothing that was not theirs.
    """
    key, text = new_key("local", SCOPES)
    path = DataDirectory(settings.directory).own_key_file
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    try:
        yield key
    finally:
        path.unlink(missing_ok=True)
