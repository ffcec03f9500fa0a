"""A dataset's rows, or a sample of them, as a table of DuckDB with the columns c0, c1 …"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.templates import database, duckdb, parts, source
from headwater_catalog.templates.missing import NoTemplate, Unknown
from headwater_catalog.templates.opening import Opening
from headwater_catalog.templates.quoting import sql, sql_name
from headwater_ingestors.profiling import apart, databases, measuring, pushed
from headwater_ingestors.profiling.bounds import MOST_CELLS, MOST_COLUMNS, Bounds
from headwater_ingestors.profiling.engine import Loaded, run

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LEAST_OBJECT: Final = 1_048_576
_EMPTY: Final = "Profile it when something is in it, or tell its schema facet."


def load(
    connection: DuckDBPyConnection, opening: Opening, table: str, personal: Collection[str], bounds: Bounds
) -> Loaded:
    """Read a dataset, at most so many rows of it; of the others its database may count what it can.

    Raises HeadwaterError with what the catalog or the machine lacks.
    """
    try:
        if opening.in_files:
            return _files(connection, opening, table, bounds)
        if opening.reached()[0].driver == "duckdb":
            return _attached(connection, opening, table, personal, bounds)
        return databases.load(connection, opening, table, personal, bounds)
    except Unknown as unknown:
        raise NoTemplate(opening.shown, unknown.missing) from None


def _files(connection: DuckDBPyConnection, opening: Opening, table: str, bounds: Bounds) -> Loaded:
    where, copied = source.root(opening), duckdb.copying(opening)
    with tempfile.TemporaryDirectory(prefix="headwater-profile-") as folder:
        copier, arguments = copied or (None, ())
        asked = apart.Asked(where, source.pattern(opening), folder, copier, arguments)
        files = apart.files(asked, bounds.seconds)
        if opening.read_format().name == "csv" and not any(map(parts.filled, files)):
            if not opening.columns:
                raise InvalidRequest("no_columns", "Nothing is in its files, and its columns are not known.", _EMPTY)
            return sampled(connection, duckdb.nothing(opening), {}, table, bounds)
        given: dict[str, object] = {"files": [parts.literal(path) for path in files]}
        if opening.partitions:
            given["root"] = folder if copied else where
        return sampled(connection, duckdb.scan(opening, _longest(opening, files)), given, table, bounds)


def _longest(opening: Opening, files: Sequence[str]) -> int:
    """Bytes that a document may have: no more than the largest file, where sizes are known; packed ones grow."""
    packed = opening.format is not None and opening.format.compression is not None
    if packed or any("://" in path for path in files):
        return duckdb.MOST_OBJECT
    largest = max(os.path.getsize(path) for path in files)
    return min(max(largest, LEAST_OBJECT), duckdb.MOST_OBJECT)


def _attached(
    connection: DuckDBPyConnection, opening: Opening, table: str, personal: Collection[str], bounds: Bounds
) -> Loaded:
    reached, driver = opening.reached()
    where = database.table(opening)
    path = database.address(reached, driver, where.database).database or ""
    run(connection, bounds, f"ATTACH {sql(path)} AS {table}_source (READ_ONLY)")
    name = ".".join(sql_name(part) for part in (f"{table}_source", where.schema, where.name) if part)
    try:
        loaded = sampled(connection, f"SELECT * FROM {name}", {}, table, bounds)
        if loaded.whole:
            return loaded
        numbered = ", ".join(f"c{number}" for number, _ in enumerate(loaded.names))
        whole = replace(loaded, table=f"{name} AS told({numbered})", read=loaded.rows)
        return replace(loaded, figures=pushed.of_duckdb(connection, whole, measuring.asked_of(whole, personal), bounds))
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
