"""Calls that read and write data: pandas, polars, DuckDB, Spark, SQLAlchemy, drivers of databases, NumPy, joblib."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from headwater_ingestors.crawlers.crawler import Name
from headwater_ingestors.crawlers.notebooks import places
from headwater_ingestors.crawlers.notebooks.queries import Queries
from headwater_ingestors.crawlers.notebooks.resolving import arguments, keywords, resolve
from headwater_ingestors.crawlers.notebooks.values import Access, Found, Known, Module, Place, Unknown, Value

FRAMES: Final = ("pandas", "polars", "dask.dataframe", "geopandas", "modin.pandas", "pyspark.pandas", "cudf", "duckdb")
NO_FILES: Final = frozenset({"read_clipboard", "read_gbq", "read_database", "read_database_uri", "read_html"})
WRITERS: Final = frozenset(
    {"to_csv", "to_parquet", "to_feather", "to_excel", "to_pickle", "to_json", "to_hdf", "to_orc", "to_stata"}
    | {"to_delta", "write_csv", "write_parquet", "write_ipc", "write_ndjson", "write_json", "write_avro"}
    | {"write_excel", "write_delta", "sink_csv", "sink_parquet", "sink_ipc", "sink_ndjson"}
)
PATHS: Final = ("path", "path_or_buf", "filepath_or_buffer", "io", "source", "file", "excel_writer", "fname", "url")
LOADERS: Final = frozenset({"numpy.load", "numpy.loadtxt", "numpy.genfromtxt", "joblib.load", "torch.load"})
DUMPERS: Final = {"numpy.save": 0, "numpy.savez": 0, "numpy.savetxt": 0, "joblib.dump": 1, "torch.save": 1}
SPARK_FILES: Final = frozenset({"csv", "parquet", "json", "orc", "text", "avro", "delta", "load", "save"})
SPARK_TABLES: Final = frozenset({"table", "saveAsTable", "insertInto", "toTable"})
SENDERS: Final = frozenset({"execute", "sql", "query", "from_query", "executemany", "execute_sql", "driver_connect"})
_VERBS: Final = ("select", "with", "insert", "create", "update", "delete", "merge", "copy", "from", "replace", "drop")


@dataclass(frozen=True, slots=True)
class Calls:
    """Reads calls. file: what a path is called; queries: what reads SQL."""

    file: Callable[[str], Name | None]
    queries: Queries

    def read(self, call: ast.Call, known: Known) -> Iterator[Found]:
        """What a call reads or writes, or why that is not known; nothing for calls of other kinds."""
        function = resolve(call.func, known)
        if isinstance(function, Module):
            yield from self._of_module(function.name, call, known)
            return
        if isinstance(call.func, ast.Name) and call.func.id == "open" and "open" not in known:
            yield from self._opened(call, known)
        if not isinstance(call.func, ast.Attribute):
            return
        method, chain = call.func.attr, _chain(call.func)
        if method in WRITERS:
            yield from self._path(call, known, method, writes=True)
        elif method in ("to_sql", "write_database"):
            yield from self._to_sql(call, known, method)
        elif {"read", "readStream", "write", "writeStream", "writeTo"} & set(chain):
            yield from self._spark(call, known, chain)
        elif method == "table" and resolve(call.func.value, known) == places.spark():
            yield from self._table(call, known, "table", places.spark(), writes=False)
        elif method in SENDERS:
            yield from self._sent(call, known, method)

    def _of_module(self, name: str, call: ast.Call, known: Known) -> Iterator[Found]:
        module, _, last = name.rpartition(".")
        if module in FRAMES and last.startswith(("read_sql", "read_database")):
            yield from self._read_sql(call, known, last)
        elif (module in FRAMES and last.startswith(("read_", "scan_")) and last not in NO_FILES) or name in LOADERS:
            yield from self._path(call, known, last, writes=False)
        elif name in DUMPERS:
            yield from self._path(call, known, last, writes=True, place=DUMPERS[name])
        elif module == "duckdb" and last in SENDERS:
            yield from self._sent(call, known, last, Place("duckdb", memory=True))

    def _path(self, call: ast.Call, known: Known, by: str, *, writes: bool, place: int = 0) -> Iterator[Found]:
        given, named = arguments(call, known), keywords(call, known)
        key = next((one for one in PATHS if one in named), None)
        if len(given) <= place and key is None:
            return  # to_csv() gives a text
        value = given[place] if len(given) > place else named.get(key or "")
        for one in value if isinstance(value, tuple) else (value,):
            yield self._file(one, call.lineno, by, writes)

    def _file(self, value: Value | None, line: int, by: str, writes: bool) -> Found:
        name = self.file(value) if isinstance(value, str) else None
        if name is None:
            what = "writes" if writes else "reads"
            return Unknown(line, "unresolved-path", f"What {by} {what} is no constant and none that could be followed.")
        return Access(writes, name, line, by)

    def _opened(self, call: ast.Call, known: Known) -> Iterator[Found]:
        """open(): only of what is known, for most files that a notebook opens are no data."""
        given, named = arguments(call, known), keywords(call, known)
        mode = given[1] if len(given) > 1 else named.get("mode", "r")
        if given and isinstance(given[0], str) and isinstance(mode, str):
            name = self.file(given[0])
            if name:
                yield Access(any(sign in mode for sign in "wax"), name, call.lineno, "open")

    def _read_sql(self, call: ast.Call, known: Known, by: str) -> Iterator[Found]:
        given, named = arguments(call, known), keywords(call, known)
        said = given[0] if given else next((named[one] for one in ("sql", "query", "table_name") if one in named), None)
        con = (
            given[1]
            if len(given) > 1
            else next((named[one] for one in ("con", "connection", "uri") if one in named), None)
        )
        place = _place(con)
        if not isinstance(said, str):
            yield Unknown(
                call.lineno, "unresolved-query", f"The query of {by} is no constant and could not be followed."
            )
        elif by == "read_sql_table" or (by == "read_sql" and " " not in said.strip()):
            yield from self._named(said, place, named.get("schema"), call.lineno, by, writes=False)
        else:
            yield from self.queries.read(said, place, call.lineno, by)

    def _to_sql(self, call: ast.Call, known: Known, by: str) -> Iterator[Found]:
        given, named = arguments(call, known), keywords(call, known)
        said = given[0] if given else named.get("name") or named.get("table_name")
        con = given[1] if len(given) > 1 else named.get("con") or named.get("connection")
        yield from self._named(said, _place(con), named.get("schema"), call.lineno, by, writes=True)

    def _named(
        self, said: Value | None, place: Place, schema: Value | None, line: int, by: str, *, writes: bool
    ) -> Iterator[Found]:
        if place.memory:
            return
        name = (
            self.queries.table(said, place, schema if isinstance(schema, str) else None)
            if isinstance(said, str)
            else None
        )
        if name is None:
            yield Unknown(line, "unresolved-table", f"The table of {by} is no constant and could not be followed.")
        else:
            yield Access(writes, name, line, by)

    def _table(self, call: ast.Call, known: Known, by: str, place: Place, *, writes: bool) -> Iterator[Found]:
        given = arguments(call, known)
        yield from self._named(given[0] if given else None, place, None, call.lineno, by, writes=writes)

    def _spark(self, call: ast.Call, known: Known, chain: Mapping[str, ast.Call | None]) -> Iterator[Found]:
        """`spark.read.format(…).load(path)`, `frame.write.saveAsTable(name)`, `frame.writeTo(name).append()`."""
        method = next(iter(chain))
        writes = bool({"write", "writeStream", "writeTo"} & set(chain))
        if method == "writeTo":
            yield from self._table(call, known, method, places.spark(), writes=True)
        elif method in SPARK_TABLES:
            yield from self._table(call, known, method, places.spark(), writes=writes)
        elif method == "jdbc":
            given, named = arguments(call, known), keywords(call, known)
            url = given[0] if given else named.get("url")
            said = given[1] if len(given) > 1 else named.get("table") or named.get("dbtable")
            place = places.address(url) if isinstance(url, str) else Place()
            yield from self._named(said, place, None, call.lineno, method, writes=writes)
        elif method in SPARK_FILES and (call.args or call.keywords):
            yield from self._path(call, known, method, writes=writes)

    def _sent(self, call: ast.Call, known: Known, by: str, otherwise: Place | None = None) -> Iterator[Found]:
        """A text that is sent to a database; where the database is not known, only one that looks like SQL."""
        of = resolve(call.func.value, known) if isinstance(call.func, ast.Attribute) else None
        place = of if isinstance(of, Place) else otherwise
        given = arguments(call, known)
        said = given[0] if given else None
        if not isinstance(said, str):
            if place is not None and call.args:
                yield Unknown(
                    call.lineno, "unresolved-query", f"The query of {by} is no constant and could not be followed."
                )
            return
        if place is None and not said.lstrip(" \n\t(").lower().startswith(_VERBS):
            return
        if place is None:
            place = places.spark() if isinstance(call.func, ast.Attribute) and _is_spark(call.func.value) else Place()
        yield from self.queries.read(said, place, call.lineno, by, variables=known)


def _chain(node: ast.expr) -> dict[str, ast.Call | None]:
    """Attributes and methods from the last to the first: `load, option, format, read` of spark.read.format(…)…."""
    found: dict[str, ast.Call | None] = {}
    call: ast.Call | None = None
    for _ in range(100):
        if isinstance(node, ast.Call):
            call, node = node, node.func
        elif isinstance(node, ast.Attribute):
            found.setdefault(node.attr, call)
            call, node = None, node.value
        else:
            break
    return found


def _is_spark(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("spark", "sqlContext")


def _place(value: Value | None) -> Place:
    if isinstance(value, str):
        return places.address(value)
    return value if isinstance(value, Place) else Place()
