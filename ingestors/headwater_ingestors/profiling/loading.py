"""A dataset's rows, or a sample of them, as a table of DuckDB with the columns c0, c1 …"""

from __future__ import annotations

import json
import os
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from headwater_catalog.errors import ExtraMissing, InvalidRequest, Unavailable
from headwater_catalog.secret_patterns import redact_string
from headwater_catalog.templates import database, duckdb, parts, secrets, source
from headwater_catalog.templates.missing import NoTemplate, Unknown, lacking
from headwater_catalog.templates.opening import Opening
from headwater_catalog.templates.quoting import sql, sql_name
from headwater_ingestors.profiling.bounds import MOST_CELLS, MOST_COLUMNS, MOST_FETCHED, Bounds

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY: Final = "1GB"
LEAST_OBJECT: Final = 1_048_576


@dataclass(frozen=True, slots=True)
class Loaded:
    """A table of DuckDB. rows: of the dataset; read: that the table has; method: what counted the rows."""

    table: str
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: int
    read: int
    method: str

    @property
    def whole(self) -> bool:
        """Whether every row was read."""
        return self.rows == self.read


@contextmanager
def engine(bounds: Bounds) -> Iterator[DuckDBPyConnection]:
    """DuckDB in memory, bounded; raises ExtraMissing."""
    try:
        import duckdb as library
    except ImportError:
        raise ExtraMissing("Profiles need DuckDB", "files") from None
    with tempfile.TemporaryDirectory(prefix="headwater-profile-") as folder, library.connect() as connection:
        connection.execute(f"SET temp_directory = {sql(folder)}")
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET autoinstall_known_extensions = false")
        yield connection


def run(connection: DuckDBPyConnection, bounds: Bounds, statement: str, given: object = None) -> list[tuple[Any, ...]]:
    """The rows of a statement; raises Unavailable where it takes too long, NoTemplate's kin where it fails."""
    import duckdb as library

    timer = threading.Timer(bounds.seconds, connection.interrupt)
    timer.start()
    try:
        return connection.execute(statement, given).fetchall()
    except library.InterruptException:
        raise Unavailable(
            "profile_timeout",
            f"A statement took more than {bounds.seconds} s.",
            "Read less (--rows), or give it longer (--timeout).",
        ) from None
    except library.Error as error:
        raise failed(error) from None
    finally:
        timer.cancel()


def failed(error: Exception) -> InvalidRequest:
    """What an engine says of data that is not as the catalog has it."""
    first = redact_string(str(error).strip().partition("\n")[0])[:300]
    return InvalidRequest(
        "unreadable_data",
        f"It cannot be read as the catalog describes it: {first}",
        "Crawl it again, or correct its facets headwater_format, headwater_location, schema.",
    )


def load(connection: DuckDBPyConnection, opening: Opening, table: str, bounds: Bounds) -> Loaded:
    """Read a dataset, at most so many rows of it; raises HeadwaterError with what the catalog or the machine lacks."""
    try:
        if opening.in_files:
            return _files(connection, opening, table, bounds)
        if opening.reached()[0].driver == "duckdb":
            return _attached(connection, opening, table, bounds)
        return _database(connection, opening, table, bounds)
    except Unknown as unknown:
        raise NoTemplate(opening.shown, unknown.missing) from None


def _files(connection: DuckDBPyConnection, opening: Opening, table: str, bounds: Bounds) -> Loaded:
    where = source.root(opening)
    lister = parts.listed_far if "://" in where else parts.listed
    try:
        files = lister(where, source.pattern(opening))
        if not files:
            raise lacking(
                "no_files", "No files are where it should lie.", "Crawl it again, or run this where they are."
            )
        copied = duckdb.copying(opening)
        with tempfile.TemporaryDirectory(prefix="headwater-profile-") as folder:
            root = where
            if copied:
                files = [getattr(parts, copied[0])(path, where, folder, *copied[1]) for path in files]
                root = folder
            given = {"files": files} | ({"root": root} if opening.partitions else {})
            return sampled(connection, duckdb.scan(opening, _longest(opening, files)), given, table, bounds)
    except (OSError, UnicodeError, ValueError, EOFError) as error:
        raise failed(error) from None


def _longest(opening: Opening, files: Sequence[str]) -> int:
    """Bytes that a document may have: no more than the largest file, where sizes are known; packed ones grow."""
    packed = opening.format is not None and opening.format.compression is not None
    if packed or any("://" in path for path in files):
        return duckdb.MOST_OBJECT
    largest = max(os.path.getsize(path) for path in files)
    return min(max(largest, LEAST_OBJECT), duckdb.MOST_OBJECT)


def _attached(connection: DuckDBPyConnection, opening: Opening, table: str, bounds: Bounds) -> Loaded:
    reached, driver = opening.reached()
    where = database.table(opening)
    path = database.address(reached, driver, where.database).database or ""
    run(connection, bounds, f"ATTACH {sql(path)} AS {table}_source (READ_ONLY)")
    name = ".".join(sql_name(part) for part in (f"{table}_source", where.schema, where.name) if part)
    try:
        return sampled(connection, f"SELECT * FROM {name}", {}, table, bounds)
    finally:
        run(connection, bounds, f"DETACH {table}_source")


def sampled(
    connection: DuckDBPyConnection, scan: str, given: Mapping[str, object], table: str, bounds: Bounds
) -> Loaded:
    """What a SELECT gives, as a table; rows by lot where there are too many: the lot is the same each time."""
    described = run(connection, bounds, f"DESCRIBE {scan}", given)[:MOST_COLUMNS]
    names = tuple(row[0] for row in described)
    if not names:
        raise InvalidRequest("no_columns", "It has no columns.", "Crawl it again.")
    numbered = ", ".join(f"c{number}" for number, _ in enumerate(described))
    ((rows,),) = run(connection, bounds, f"SELECT count(*) FROM ({scan})", given)
    most = min(bounds.rows, MOST_CELLS // len(names))
    few = f" USING SAMPLE reservoir({most} ROWS) REPEATABLE (7)" if rows > most else ""
    made = f"CREATE TEMP TABLE {table} AS SELECT {numbered} FROM ({scan}) AS told({numbered}){few}"
    run(connection, bounds, made, given)
    return Loaded(table, names, tuple(row[1] for row in described), rows, min(rows, most), "duckdb")


def _database(connection: DuckDBPyConnection, opening: Opening, table: str, bounds: Bounds) -> Loaded:
    """Counted where it lies; of many rows some are read, by lot where the system draws lots."""
    try:
        import pyarrow
        import sqlalchemy.exc
    except ImportError:
        raise ExtraMissing("Profiles of databases need pyarrow", "files") from None
    try:
        with _engine(opening).connect() as reading:
            _timeout(reading, bounds)
            names, rows, total = _rows(reading, opening, bounds)
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise failed(getattr(error, "orig", None) or error) from None
    arrays = [_array(pyarrow, [row[number] for row in rows]) for number, _ in enumerate(names)]
    data = pyarrow.table(arrays, names=[f"c{number}" for number, _ in enumerate(names)])
    connection.register("told_rows", data)
    run(connection, bounds, f"CREATE TEMP TABLE {table} AS SELECT * FROM told_rows")
    connection.unregister("told_rows")
    kinds = tuple(row[1] for row in run(connection, bounds, f"DESCRIBE {table}"))
    return Loaded(table, tuple(names), kinds, total, len(rows), "sql")


def _rows(reading: Any, opening: Opening, bounds: Bounds) -> tuple[list[str], Sequence[Any], int]:
    """Names, rows, and how many rows there are."""
    import sqlalchemy

    where = database.table(opening)
    columns: list[Any] = [sqlalchemy.column(one.name) for one in opening.columns[:MOST_COLUMNS]]
    told: Any = sqlalchemy.table(where.name, *columns, schema=where.schema)
    total = int(reading.execute(sqlalchemy.select(sqlalchemy.func.count()).select_from(told)).scalar_one())
    most = min(bounds.rows, MOST_FETCHED // max(len(columns), 1))
    if total > most and reading.dialect.name == "postgresql":
        told = told.tablesample(sqlalchemy.func.bernoulli(100 * most / total), seed=sqlalchemy.literal(7))
    chosen = [told.c[one.name] for one in columns] or [sqlalchemy.text("*")]
    found = reading.execute(sqlalchemy.select(*chosen).select_from(told).limit(most))
    named = list(found.keys())[:MOST_COLUMNS]
    return [str(name) for name in named], found.fetchall(), total


def _engine(opening: Opening) -> Any:
    import sqlalchemy.exc

    reached, driver = opening.reached()
    said = database.address(reached, driver, database.table(opening).database)
    password = secrets.value(reached.secret_reference) if reached.secret_reference else None
    options: dict[str, Any] = {**said._asdict(), "query": said.query}
    try:
        return sqlalchemy.create_engine(sqlalchemy.URL.create(password=password, **options), hide_parameters=True)
    except (ImportError, sqlalchemy.exc.ArgumentError):
        raise Unavailable(
            "no_driver", f"The driver {said.drivername} is not installed.", "Install it with pip beside Headwater."
        ) from None


def _timeout(reading: Any, bounds: Bounds) -> None:
    """Where the system has one."""
    import sqlalchemy

    statement = {
        "postgresql": f"SET statement_timeout = {bounds.seconds * 1000}",
        "mysql": f"SET SESSION max_execution_time = {bounds.seconds * 1000}",
        "mariadb": f"SET SESSION max_statement_time = {bounds.seconds}",
    }.get(reading.dialect.name)
    if statement:
        reading.execute(sqlalchemy.text(statement))


def _array(pyarrow: Any, values: Sequence[Any]) -> Any:
    """Values of one type as Arrow has it; else as texts."""
    plain = [json.dumps(one, default=str) if isinstance(one, dict | list) else one for one in values]
    try:
        found = pyarrow.array(plain)
        return found.cast(pyarrow.string()) if pyarrow.types.is_null(found.type) else found
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, OverflowError):
        return pyarrow.array([None if one is None else str(one) for one in plain])
