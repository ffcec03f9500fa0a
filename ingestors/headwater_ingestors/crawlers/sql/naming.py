"""From names in SQL to names in the catalog, and back to the spelling of the database where that is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot.dialects.dialect import Dialect

from headwater_catalog.names import dataset_name
from headwater_catalog.schemas.table_names import dotted
from headwater_ingestors.crawlers.crawler import Known, Name
from headwater_ingestors.crawlers.sql.dialects import fold, fold_table
from headwater_ingestors.crawlers.sql.values import Columns, TableName


@dataclass(frozen=True, slots=True)
class Naming:
    """How the tables of one database are called. namespace: that of its datasets."""

    namespace: str
    dialect: Dialect

    def dataset(self, table: TableName) -> Name:
        """The dataset that a table is."""
        return dataset_name(self.namespace, dotted(table))

    def schemas(self, tables: Iterable[TableName], known: Known) -> dict[TableName, Columns]:
        """Columns of these tables, of those that the catalog knows."""
        names = {self.dataset(table): table for table in sorted(tables) if any(table)}
        found = known.columns(list(names))
        return {names[name]: tuple(columns) for name, columns in found.items()}


class Spelling:
    """Columns as their database spells them; as the dialect folds them where it is not known."""

    def __init__(self, dialect: Dialect, schemas: Mapping[TableName, Sequence[str]]) -> None:
        self._spelled = {
            tuple(fold_table(dialect, part) for part in table): {fold(dialect, column): column for column in columns}
            for table, columns in schemas.items()
        }

    def column(self, table: TableName, column: str) -> str:
        """The column of a table."""
        return self._spelled.get(table, {}).get(column, column)
