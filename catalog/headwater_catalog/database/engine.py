"""From a database URL to connections: an engine for migrations, a pool for reads, one connection to write."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString
from weakref import WeakSet

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import AsyncConnectionPool

from headwater_catalog.database.embedded import EmbeddedServer, embedded
from headwater_catalog.errors import DatabaseTooOld, DatabaseUnreachable, InvalidDatabaseUrl, Unavailable

if TYPE_CHECKING:
    from psycopg.rows import TupleRow
    from sqlalchemy import Engine

OLDEST_MAJOR = 15
_SCHEMES = ("postgresql://", "postgres://", "postgresql+psycopg://")
_CONNECT_SECONDS = 10
_LET_GO_SECONDS = 2.0

# What a session of ours is, whatever the server's defaults: moments in UTC; no just-in-time compilation, which costs
# more than any of our statements takes; tables named without a schema are those of now (docs/decisions/0003).
# A role's own timeouts and transaction defaults are for people at a prompt: a timeout would look as if an entry were
# bad, another isolation or read-only would refuse what is good. set_config and not `options=`, which poolers refuse.
SESSION: LiteralString = (
    "SELECT set_config('timezone', 'UTC', false), set_config('jit', 'off', false),"
    " set_config('search_path', 'core, process, physical, domain', false),"
    " set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false),"
    " set_config('idle_in_transaction_session_timeout', '0', false),"
    " set_config('default_transaction_isolation', 'read committed', false),"
    " set_config('default_transaction_read_only', 'off', false)"
)
# A reading session writes nothing, and none of its statements outlives the timeout (milliseconds).
READING_SESSION: LiteralString = (
    f"{SESSION}, set_config('default_transaction_read_only', 'on', false), set_config('statement_timeout', %s, false)"
)
VERSION_AND_ENCODING: LiteralString = (
    "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding')"
)


@dataclass(frozen=True)
class Database:
    """A PostgreSQL database by its libpq URL, and the kinds of connections this project makes to it."""

    conninfo: str = field(repr=False)  # it may hold a password
    _made: WeakSet[psycopg.Connection[TupleRow]] = field(default_factory=WeakSet, repr=False, compare=False)

    @classmethod
    def from_url(cls, url: str) -> Database:
        """Accept postgresql://, postgres:// and SQLAlchemy's postgresql+psycopg://; raises InvalidDatabaseUrl."""
        scheme = next((scheme for scheme in _SCHEMES if url.startswith(scheme)), None)
        if scheme is None:
            raise InvalidDatabaseUrl("it does not begin with postgresql://")
        conninfo = "postgresql://" + url.removeprefix(scheme)
        try:
            conninfo_to_dict(conninfo)
        except psycopg.ProgrammingError as error:
            raise InvalidDatabaseUrl(_first_line(error)) from None
        return cls(conninfo)

    @property
    def where(self) -> str:
        """Host, port and database as messages show them; never the password."""
        parts = conninfo_to_dict(self.conninfo)
        port = f":{parts['port']}" if parts.get("port") else ""
        return f"{parts.get('host') or 'localhost'}{port}/{parts.get('dbname') or ''}"

    def check(self) -> int:
        """The server's major version.

        Raises DatabaseUnreachable, DatabaseTooOld, or Unavailable where the database does not speak UTF-8.
        """
        with self.connect("headwater check") as connection:
            row = connection.execute(VERSION_AND_ENCODING).fetchone()
        assert row is not None  # noqa: S101 - a SELECT without FROM has one row
        major, encoding = int(row[0]), str(row[1])
        if major < OLDEST_MAJOR:
            raise DatabaseTooOld(self.where, major, OLDEST_MAJOR)
        if encoding != "UTF8":
            raise Unavailable(
                "database_not_utf8",
                f"The database at {self.where} stores text as {encoding}.",
                "Create one with ENCODING 'UTF8' and name it in HEADWATER_DATABASE_URL.",
                where=self.where,
            )
        return major

    def connect(self, application_name: str = "headwater", *, autocommit: bool = False) -> psycopg.Connection[TupleRow]:
        """A plain connection, for commands and tests; raises DatabaseUnreachable."""
        try:
            connection = psycopg.connect(
                self.conninfo, application_name=application_name, autocommit=True, connect_timeout=_CONNECT_SECONDS
            )
        except psycopg.OperationalError as error:
            raise DatabaseUnreachable(self.where, _first_line(error)) from error
        connection.execute(SESSION)
        connection.autocommit = autocommit
        self._made.add(connection)
        return connection

    def let_go(self, patience: float = _LET_GO_SECONDS) -> None:
        """Cancel what still runs on our plain connections, and wait for whoever made them to close them.

        Before a server of ours ends: threads cannot be stopped, and each would complain of a server that is gone.
        """
        deadline = time.monotonic() + patience
        while (left := [one for one in list(self._made) if not one.closed]) and time.monotonic() < deadline:
            for connection in left:
                with suppress(psycopg.Error):
                    connection.cancel_safe(timeout=1)
            time.sleep(0.02)

    def engine(self) -> Engine:
        """A SQLAlchemy engine for metadata and migrations; it connects through `connect`, so any libpq URL works.

        Its search path is the server's: Alembic's own table stands in none of our schemas.
        """

        from sqlalchemy import create_engine  # who only serves does without, and starts sooner

        def connect() -> psycopg.Connection[TupleRow]:
            connection = self.connect("headwater migrate", autocommit=True)
            connection.execute("RESET search_path")
            connection.autocommit = False
            return connection

        return create_engine("postgresql+psycopg://", creator=connect)

    def reading(
        self, *, min_size: int = 1, max_size: int = 8, timeout_ms: int = 30_000
    ) -> AsyncConnectionPool[psycopg.AsyncConnection[TupleRow]]:
        """A pool of read-only connections, closed until `async with` or `open()`.

        They autocommit: a statement sees the newest state. Several that must see one state open a transaction.
        """

        async def configure(connection: psycopg.AsyncConnection[TupleRow]) -> None:
            await connection.execute(READING_SESSION, [str(timeout_ms)])

        return AsyncConnectionPool(
            self.conninfo,
            min_size=min_size,
            max_size=max_size,
            open=False,
            configure=configure,
            kwargs={"application_name": "headwater read", "autocommit": True, "connect_timeout": _CONNECT_SECONDS},
            name="headwater read",
        )

    async def writer(self) -> psycopg.AsyncConnection[TupleRow]:
        """The connection that writes; it autocommits, so a transaction is what `connection.transaction()` makes.

        Raises DatabaseUnreachable.
        """
        try:
            connection = await psycopg.AsyncConnection.connect(
                self.conninfo, application_name="headwater write", autocommit=True, connect_timeout=_CONNECT_SECONDS
            )
        except psycopg.OperationalError as error:
            raise DatabaseUnreachable(self.where, _first_line(error)) from error
        await connection.execute(SESSION)
        return connection


@contextmanager
def open_database(url: str | None, data_dir: Path) -> Iterator[tuple[Database, EmbeddedServer | None]]:
    """The database that the configuration names, checked: the one at `url`, else the embedded one of `data_dir`."""
    if url:
        database = Database.from_url(url)
        database.check()
        yield database, None
    else:
        with embedded(data_dir) as server:
            database = Database.from_url(server.url)
            try:
                yield database, server
            finally:
                database.let_go()


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0].rstrip(".")
