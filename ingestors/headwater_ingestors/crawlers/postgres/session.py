"""One snapshot of a PostgreSQL: a transaction that only reads, in which nothing waits for long."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import Connection, IsolationLevel
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow
from psycopg.types.json import set_json_loads

from headwater_catalog.redaction import redact_text
from headwater_ingestors.crawlers.databases.refusals import (
    InvalidSourceUrl,
    NoSuchVariable,
    SourceTooOld,
    SourceUnreachable,
)
from headwater_ingestors.crawlers.postgres import queries

OLDEST: Final = 15
CONNECTING: Final = 10
"""Seconds for a connection."""
LOCK: Final = 2.0
"""Seconds that a query waits for a table that somebody has locked."""
GRACE: Final = 5.0
"""Seconds after its time in which a server has to say that it gave a query up; then it counts as gone."""
_SHAPE: Final = "postgresql://user:password@host:5432/database"
_SCHEMES: Final = ("postgresql://", "postgres://", "postgresql+psycopg://")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is. conninfo: for libpq, it may hold a password; the others hold none.

    database: "" where libpq takes it from somewhere else.
    """

    conninfo: str
    host: str
    port: int
    database: str

    def __repr__(self) -> str:
        return f"Address({self.host!r}, {self.port})"


@dataclass(frozen=True, slots=True)
class Session:
    """A snapshot. version: the major one; block: bytes of a page; bare: its texts are bytes, see `text`."""

    connection: Connection[TupleRow]
    seconds: float
    version: int
    database: str
    block: int
    bare: bool = False


def address(said: str) -> Address:
    """Of a URL, or of `env:NAME`, the variable that holds it; raises InvalidSourceUrl, NoSuchVariable.

    What is left out libpq takes from its variables and files (PGPASSWORD, .pgpass), as psql does.
    """
    url = os.environ.get(said.removeprefix("env:"), "") if said.startswith("env:") else said
    if not url:
        raise NoSuchVariable(said.removeprefix("env:"))
    scheme = next((scheme for scheme in _SCHEMES if url.startswith(scheme)), None)
    if scheme is None:
        raise InvalidSourceUrl(_SHAPE, "it does not begin with postgresql://")
    conninfo = "postgresql://" + url.removeprefix(scheme)
    try:
        parts = conninfo_to_dict(conninfo)
        port = int(parts.get("port") or os.environ.get("PGPORT") or 5432)
    except (psycopg.ProgrammingError, ValueError):
        # What libpq says of it quotes a part of it, which may be the password's.
        raise InvalidSourceUrl(_SHAPE, "libpq does not understand it") from None
    host = str(parts.get("host") or parts.get("hostaddr") or os.environ.get("PGHOST") or "localhost")
    host = "localhost" if host.startswith("/") else host.lower()
    return Address(conninfo, host, port, str(parts.get("dbname") or ""))


@contextmanager
def snapshot(at: Address, seconds: float) -> Iterator[Session]:
    """Read the database as it is now. seconds: for each query.

    Raises SourceUnreachable, SourceTooOld; psycopg's errors where it is lost later.
    """
    with _connected(at, seconds) as connection:
        bare = connection.info.parameter_status("server_encoding") == "SQL_ASCII"
        limits = {"statement": str(int(seconds * 1_000)), "lock": str(int(LOCK * 1_000))}
        with watched(connection, seconds):
            if bare:  # it would refuse whole answers with one text that is no UTF-8; so each byte comes as a character
                connection.execute("SET client_encoding TO 'LATIN1'")
                set_json_loads(_json_of_bytes, connection)
            row = connection.execute(queries.SESSION, limits).fetchone()
        assert row is not None  # noqa: S101 - a SELECT without FROM has one row
        version = int(row[0]) // 10_000
        if version < OLDEST:
            raise SourceTooOld(f"{at.host}:{at.port}", version, OLDEST)
        database = text(str(row[1]), "replace") if bare else str(row[1])
        yield Session(connection, seconds, version, database, int(row[2]), bare)


def _json_of_bytes(said: str | bytes) -> object:
    return json.loads(said.decode("latin-1") if isinstance(said, bytes) else said)


def text(said: str, errors: str = "strict") -> str:
    """Of a database that knows no encoding, its bytes as characters: the text. Raises UnicodeDecodeError."""
    return said.encode("latin-1").decode("utf-8", errors)


@contextmanager
def _connected(at: Address, seconds: float) -> Iterator[Connection[TupleRow]]:
    own = make_conninfo(
        at.conninfo,
        application_name="headwater snapshot",
        connect_timeout=CONNECTING,
        client_encoding="UTF8",
        keepalives_idle=10,
        keepalives_interval=5,
        tcp_user_timeout=int(seconds * 1_000),
    )
    try:
        connection = psycopg.connect(own)
    except psycopg.OperationalError as error:
        raise SourceUnreachable(f"{at.host}:{at.port}", told(error, at)) from None
    try:
        connection.read_only = True
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        yield connection
    finally:
        with suppress(psycopg.Error):
            connection.close()  # without a commit: there is nothing to keep


@contextmanager
def watched(connection: Connection[TupleRow], seconds: float) -> Iterator[None]:
    """Cut the connection where a server does not answer in time, nor says that it gave up."""

    def cut() -> None:
        with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds + GRACE, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def told(error: Exception, at: Address | None = None) -> str:
    """What a server said, its first line, without secrets."""
    line = str(error).strip().split("\n", 1)[0].rstrip(".")
    password = str(conninfo_to_dict(at.conninfo).get("password") or "") if at else ""
    if password:
        line = line.replace(password, "***")
    return redact_text(line.encode()).decode(errors="replace")[:300]
