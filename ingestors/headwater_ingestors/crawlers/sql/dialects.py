"""Dialects: which there are, how they fold names, how many parts the name of a table has."""

from __future__ import annotations

from typing import Final

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.schemas.dialects import NAMES, SPELLED
from headwater_ingestors.crawlers.sql.values import Defaults

TWO_PARTS: Final = frozenset({"mysql", "doris", "starrocks", "clickhouse", "hive", "teradata", "sqlite", "drill"})
"""Dialects whose tables have no schema between database and name."""
SCHEMAS: Final = {
    "postgres": "public",
    "redshift": "public",
    "materialize": "public",
    "risingwave": "public",
    "snowflake": "PUBLIC",
    "duckdb": "main",
    "tsql": "dbo",
}
"""The schema that a name without one is of, unless somebody says otherwise."""
NAMESPACES: Final = {"tsql": "mssql", "athena": "awsathena"}
"""Dialects whose databases OpenLineage names otherwise."""


def dialect_of(said: str) -> Dialect:
    """The dialect of that name, as sqlglot or OpenLineage calls it; raises InvalidRequest."""
    name = said.strip().lower()
    try:
        if not name.isalnum():
            raise SqlglotError(name)
        return Dialect.get_or_raise(SPELLED.get(name, name))
    except (SqlglotError, ValueError):
        known = ", ".join(sorted(NAMES))
        raise InvalidRequest(
            "unknown_dialect", f"There is no SQL dialect {said[:80]!r}.", f"Name one of: {known}."
        ) from None


def name_of(dialect: Dialect) -> str:
    """What sqlglot calls it."""
    return type(dialect).__name__.lower()


def namespace_of(dialect: Dialect) -> str:
    """The namespace of its tables where nobody says which server they are on."""
    return NAMESPACES.get(name_of(dialect), name_of(dialect))


def defaults_of(dialect: Dialect, database: str | None, schema: str | None) -> Defaults:
    """Where names without database or schema are looked for."""
    database = fold_table(dialect, database) if database else None
    schema = fold_table(dialect, schema) if schema else None
    if not has_schemas(dialect):
        return Defaults(None, database or schema)
    return Defaults(database, schema or (SCHEMAS.get(name_of(dialect)) if database else None))


def has_schemas(dialect: Dialect) -> bool:
    """Whether a table's name is database, schema, table; else database, table."""
    return name_of(dialect) not in TWO_PARTS


def fold(dialect: Dialect, column: str) -> str:
    """A column's name as a database stores it, as names are compared here."""
    return dialect.normalize_identifier(exp.to_identifier(column, quoted=True)).name


def fold_table(dialect: Dialect, part: str) -> str:
    """The same of a part of a table's name, for which some dialects have another rule."""
    identifier = exp.to_identifier(part, quoted=True)
    identifier.meta["is_table"] = True
    return dialect.normalize_identifier(identifier).name
