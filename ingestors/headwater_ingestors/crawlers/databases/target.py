"""A database by its URL: how it is called in the catalog, and what is said of it, without its password."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.schemas.dialects import sql_of
from headwater_ingestors.crawlers.databases.refusals import InvalidSourceUrl, NoSuchVariable

FILES: Final = frozenset({"sqlite", "duckdb"})
"""Databases that are a file."""
SCHEMES: Final = {"mariadb": "mysql"}
"""Databases that OpenLineage names otherwise than SQLAlchemy."""
DRIVERS: Final = {"mysql": "mysql+pymysql", "mariadb": "mariadb+pymysql"}
"""The driver that our extra brings, where the URL names none."""
PORTS: Final = {"mysql": 3306, "mariadb": 3306, "mssql": 1433, "oracle": 1521, "redshift": 5439}
TWO_PARTS: Final = frozenset({"mysql", "mariadb", "clickhouse", "sqlite"})
"""Databases in which a schema is a database, or a file is."""


@dataclass(frozen=True, slots=True)
class Target:
    """url: may hold a password; kind: of the database, as SQLAlchemy calls it; the others hold no secret.

    database: of tables with three parts; file: of a database that is one.
    """

    url: URL = field(repr=False)
    kind: str
    namespace: str
    database: str
    file: Path | None = None

    @property
    def dialect(self) -> str:
        """Of its SQL, as sqlglot calls it."""
        return sql_of(self.kind) or self.kind

    def parts(self, schema: str, table: str) -> tuple[str, ...]:
        """The parts of a table's name."""
        return (schema, table) if self.kind in TWO_PARTS else (self.database, schema, table)


def target(said: str, namespace: str | None = None) -> Target:
    """Of a URL, or of `env:NAME`, the variable that holds it; raises InvalidRequest, with nothing of the URL in it."""
    text = os.environ.get(said.removeprefix("env:"), "") if said.startswith("env:") else said
    if not text:
        raise NoSuchVariable(said.removeprefix("env:"))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise InvalidSourceUrl(
            "kind://user:password@host:port/database or sqlite:////PATH", "SQLAlchemy does not understand it"
        ) from None
    kind = url.get_backend_name()
    if kind in ("postgresql", "postgres"):
        raise InvalidRequest(
            "wrong_crawler", "A PostgreSQL has a crawler of its own.", "Use `headwater snapshot postgres`."
        )
    if kind in FILES:
        return _file(url, kind, namespace)
    host = (url.host or "localhost").lower()
    port = url.port or PORTS.get(kind)
    scheme = SCHEMES.get(kind, kind)
    named = f"{scheme}://{host}:{port}" if port else f"{scheme}://{host}"
    if url.drivername == kind and kind in DRIVERS:
        url = url.set(drivername=DRIVERS[kind])
    return Target(url, kind, namespace or named, url.database or "")


def _file(url: URL, kind: str, namespace: str | None) -> Target:
    file = Path(url.database or "").expanduser().absolute()
    if not url.database or not file.is_file():
        raise InvalidRequest(
            "no_such_file", f"There is no file {str(url.database)[:200]}.", f"Name one: {kind}:////PATH."
        )
    file = file.resolve()
    return Target(url, kind, namespace or f"{kind}://{file.as_posix()}", file.stem, file)
