"""Databases that code connects to, by the address that it gives; users and passwords are no part of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from headwater_ingestors.crawlers.notebooks.values import Place, Value

DIALECTS: Final = {
    "postgresql": "postgres",
    "postgres": "postgres",
    "cockroachdb": "postgres",
    "redshift": "redshift",
    "mysql": "mysql",
    "mariadb": "mysql",
    "mssql": "tsql",
    "sqlserver": "tsql",
    "oracle": "oracle",
    "snowflake": "snowflake",
    "bigquery": "bigquery",
    "duckdb": "duckdb",
    "sqlite": "sqlite",
    "trino": "trino",
    "databricks": "databricks",
    "hive": "hive",
    "clickhouse": "clickhouse",
}
_SCHEMES: Final = {"mariadb": "mysql", "sqlserver": "mssql", "cockroachdb": "postgres", "postgresql": "postgres"}
_DRIVERS: Final = {
    **dict.fromkeys(("psycopg", "psycopg2", "pg8000", "asyncpg"), "postgres"),
    **dict.fromkeys(("pymysql", "mysql.connector", "MySQLdb"), "mysql"),
    **{"redshift_connector": "redshift", "clickhouse_connect": "clickhouse", "trino.dbapi": "trino"},
    **{"pymssql": "mssql", "snowflake.connector": "snowflake"},
}
_HOST: Final = re.compile(r"[\w.-]{1,255}")
_FILES: Final = {"duckdb": "duckdb", "sqlite3": "sqlite"}
_ENGINES: Final = frozenset(
    {"sqlalchemy.create_engine", "sqlalchemy.engine.create_engine", "sqlalchemy.ext.asyncio.create_async_engine"}
)


def spark() -> Place:
    """A session of Spark: its catalog."""
    return Place("spark")


def connected(function: str, given: list[Value | None], named: Mapping[str, Value | None]) -> Place | None:
    """The database that a call connects to, None for other calls."""
    first = next((one for one in given if isinstance(one, str)), None)
    if function in _ENGINES:
        url = first or named.get("url")
        return address(url) if isinstance(url, str) else Place()
    module, _, last = function.rpartition(".")
    if last not in ("connect", "connect_async", "get_client"):
        return None
    if module in _FILES:
        file = first or named.get("database") or ("" if not given else None)
        return _file(_FILES[module], file) if isinstance(file, str) else Place(_FILES[module])
    if first and "://" in first:
        return address(first)
    kind = _DRIVERS.get(module)
    return _server(kind, {**_words(first or ""), **named}) if kind else None


def _server(kind: str, named: Mapping[str, Value | None]) -> Place:
    """What named arguments of drivers say of host and database."""
    host = next((found for key in ("host", "server", "account") if (found := _text(named.get(key)))), None)
    database = next((found for key in ("dbname", "database", "db") if (found := _text(named.get(key)))), None)
    port = _text(named.get("port"))
    named_so = host is not None and _HOST.fullmatch(host) and (port is None or port.isdecimal())
    namespace = f"{kind}://{host}{f':{port}' if port else ''}" if named_so else None
    return Place(DIALECTS.get(kind, kind), namespace, database, _text(named.get("schema")))


def address(url: str) -> Place:
    """The database of an address such as postgresql+psycopg://user:password@host:5432/shop."""
    url = url.removeprefix("jdbc:")
    scheme, separator, rest = url.partition("://")
    scheme = scheme.partition("+")[0].lower()
    dialect = DIALECTS.get(scheme)
    if not separator or dialect is None:
        return Place()
    if scheme in ("duckdb", "sqlite"):
        return _file(scheme, rest.partition("?")[0].removeprefix("/"))
    if scheme == "bigquery":
        return Place(dialect, "bigquery", rest.strip("/").partition("/")[0] or None)
    try:
        parts = make_url(f"{scheme}://{rest.partition(';')[0]}")
    except (ArgumentError, ValueError):
        return Place(dialect)
    if not parts.host or not _HOST.fullmatch(parts.host):
        return Place(dialect)
    database, _, schema = (parts.database or "").strip("/").partition("/")
    port = f":{parts.port}" if parts.port else ""
    where = f"{_SCHEMES.get(scheme, scheme)}://{parts.host}{port}"
    return Place(dialect, where, database or None, schema or None)


def _file(kind: str, path: str) -> Place:
    """A database in a file, or MotherDuck's; what follows a question mark may hold a token."""
    path = path.partition("?")[0]
    if path in ("", ":memory:", "memory", ":default:"):
        return Place(kind, memory=True)
    return Place(kind, f"{kind}://{path}")


def _words(said: str) -> dict[str, Value | None]:
    """`host=db dbname=shop password=…` of libpq: only what names the database."""
    pairs = (one.partition("=") for one in said.split())
    return {key: value for key, _, value in pairs if key in ("host", "port", "dbname")}


def _text(value: Value | None) -> str | None:
    return value if isinstance(value, str) and value else None
