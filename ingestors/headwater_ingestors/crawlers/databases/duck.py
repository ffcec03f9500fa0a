"""DuckDB by its own catalog functions: its SQLAlchemy dialect asks for types of PostgreSQL that it does not have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, suppress
from typing import Any, Final

from headwater_catalog.errors import ExtraMissing
from headwater_catalog.facets.relation import Attribute, Check, ForeignKey, Index, Relation, Size, UniqueKey
from headwater_catalog.schemas.ddl import quoting
from headwater_catalog.schemas.table_names import dotted
from headwater_ingestors.crawlers.databases.filters import Filter
from headwater_ingestors.crawlers.databases.found import Place, Table, Told, query_of
from headwater_ingestors.crawlers.databases.refusals import SourceUnreachable
from headwater_ingestors.crawlers.databases.secrets import without_secrets
from headwater_ingestors.crawlers.databases.sizes import rounded
from headwater_ingestors.crawlers.databases.target import Target
from headwater_ingestors.crawlers.datasets import Field

QUERIES: Final = {
    "tables": "SELECT *, false AS view, table_name AS name FROM duckdb_tables() WHERE NOT internal AND NOT temporary",
    "views": "SELECT *, true AS view, view_name AS name FROM duckdb_views() WHERE NOT internal AND NOT temporary",
    "columns": "SELECT * FROM duckdb_columns() WHERE NOT internal ORDER BY table_oid, column_index",
    "constraints": "SELECT * FROM duckdb_constraints() ORDER BY table_oid, constraint_name, constraint_index",
    "indexes": "SELECT * REPLACE (TRY_CAST(expressions AS VARCHAR[]) AS expressions) FROM duckdb_indexes()"
    " ORDER BY table_oid, index_name",
}
"""All that is asked, whatever the number of tables."""
Row = Mapping[str, Any]
Rows = Mapping[int, list[Row]]


def tables(target: Target, only: Filter, seconds: float) -> Iterator[Told]:
    """Tables, then views, of the file that is opened for reading alone; raises SourceUnreachable.

    seconds: not used; nothing is asked of the data.
    """
    return _told(target, only, _asked(target))


def open_tables(connection: Any, target: Target, only: Filter) -> Iterator[Told]:
    """The same of a file that this process has open already: DuckDB lets nobody open it twice."""
    return _told(target, only, _rows(connection))


def _told(target: Target, only: Filter, found: Mapping[str, list[Row]]) -> Iterator[Told]:
    by_table = {name: _by_table(found[name]) for name in ("columns", "constraints", "indexes")}
    for row in (*found["tables"], *found["views"]):
        if row["schema_name"] in only:
            yield _table(target, row, by_table)


def _asked(target: Target) -> dict[str, list[Row]]:
    try:
        import duckdb
    except ImportError:
        raise ExtraMissing("Crawling DuckDB needs duckdb", "files") from None
    try:
        with closing(duckdb.connect(str(target.file), read_only=True)) as connection:
            connection.execute("SET enable_external_access = false")
            _bind(connection)
            connection.execute("BEGIN TRANSACTION")
            return _rows(connection)
    except duckdb.Error as error:
        # What it says of a lock names the process that has it, which people need.
        raise SourceUnreachable(target.namespace, without_secrets(str(error).split("\n", 1)[0])[:300]) from None


def _bind(connection: Any) -> None:
    """Have DuckDB look at what views read: else it lists the columns that these had when a view was made.

    In no transaction, which one view that cannot be bound any more would end; that one keeps its columns.
    """
    import duckdb

    for view in _dictionaries(connection.execute(QUERIES["views"])):
        name = quoting.path(view[part] for part in ("database_name", "schema_name", "view_name"))
        with suppress(duckdb.Error):
            connection.execute(f"DESCRIBE {name}")


def _rows(connection: Any) -> dict[str, list[Row]]:
    return {name: _dictionaries(connection.execute(query)) for name, query in QUERIES.items()}


def _dictionaries(result: Any) -> list[Row]:
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _by_table(rows: list[Row]) -> Rows:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["table_oid"]].append(row)
    return found


def _table(target: Target, row: Row, by_table: Mapping[str, Rows]) -> Table:
    oid = row["view_oid"] if row["view"] else row["table_oid"]
    columns = by_table["columns"].get(oid, [])
    constraints = by_table["constraints"].get(oid, [])
    place = Place(target.parts(row["schema_name"], row["name"]), "VIEW" if row["view"] else "TABLE")
    keys = [one for one in constraints if one["constraint_type"] in ("PRIMARY KEY", "UNIQUE")]
    relation = Relation(
        dialect="duckdb",
        attributes=tuple(_attribute(one) for one in columns),
        primary_key=next((_key(one) for one in keys if one["constraint_type"] == "PRIMARY KEY"), None),
        unique_keys=tuple(_key(one) for one in keys if one["constraint_type"] == "UNIQUE"),
        foreign_keys=tuple(_foreign_key(target, one) for one in constraints if one["constraint_type"] == "FOREIGN KEY"),
        checks=tuple(
            Check(one.get("constraint_name"), without_secrets(one["expression"]))
            for one in constraints
            if one["constraint_type"] == "CHECK"
        ),
        indexes=tuple(
            _index(one, {column["column_name"] for column in columns}) for one in by_table["indexes"].get(oid, [])
        ),
        definition=without_secrets(query_of(row["sql"])) if row["view"] and row["sql"] else None,
    )
    size = None if row["view"] else Size(rows=rounded(int(row["estimated_size"] or 0)), estimated=True)
    fields = [Field(one["column_name"], one["data_type"], one["comment"]) for one in columns]
    return Table(place, relation, fields, row["comment"], size)


def _attribute(row: Row) -> Attribute:
    generated = row.get("generation_expression") if row.get("is_generated") else None
    default = None if generated else row["column_default"]
    return Attribute(
        name=row["column_name"],
        native_type=row["data_type"],
        nullable=row["is_nullable"],
        default=without_secrets(default, row["column_name"]) if default else None,
        generated=generated,
        virtual=True if generated else None,
    )


def _key(row: Row) -> UniqueKey:
    return UniqueKey(row.get("constraint_name"), tuple(row["constraint_column_names"]))


def _foreign_key(target: Target, row: Row) -> ForeignKey:
    """DuckDB says no schema of the table that is referred to: it is the same one."""
    return ForeignKey(
        name=row.get("constraint_name"),
        columns=tuple(row["constraint_column_names"]),
        namespace=target.namespace,
        dataset=dotted(target.parts(row["schema_name"], row.get("referenced_table") or "")),
        referenced_columns=tuple(row.get("referenced_column_names") or ()),
    )


def _index(row: Row, names: Collection[str]) -> Index:
    """names: of the table's columns; what is none of them is an expression, and stays as DuckDB writes it."""
    listed = [str(one) for one in row["expressions"] or ()]
    return Index(
        name=row["index_name"],
        columns=tuple(_unquoted(one) if _unquoted(one) in names else one for one in listed),
        unique=row["is_unique"] or None,
        definition=(row["sql"] or "").rstrip(";") or None,
    )


def _unquoted(name: str) -> str:
    quoted = len(name) > 1 and name.startswith('"') and name.endswith('"')
    return name[1:-1].replace('""', '"') if quoted else name
