"""Tables of databases, read with SQLAlchemy: counted where they lie, of many rows some, and all of it bounded."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from headwater_catalog.errors import ExtraMissing, HeadwaterError, InvalidRequest, Unavailable
from headwater_catalog.hidden import Hidden
from headwater_catalog.secret_patterns import redact_string
from headwater_catalog.templates import database, secrets
from headwater_catalog.templates.opening import Opening
from headwater_catalog.templates.quoting import sql_name
from headwater_ingestors.profiling.bounds import MOST_BYTES, MOST_COLUMNS, MOST_FETCHED, Bounds
from headwater_ingestors.profiling.engine import Loaded, run, too_slow
from headwater_ingestors.profiling.postgres import Counter

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

AT_A_TIME = 2_000
"""Rows of one fetch."""
CONNECTING = 20
"""Seconds for a connection."""


def load(
    connection: DuckDBPyConnection, opening: Opening, table: str, personal: Collection[str], bounds: Bounds
) -> Loaded:
    """Counted where it lies; of many rows some are read, by lot where the system draws lots."""
    try:
        import pyarrow
        import sqlalchemy.exc
    except ImportError:
        raise ExtraMissing("Profiles of databases need pyarrow", "files") from None
    figures: Mapping[int, Mapping[str, Any]] = {}
    late: list[bool] = []
    made = _engine(opening, bounds)
    try:
        with made.connect() as reading, _ended(reading, bounds, late):
            _timeout(reading, bounds)
            if reading.dialect.driver == "psycopg":
                from headwater_ingestors.profiling import odd

                odd.keep(reading.connection.driver_connection)
            names, rows, total = _rows(reading, opening, bounds)
            system = reading.dialect.name
        if system == "postgresql" and len(rows) < total:
            figures = _figures(made, opening, personal, total, bounds)
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise _said(getattr(error, "orig", None) or error, opening, bounds, late) from None
    finally:
        made.dispose()
    arrays = [_array(pyarrow, [row[number] for row in rows]) for number, _ in enumerate(names)]
    data = pyarrow.table(arrays, names=[f"c{number}" for number, _ in enumerate(names)])
    connection.register("told_rows", data)
    run(connection, bounds, f"CREATE TEMP TABLE {table} AS SELECT * FROM told_rows")
    connection.unregister("told_rows")
    kinds = tuple(row[1] for row in run(connection, bounds, f"DESCRIBE {table}"))
    return Loaded(table, tuple(names), kinds, total, len(rows), "sql", figures)


def _rows(reading: Any, opening: Opening, bounds: Bounds) -> tuple[list[str], Sequence[Any], int]:
    """Names, rows, and how many rows there are."""
    import sqlalchemy

    where = database.table(opening)
    columns: list[Any] = [sqlalchemy.column(one.name) for one in opening.columns[:MOST_COLUMNS]]
    told: Any = sqlalchemy.table(where.name, *columns, schema=where.schema)
    total = int(reading.execute(sqlalchemy.select(sqlalchemy.func.count()).select_from(told)).scalar_one())
    most = min(bounds.rows, MOST_FETCHED // max(len(columns), 1))
    drawn, share = total > most and reading.dialect.name == "postgresql", most / max(total, 1)
    if drawn and _has_pages(reading, where):
        told = told.tablesample(sqlalchemy.func.bernoulli(100 * share), seed=sqlalchemy.literal(7))
        drawn = False
    chosen = [told.c[one.name] for one in columns] or [sqlalchemy.text("*")]
    query = sqlalchemy.select(*chosen).select_from(told).limit(most)
    if drawn:  # a view has no pages to draw from
        reading.execute(sqlalchemy.text("SELECT setseed(0.7)"))
        query = query.where(sqlalchemy.func.random() < share)
    found = reading.execution_options(stream_results=True, max_row_buffer=AT_A_TIME).execute(query)
    named = list(found.keys())[:MOST_COLUMNS]
    return [str(name) for name in named], _fetched(found, bounds), total


def _fetched(found: Any, bounds: Bounds) -> list[Any]:
    """Rows; raises InvalidRequest where they are too large, Unavailable where they take too long."""
    rows: list[Any] = []
    size, until = 0, time.monotonic() + bounds.seconds
    for part in found.partitions(AT_A_TIME):
        rows += part
        size += sum(len(cell) for row in part for cell in row if isinstance(cell, str | bytes | list | dict))
        if size > MOST_BYTES:
            raise InvalidRequest(
                "too_large", f"{len(rows):,} of its rows have more than {MOST_BYTES // 2**20:,} MB.",
                "Read fewer (--rows).",
            )  # fmt: skip
        if time.monotonic() > until:
            raise too_slow(bounds)
    return rows


def _has_pages(reading: Any, where: database.Table) -> bool:
    """Whether it is a table or a materialized view, from which PostgreSQL draws lots."""
    import sqlalchemy

    query = sqlalchemy.text("SELECT relkind IN ('r', 'm', 'p') FROM pg_class WHERE oid = to_regclass(:name)")
    return bool(reading.execute(query, {"name": _quoted(where)}).scalar())


def _quoted(where: database.Table) -> str:
    return ".".join(sql_name(part, "postgres") for part in (where.schema, where.name) if part)


def _figures(
    made: Any, opening: Opening, personal: Collection[str], total: int, bounds: Bounds
) -> Mapping[int, Mapping[str, Any]]:
    """What PostgreSQL counts of all rows."""
    with made.connect().execution_options(isolation_level="AUTOCOMMIT") as counting:
        plain = counting.connection.driver_connection
        plain.execute("SET TIME ZONE 'UTC'")
        counter = Counter(plain, _quoted(database.table(opening)), Hidden(personal), bounds)
        return counter.figures(opening.columns[:MOST_COLUMNS], total)


@contextmanager
def _ended(reading: Any, bounds: Bounds, late: list[bool]) -> Iterator[None]:
    """Ends what is asked when time is up, of systems that have no timeout of their own. late: whether it was ended."""
    plain = reading.connection.driver_connection
    stop = getattr(plain, "interrupt", None) or getattr(plain, "cancel", None)

    def end() -> None:
        late.append(True)
        if stop is not None:
            stop()

    timer = threading.Timer(3 * bounds.seconds, end)  # a count, a sample, and the rows of it
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _said(error: BaseException, opening: Opening, bounds: Bounds, late: Sequence[bool]) -> HeadwaterError:
    """What a driver says: of time that is up, of a database that is not to be reached, or gives nothing."""
    text = str(error).lower()
    if late or "timeout" in text or "timed out" in text or "max_statement_time" in text:
        return too_slow(bounds)
    first = redact_string(str(error).strip().partition("\n")[0])[:300]
    rule = (
        f"Correct the connection rule for {opening.rule}"
        if opening.rule
        else f"No connection rule says how {opening.namespace} is reached: make one, with user and secret_reference"
    )
    return Unavailable(
        "database_refuses",
        f"Its database does not give it: {first}",
        f"{rule} (`headwater connections apply`); or crawl the table again.",
    )


def _engine(opening: Opening, bounds: Bounds) -> Any:
    import sqlalchemy.exc

    reached, driver = opening.reached()
    said = database.address(reached, driver, database.table(opening).database)
    password = secrets.value(reached.secret_reference) if reached.secret_reference else None
    options: dict[str, Any] = {**said._asdict(), "query": said.query}
    try:
        url = sqlalchemy.URL.create(password=password, **options)
        return sqlalchemy.create_engine(url, hide_parameters=True, connect_args=_patience(url, bounds))
    except (ImportError, sqlalchemy.exc.ArgumentError):
        raise Unavailable(
            "no_driver", f"The driver {said.drivername} is not installed.", "Install it with pip beside Headwater."
        ) from None


def _patience(url: Any, bounds: Bounds) -> dict[str, Any]:
    """How long a driver waits for a host that does not answer."""
    waits = max(int(min(bounds.seconds, CONNECTING)), 1)
    answers = max(int(bounds.seconds), 1) + waits
    known: dict[str, dict[str, Any]] = {
        "postgresql": {"connect_timeout": max(waits, 2)},
        "mysql": {"connect_timeout": waits, "read_timeout": answers, "write_timeout": answers},
        "sqlite": {"timeout": waits, "check_same_thread": False},
    }
    name = url.get_backend_name()
    return known.get("mysql" if name == "mariadb" else name, {})


def _timeout(reading: Any, bounds: Bounds) -> None:
    """Where the system has one."""
    import sqlalchemy

    statement = {
        "postgresql": f"SET statement_timeout = {int(bounds.seconds * 1000)}",
        "mysql": f"SET SESSION max_execution_time = {int(bounds.seconds * 1000)}",
        "mariadb": f"SET SESSION max_statement_time = {bounds.seconds}",
    }.get(reading.dialect.name)
    if statement:
        reading.execute(sqlalchemy.text(statement))


def _array(pyarrow: Any, values: Sequence[Any]) -> Any:
    """Values of one type as Arrow has it; else as texts."""
    plain = [json.dumps(one, default=str) if isinstance(one, dict | list) else one for one in values]
    if any(isinstance(one, Decimal) and not one.is_finite() for one in plain):
        plain = [float(one) if isinstance(one, Decimal) else one for one in plain]
    try:
        found = pyarrow.array(plain)
        return found.cast(pyarrow.string()) if pyarrow.types.is_null(found.type) else found
    except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, OverflowError):
        return pyarrow.array([None if one is None else str(one) for one in plain])
