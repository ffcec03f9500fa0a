"""Databases: a dataset's table, the address of its database, a query with SQLAlchemy."""

from __future__ import annotations

import datetime
from pathlib import PurePath
from typing import Final, NamedTuple

from headwater_catalog.facets.opening import Connection
from headwater_catalog.schemas.table_names import parts_of
from headwater_catalog.templates import secrets, source
from headwater_catalog.templates.drivers import Driver
from headwater_catalog.templates.fresh import Fresh, beyond
from headwater_catalog.templates.missing import lacking
from headwater_catalog.templates.opening import Column, Opening
from headwater_catalog.templates.program import Program
from headwater_catalog.templates.quoting import python

_RESERVED: Final = frozenset({"main", "temp", "system"})
"""Names of files after which DuckDB calls no catalog: it adds _db to them."""
CATALOGS: Final = frozenset({"temp", "system"})
"""Catalogs that each DuckDB has: it refuses schemas of these names without their own catalog."""


class Address(NamedTuple):
    """The arguments of sqlalchemy.URL.create, without the password. query: texts."""

    drivername: str
    username: str | None
    host: str | None
    port: int | None
    database: str | None
    query: dict[str, str]


class Table(NamedTuple):
    """A table in its database. database: where the name has one, as a catalog above the schema."""

    schema: str | None
    name: str
    database: str | None


def address(connection: Connection, driver: Driver, database: str | None) -> Address:
    """Where the database is; raises Unknown where SQLAlchemy has no driver for it."""
    if driver.sqlalchemy is None:
        raise lacking("no_driver", f"{connection.driver} is not reached from here.", "Use --for spark.")
    query = {name: str(value) for name, value in (connection.options or {}).items()}
    if driver.file:
        return Address(driver.sqlalchemy, None, None, None, _path(connection), query)
    port = connection.port or driver.port
    return Address(driver.sqlalchemy, connection.user, connection.host, port, connection.database or database, query)


def _path(connection: Connection) -> str | None:
    said = connection.database or connection.host
    return said.removeprefix("file://") if said else None


def table(opening: Opening) -> Table:
    """The table that a dataset's name means, as database.schema.table; parts with dots stand in quotes.

    Names of more parts are those of schemas with dots that somebody did not quote. Of a DuckDB the file is the
    database, whatever a name of three parts calls it.
    """
    connection, driver = opening.reached()
    *above, name = parts_of(opening.name)
    if is_duckdb(opening) and len(above) > 1:
        above = above[1:]
    if driver.file:
        return Table(".".join(above) or None, name, connection.database)
    database = connection.database
    if database and opening.name.startswith(f"{database}."):  # its dots need no quotes
        *above, name = parts_of(opening.name[len(database) + 1 :])
    elif above and above[0] == database:
        above = above[1:]
    elif len(above) > 1:
        database, *above = above
    return Table(".".join(above) or None, name, database or None)


def is_duckdb(opening: Opening) -> bool:
    """Whether it is a table of a DuckDB, which is reached by DuckDB itself."""
    return opening.reached()[1].duckdb == "duckdb"


def path_in(opening: Opening) -> tuple[str, ...]:
    """The parts by which a connection to its database knows the table.

    DuckDB calls a catalog after its file, and refuses a schema of the same name without it.
    """
    where = table(opening)
    catalog = PurePath(where.database or "").name.lstrip(".").partition(".")[0] if is_duckdb(opening) else ""
    catalog += "_db" if catalog.lower() in _RESERVED else ""
    doubtful = (where.schema or "").lower() in {catalog.lower(), *CATALOGS}
    return (catalog, *parts(where)) if catalog and doubtful else parts(where)


def parts(where: Table) -> tuple[str, ...]:
    """The schema, if there is one, and the table."""
    return tuple(part for part in (where.schema, where.name) if part)


def add_engine(program: Program, opening: Opening) -> None:
    """`engine`: its password is looked up when the program runs."""
    connection, driver = opening.reached()
    where = address(connection, driver, table(opening).database)
    program.uses("import sqlalchemy")
    said = [f"    {name}={python(value)}," for name, value in where._asdict().items() if value]
    if connection.secret_reference:
        looked = secrets.python(connection.secret_reference)
        program.uses("import os" if looked.startswith("os.") else "import pathlib")
        said.insert(1, f"    password={looked},")
    program.add("address = sqlalchemy.URL.create(", *said, ")", "engine = sqlalchemy.create_engine(address)")


def add_query(program: Program, opening: Opening, fresh: Fresh | None) -> None:
    """`engine` and `query`: all columns that are known, rows beyond the watermark."""
    add_engine(program, opening)
    where = table(opening)
    files = opening.reached()[1].file
    columns = [f"    sqlalchemy.column({python(one.name)}{_type(one) if files else ''})," for one in opening.columns]
    schema = f"    schema={python(where.schema)}," if where.schema else None
    parts = [f"    {python(where.name)},", *columns, *([schema] if schema else [])]
    program.add("table = sqlalchemy.table(", *parts, ")")
    chosen = "table" if columns else "sqlalchemy.text('*')"
    program.add(f"query = sqlalchemy.select({chosen}).select_from(table)")
    limit = beyond(opening, fresh)
    if limit:
        program.lines[-1] += f".where(table.c[{python(limit.column.name)}] > {source.literal(program, limit)})"


def _type(column: Column) -> str:
    """SQLAlchemy's type, for databases that keep dates and decimals as texts and numbers."""
    family = column.family
    kinds = {"date": "Date()", "timestamp": "DateTime()", "boolean": "Boolean()"}
    if family == "decimal" and column.bounds[1] < 100:
        return f", sqlalchemy.Numeric(scale={column.bounds[1]})"
    return f", sqlalchemy.{kinds[family]}" if family in kinds else ""


def as_text(value: object) -> str:
    """A watermark as a text of SQL."""
    return value.isoformat(sep=" ") if isinstance(value, datetime.datetime) else str(value)
