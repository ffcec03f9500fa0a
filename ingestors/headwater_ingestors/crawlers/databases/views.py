"""The lineage of views: their SQL parsed, as facets of the views themselves, for no job makes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Final

from openlineage.client.facet_v2 import DatasetFacet
from sqlglot import exp

from headwater_ingestors.crawlers.crawler import Name
from headwater_ingestors.crawlers.sql.dialects import fold_table, name_of
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
CASELESS: Final = frozenset({"mysql"})
"""Dialects whose servers may compare names of tables without case, which a setting of theirs decides, not the SQL."""
_LOST: Final = Gap("unfollowed", "Its SQL was parsed, and no statement in it makes this view.")


@dataclass(frozen=True, slots=True)
class View:
    """What was read of a view: facets by name, how sure it is (None: nothing was read), what could not be followed."""

    facets: tuple[tuple[str, DatasetFacet], ...] = ()
    confidence: float | None = None
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class _Spelled(Naming):
    """Names of tables as their database spells them. spelled: by the name that SQL gives, folded."""

    spelled: Mapping[TableName, TableName]

    def dataset(self, table: TableName) -> Name:
        """The dataset that a table is."""
        return Naming.dataset(self, self.spelled.get(table, table))


class Views:
    """Reads views of one database, with the columns of the tables that it was told of."""

    def __init__(self, naming: Naming, defaults: Defaults) -> None:
        self._naming = naming
        self._defaults = Defaults(*(one and fold_table(naming.dialect, one) for one in astuple(defaults)))
        self._columns: dict[TableName, Columns] = {}
        self._spelled: dict[TableName, TableName] = {}
        self._caseless: dict[TableName, set[TableName]] = defaultdict(set)
        self._room = MOST_COLUMNS

    def learn(self, table: TableName, columns: Sequence[str]) -> None:
        """A table or view, as its database spells it, has these columns."""
        folded = self._folded(table)
        self._spelled[folded] = table
        if name_of(self._naming.dialect) in CASELESS:
            self._caseless[_lower(folded)].add(folded)
        self._room -= len(columns)
        if self._room >= 0:
            self._columns[folded] = tuple(columns)

    def _folded(self, table: TableName) -> TableName:
        return tuple(fold_table(self._naming.dialect, part) for part in table)

    def _learned(self, names: Iterable[TableName]) -> dict[TableName, TableName]:
        """Of names in SQL: the folded name under which the table was learned, the only one that differs by case too."""
        found: dict[TableName, TableName] = {}
        for name in names:
            alike = {name} if name in self._spelled else self._caseless.get(_lower(name), set())
            if len(alike) == 1:
                [found[name]] = alike
        return found

    def read(self, table: TableName, columns: Sequence[str], definition: str, reads: Iterable[TableName] = ()) -> View:
        """Where the columns of a view come from. reads: the tables that it reads, where its database says so itself.

        columns: its own, in order.
        """
        known_reads = frozenset(map(self._folded, reads))
        script = Script(
            parse(self._statement(table, columns, definition), self._naming.dialect, BOUNDS),
            self._naming.dialect,
            self._defaults,
            BOUNDS,
        )
        learned = self._learned({*script.names(), *known_reads})
        schemas = {name: self._columns[known] for name, known in learned.items() if known in self._columns}
        spelled = {name: self._spelled[known] for name, known in learned.items()}
        statements = script.read(schemas)
        gaps = tuple(gap for statement in statements for gap in statement.gaps)
        own = self._folded(table)
        target = flows(statements).targets.get(own)
        if target is None:
            gaps = gaps or (() if known_reads else (_LOST,))
            target, sure = Target(reads=set(known_reads)), TABLES_ONLY
        else:
            sure = target.confidence
            if known_reads and not target.reads <= known_reads:
                # A name was taken for another table's: its database knows better.
                target, sure = Target(reads=set(known_reads)), TABLES_ONLY
                gaps = (*gaps, Gap("unsupported", "Its SQL reads other tables than its database says: tables only."))
        if not target.reads and gaps:
            return View(gaps=gaps)
        naming = _Spelled(self._naming.namespace, self._naming.dialect, spelled)
        return View(_facets(own, target, Lineage(naming, Spelling(naming.dialect, schemas))), round(sure, 2), gaps)

    def _statement(self, table: TableName, columns: Sequence[str], definition: str) -> str:
        """The statement that makes the view, whose name need not be whole in its definition."""

        def quoted(name: str) -> str:
            return exp.to_identifier(name, quoted=True).sql(dialect=self._naming.dialect)

        name = ".".join(quoted(part) for part in table)
        listed = f" ({', '.join(quoted(column) for column in columns)})" if columns else ""
        return f"CREATE VIEW {name}{listed} AS\n{definition.strip().rstrip(';')}"


def _facets(table: TableName, target: Target, lineage: Lineage) -> tuple[tuple[str, DatasetFacet], ...]:
    target.change = None
    found = {**lineage.of_output(table, target), "lineage": lineage.of_dataset(table, target)}
    return tuple(sorted(found.items()))


def _lower(name: TableName) -> TableName:
    return tuple(part.casefold() for part in name)
