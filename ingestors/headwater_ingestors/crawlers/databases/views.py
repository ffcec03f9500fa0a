"""The lineage of views: their SQL parsed, as facets of the views themselves, for no job makes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from openlineage.client.facet_v2 import DatasetFacet
from sqlglot import exp

from headwater_ingestors.crawlers.sql.facets import Lineage
from headwater_ingestors.crawlers.sql.naming import Naming, Spelling
from headwater_ingestors.crawlers.sql.parsing import parse
from headwater_ingestors.crawlers.sql.script import Script
from headwater_ingestors.crawlers.sql.targets import Target, flows
from headwater_ingestors.crawlers.sql.values import BOUNDS, Columns, Defaults, Gap, TableName

MOST_COLUMNS: Final = 2_000_000
"""Columns of tables that are kept in memory for the views that read them."""
TABLES_ONLY: Final = 0.2
"""How sure we are of tables alone, as the crawlers of SQL are."""


@dataclass(frozen=True, slots=True)
class View:
    """What was read of a view: facets by name, how sure it is (None: nothing was read), what could not be followed."""

    facets: tuple[tuple[str, DatasetFacet], ...] = ()
    confidence: float | None = None
    gaps: tuple[Gap, ...] = ()


class Views:
    """Reads views of one database, with the columns of the tables that it was told of."""

    def __init__(self, naming: Naming, defaults: Defaults) -> None:
        self._naming = naming
        self._defaults = defaults
        self._columns: dict[TableName, Columns] = {}
        self._room = MOST_COLUMNS

    def learn(self, table: TableName, columns: Sequence[str]) -> None:
        """A table or view has these columns."""
        self._room -= len(columns)
        if self._room >= 0:
            self._columns[table] = tuple(columns)

    def read(self, table: TableName, columns: Sequence[str], definition: str, reads: Iterable[TableName] = ()) -> View:
        """Where the columns of a view come from. reads: the tables that it reads, where its database says so itself.

        columns: its own, in order.
        """
        known_reads = frozenset(reads)
        script = Script(
            parse(self._statement(table, columns, definition), self._naming.dialect, BOUNDS),
            self._naming.dialect,
            self._defaults,
            BOUNDS,
        )
        schemas = {name: self._columns[name] for name in script.names() if name in self._columns}
        statements = script.read(schemas)
        gaps = tuple(gap for statement in statements for gap in statement.gaps)
        target = flows(statements).targets.get(table)
        if target is None:
            target, sure = Target(reads=set(known_reads)), TABLES_ONLY
        else:
            sure = target.confidence
            if known_reads and not target.reads <= known_reads:
                # A name was taken for another table's: its database knows better.
                target, sure = Target(reads=set(known_reads)), TABLES_ONLY
                gaps = (*gaps, Gap("unsupported", "Its SQL reads other tables than its database says: tables only."))
        if not target.reads and gaps:
            return View(gaps=gaps)
        return View(self._facets(table, target, schemas), round(sure, 2), gaps)

    def _facets(
        self, table: TableName, target: Target, schemas: Mapping[TableName, Columns]
    ) -> tuple[tuple[str, DatasetFacet], ...]:
        target.change = None
        lineage = Lineage(self._naming, Spelling(self._naming.dialect, schemas))
        found = {**lineage.of_output(table, target), "lineage": lineage.of_dataset(table, target)}
        return tuple(sorted(found.items()))

    def _statement(self, table: TableName, columns: Sequence[str], definition: str) -> str:
        """The statement that makes the view, whose name need not be whole in its definition."""

        def quoted(name: str) -> str:
            return exp.to_identifier(name, quoted=True).sql(dialect=self._naming.dialect)

        name = ".".join(quoted(part) for part in table)
        listed = f" ({', '.join(quoted(column) for column in columns)})" if columns else ""
        return f"CREATE VIEW {name}{listed} AS\n{definition.strip().rstrip(';')}"
