"""The tables that a script may name: their columns, as sqlglot asks for them, and what temporary ones hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import cast

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.schema import Schema

from headwater_ingestors.crawlers.sql.dialects import fold, fold_table
from headwater_ingestors.crawlers.sql.values import NONE, Column, Columns, Relation, Schemas, TableName, Write


def table_name(table: exp.Table) -> TableName:
    """The parts of a table's name, outermost first."""
    return tuple(_spelled(part) for part in table.parts)


def _spelled(part: exp.Expr) -> str:
    """T-SQL's temporary tables lose their # when they are parsed."""
    return f"#{part.name}" if part.args.get("temporary") else part.name


class ManyTables:
    """Columns of many tables, of which a script is given those that it names: each would be folded for each script."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._columns: dict[TableName, tuple[TableName, Columns]] = {}

    def __contains__(self, table: TableName) -> bool:
        return folded(self._dialect, table) in self._columns

    def add(self, table: TableName, columns: Columns) -> None:
        """The columns of a table are these."""
        self._columns[folded(self._dialect, table)] = table, columns

    def of(self, tables: Iterable[TableName]) -> Schemas:
        """Those of these tables, of which any are listed."""
        names = (folded(self._dialect, one) for one in tables)
        return dict(self._columns[name] for name in names if name in self._columns)


class Tables(Schema):
    """What is known while a script is read: `columns` of tables, and what `temporary` ones hold."""

    def __init__(self, dialect: Dialect, known: Schemas) -> None:
        self._dialect = dialect
        self.columns: dict[TableName, Columns] = {folded(dialect, name): columns for name, columns in known.items()}
        self.temporary: dict[TableName, Relation] = {}

    @property
    def dialect(self) -> Dialect:
        return self._dialect

    def known(self, table: TableName) -> Columns:
        """Its columns, folded, without the fields within them; empty where they are not known."""
        held = self.temporary.get(table)
        if held is not None:
            return () if held.stars else tuple(column.name for column in held.columns)
        listed = dict.fromkeys(fold(self._dialect, name) for name in self.columns.get(table, ()))
        return tuple(name for name in listed if not any(part in listed for part in _above(name)))

    def has_field(self, table: TableName, path: str) -> bool:
        """Whether the table is known to have this field within a column: `customer.address.city`."""
        return any(fold(self._dialect, name) == path for name in self.columns.get(table, ()))

    def fill(self, write: Write) -> None:
        """A temporary table is made, or gets more rows."""
        held = self.temporary.get(write.table)
        if held is None or write.change == "CREATE":
            self.temporary[write.table] = _made(write)
        elif write.change is None:
            self.temporary[write.table] = _fuller(held, write.relation)

    def move(self, old: TableName, new: TableName) -> None:
        """A table has another name from now on."""
        if old in self.temporary:
            self.temporary[new] = self.temporary.pop(old)
        if old in self.columns:
            self.columns[new] = self.columns.pop(old)

    def forget(self, table: TableName) -> None:
        """The table is gone."""
        self.columns.pop(table, None)
        self.temporary.pop(table, None)

    def column_names(
        self,
        table: exp.Table | str,
        only_visible: bool = False,
        dialect: object = None,
        normalize: bool | None = None,
    ) -> Sequence[str]:
        """Part of sqlglot's protocol."""
        return self.known(table_name(cast(exp.Table, table)))

    def get_column_type(
        self, table: exp.Table | str, column: exp.Column | str, dialect: object = None, normalize: bool | None = None
    ) -> exp.DataType:
        """Part of sqlglot's protocol; lineage needs no types."""
        return exp.DataType.build("unknown")

    def add_table(
        self,
        table: exp.Table | str,
        column_mapping: object = None,
        dialect: object = None,
        normalize: bool | None = None,
        match_depth: bool = True,
    ) -> None:
        """Part of sqlglot's protocol, which nothing here calls."""
        raise NotImplementedError

    @property
    def supported_table_args(self) -> tuple[str, ...]:
        """Part of sqlglot's protocol."""
        return ("this", "db", "catalog")

    @property
    def empty(self) -> bool:
        """Part of sqlglot's protocol: False, since a schema that is empty now may learn of tables later."""
        return False


def _made(write: Write) -> Relation:
    """A new temporary table, empty where its columns are only listed."""
    if write.relation.columns or write.relation.stars or not write.schema:
        return write.relation
    return replace(write.relation, columns=tuple(Column(name, NONE) for name, _ in write.schema))


def _fuller(held: Relation, more: Relation) -> Relation:
    """Columns by name: those of the table, each with what it already had."""
    added = {column.name: column.sources for column in more.columns}
    columns = tuple(Column(name, sources | added.pop(name, NONE)) for name, sources in held.columns)
    columns += tuple(Column(name, sources) for name, sources in added.items())
    return Relation(
        columns, held.rows | more.rows, held.reads | more.reads, held.stars | more.stars, gaps=held.gaps | more.gaps
    )


def _above(path: str) -> Iterator[str]:
    """`a` and `a.b` of `a.b.c`."""
    return (path[:place] for place, sign in enumerate(path) if sign == ".")


def folded(dialect: Dialect, name: TableName) -> TableName:
    """A table's name as names are compared here."""
    return tuple(fold_table(dialect, part) for part in name)
