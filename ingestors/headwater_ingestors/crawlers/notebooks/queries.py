"""SQL in notebooks: the tables and files that it reads and writes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from headwater_ingestors.crawlers.crawler import Name
from headwater_ingestors.crawlers.notebooks.values import Access, Found, Place, Unknown
from headwater_ingestors.crawlers.sql.dialects import defaults_of, dialect_of, namespace_of
from headwater_ingestors.crawlers.sql.naming import Naming
from headwater_ingestors.crawlers.sql.parsing import FAULTS, parse
from headwater_ingestors.crawlers.sql.script import Script
from headwater_ingestors.crawlers.sql.values import Bounds, TableName

BOUNDS: Final = Bounds(statements=200, characters=200_000, tokens=20_000, seconds=5.0)
UNREAD: Final = frozenset({"unparsed", "unsupported", "too-large", "too-slow", "too-many-statements", "template"})
"""Gaps that cost tables; the others are of columns, of which nothing is told here."""
_FILE: Final = re.compile(
    r"\.(csv|tsv|parquet|json|jsonl|ndjson|arrow|feather|xlsx|avro|orc|txt)(\.\w{2,4})?$", re.IGNORECASE
)
_READERS: Final = re.compile(r"^(read_\w+|parquet_scan|csv_scan|scan_\w+|delta_scan|iceberg_scan)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Queries:
    """Reads SQL. place: where it is sent to unless the code says so; file: what a path in SQL is called.

    folder: to which addresses of database files are relative.
    """

    place: Place
    file: Callable[[str], Name | None]
    folder: str

    def read(self, text: str, place: Place, line: int, by: str, variables: Collection[str] = ()) -> Iterator[Found]:
        """What a text does. variables: names of data in memory, which DuckDB reads as tables."""
        place = self._placed(place)
        naming = self._naming(place)
        defaults = defaults_of(naming.dialect, place.database, place.schema)
        pieces = parse(text, naming.dialect, BOUNDS)
        statements = Script(pieces, naming.dialect, defaults, BOUNDS).read({})
        for statement, piece in zip(statements, pieces, strict=True):
            at = line + statement.line - 1
            for gap in statement.gaps:
                if gap.code in UNREAD:
                    yield Unknown(at, gap.code, gap.sentence)
            for path, writes in _files(piece.tree):
                name = self.file(path)
                if name:
                    yield Access(writes, name, at, by)
            tables = [(table, False) for table in statement.reads]
            tables += [(one.table, True) for one in statement.writes if not one.temporary]
            for table, writes in tables:
                name = self._name(table, place, naming, variables)
                if name:
                    yield Access(writes, name, at, by)

    def table(self, said: str, place: Place, schema: str | None = None) -> Name | None:
        """The table of a name that is given as such."""
        place = self._placed(place)
        naming = self._naming(place)
        try:
            parts = [part.name for part in exp.to_table(said, dialect=naming.dialect).parts]
        except FAULTS:
            return None
        if schema and len(parts) == 1:
            parts = [schema, *parts]
        defaults = defaults_of(naming.dialect, place.database, place.schema)
        if len(parts) == 1 and defaults.schema:
            parts = [defaults.schema, *parts]
        if len(parts) == 2 and defaults.database:
            parts = [defaults.database, *parts]
        return None if place.memory else naming.dataset(tuple(parts))

    def _name(self, table: TableName, place: Place, naming: Naming, variables: Collection[str]) -> Name | None:
        last = table[-1] if table else ""
        if not last:
            return None
        if _FILE.search(last) or "/" in last:
            return self.file(last)
        in_python = {one.lower() for one in variables} if place.dialect in ("duckdb", "spark") else set()
        if place.memory or ((len(table) == 1 or place.dialect == "duckdb") and last.lower() in in_python):
            return None
        return naming.dataset(table)

    def _placed(self, place: Place) -> Place:
        """Where nobody says which database it is, that of the options."""
        default = self.place
        if place.memory:
            return place
        if place.namespace is None and place.dialect in (None, default.dialect):
            database, schema = place.database or default.database, place.schema or default.schema
            return Place(default.dialect, default.namespace, database, schema)
        kind, _, path = (place.namespace or "").partition("://")
        if kind not in ("duckdb", "sqlite") or path.startswith("md:"):
            return place
        path = posixpath.normpath(posixpath.join(self.folder, path))
        stem = posixpath.splitext(posixpath.basename(path))[0] if kind == "duckdb" else None
        return Place(place.dialect, f"{kind}://{path}", stem, place.schema)

    def _naming(self, place: Place) -> Naming:
        dialect = dialect_of(place.dialect or "duckdb")
        return Naming(place.namespace or namespace_of(dialect), dialect)


def _files(tree: exp.Expr | None) -> Iterator[tuple[str, bool]]:
    """(path, whether it is written) of files that functions and COPY name."""
    if tree is None:
        return
    for one in tree.find_all(exp.ReadCSV, exp.ReadParquet, exp.Anonymous):
        if isinstance(one, exp.Anonymous) and not _READERS.match(one.name):
            continue
        first = one.expressions[0] if isinstance(one, exp.Anonymous | exp.ReadParquet) and one.expressions else one.this
        for literal in [first] if isinstance(first, exp.Literal) else getattr(first, "expressions", []):
            if isinstance(literal, exp.Literal) and literal.is_string:
                yield literal.this, False
    if isinstance(tree, exp.Copy):
        for file in tree.args.get("files") or ():
            if isinstance(file, exp.Expr) and file.name:
                yield file.name, not tree.args.get("kind")
