"""CREATE TABLE in any dialect, out of schema and relation; what it does not hold, it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlglot import exp
from sqlglot.errors import ErrorLevel

from headwater_catalog.facets.relation import Attribute, ForeignKey, Relation, UniqueKey
from headwater_catalog.schemas.families import NO_BOUND
from headwater_catalog.schemas.made import domains, made_of
from headwater_catalog.schemas.table_names import parts_of
from headwater_catalog.templates import database, expressions, rendering
from headwater_catalog.templates.missing import Missing, lacking
from headwater_catalog.templates.opening import Column, Opening, sql_dialect

KEYLESS: Final = frozenset({"spark", "databricks", "hive", "bigquery", "snowflake", "athena", "trino", "presto"})
"""Dialects whose systems hold no keys or checks: there these are left out, and that is said."""
NUMBERING: Final = frozenset({"postgres", "oracle", "snowflake", "tsql", "databricks"})
"""Dialects whose columns can be numbered by their system, whatever keys there are."""
UNCHECKED: Final = frozenset({"duckdb"})
"""Dialects whose computed columns take no key, check or NOT NULL."""
TIMELESS: Final = frozenset({"duckdb", "mysql"})
"""Dialects whose checks do not know what time it is."""
FOLDING: Final = frozenset({"duckdb", "sqlite", "mysql", "tsql", "bigquery", "spark", "databricks"})
"""Dialects that take no notice of case in names of columns."""
CASELESS: Final = frozenset({"mysql", "tsql"})
"""Dialects that take texts for the same which differ in case."""
_BINARY: Final = "utf8mb4_bin"
"""How MySQL tells all texts apart."""
_UNSORTED: Final = frozenset({"ARRAY", "STRUCT", "MAP", "INTERVAL", "JSON"})
"""Types of DuckDB that have no keys."""
_LONG: Final = frozenset({"TEXT", "LONGTEXT", "LONGBLOB", "JSON"})
"""Types of MySQL that take a default in brackets only."""
STORING: Final = frozenset({"postgres", "mysql", "sqlite", "tsql"})
"""Dialects whose computed columns can be stored; others compute them when they are read."""


def table_of(names: Sequence[str]) -> exp.Table:
    """A table by the parts of its name, outermost first."""
    parts = [exp.to_identifier(name, quoted=True) for name in names][-3:]
    keys = ("catalog", "db", "this")[-len(parts) :]
    return exp.Table(**dict(zip(keys, parts, strict=True)))


class Maker:
    """Makes one CREATE TABLE. lost: what it does not say; labels: of columns whose types do not say them."""

    def __init__(self, opening: Opening, relation: Relation, target: str) -> None:
        self.opening, self.relation, self.target = opening, relation, target
        self.dialect = sql_dialect(relation.dialect)
        self.lost: list[Missing] = []
        self.labels: dict[str, tuple[str, ...]] = {}
        self.types = made_of(relation)
        self.names: tuple[str, ...] = ()
        self.renamed = False
        self.kinds = {column.name: column.type for column in opening.columns}
        self.computed = {one.name for one in relation.attributes if one.generated and not one.identity}
        self.counted: str | None = None
        self.unsorted: set[str] = set()

    def made(self, table: str | None) -> str:
        """The statement, after that of its schema; raises Unknown where it would be several."""
        self.names = tuple(part for part in parts_of(table) if part) if table else self._own_name()
        self.renamed = table is not None
        if self.target in FOLDING and len({one.name.casefold() for one in self.opening.columns}) < len(self.kinds):
            raise lacking("unwritable", f"{self.target} takes two of its columns for one: they differ in case only.",
                          "Rename one of them.")  # fmt: skip
        known = {one.name: one for one in self.relation.attributes}
        columns = [self._column(column, known.get(column.name) or Attribute()) for column in self.opening.columns]
        schema = exp.Schema(this=table_of(self.names), expressions=[*columns, *self._keys(), *self._checks()])
        made = exp.Create(this=schema, kind="TABLE", properties=self._properties())
        self._unwritten()
        code = made.sql(dialect=self.target, pretty=True, comments=False, unsupported_level=ErrorLevel.IGNORE)
        if not rendering.is_one(code, self.target):
            raise lacking("unwritable", f"It cannot be written as one statement of {self.target}.",
                          "Look at its names, types and defaults: one of them ends a statement.")  # fmt: skip
        return self._schema() + code + ";\n"

    def _properties(self) -> exp.Properties | None:
        """What makes MySQL compare texts as nearly all other systems do."""
        if self.target != "mysql" or self.dialect is None or self.dialect in CASELESS:
            return None
        return exp.Properties(expressions=[exp.CollateProperty(this=exp.var(_BINARY))])

    def _schema(self) -> str:
        """What makes the schema in DuckDB, which has but one of its own."""
        above = self.names[:-1]
        if self.target != "duckdb" or not above or above[-1] == "main":
            return ""
        if len(above) == 1 and above[0].lower() in database.CATALOGS:
            self._loses("schema_of_duckdb", f"Each DuckDB has a catalog {above[0]}, for which it takes this schema.",
                        f"Name the database before it: --table DATABASE.{above[0]}.{self.names[-1][:200]}")  # fmt: skip
        return exp.Create(this=table_of(above), kind="SCHEMA", exists=True).sql(dialect="duckdb") + ";\n"

    def _own_name(self) -> tuple[str, ...]:
        if self.opening.in_files:
            last = self.opening.name.rstrip("/").rpartition("/")[2]
            return (last.partition(".")[0] or last,)
        return self._local(self.opening.name)

    def _local(self, name: str) -> tuple[str, ...]:
        """Schema and table of a dotted name; SQLite has no schemas."""
        parts = parts_of(name)
        return parts[-1:] if self.target == "sqlite" else parts[-2:]

    def _unwritten(self) -> None:
        """What a CREATE TABLE of this module does not hold."""
        if (self.opening.kind or "").endswith("VIEW") or self.relation.definition:
            self._loses("view_as_table", "It is a view: this makes a table that its rows fit into.",
                        "Make the view by its definition, where what it reads is there.")  # fmt: skip
        relation = self.relation
        parts: Sequence[tuple[str, object]] = (
            ("indexes", relation.indexes), ("exclusion constraints", relation.exclusions),
            ("partitions", relation.partitioning), ("what it inherits", relation.inherits),
            ("collations", [one for one in relation.attributes if one.collation]),
        )  # fmt: skip
        lost = [name for name, part in parts if part]
        if lost:
            self._loses("not_written", f"Left out are {', '.join(lost)}.", "Write them by hand.")

    def _column(self, column: Column, attribute: Attribute) -> exp.ColumnDef:
        kind = rendering.kind(column, self.dialect if attribute.native_type else None, self.target)
        if self.target == "mysql":
            kind = rendering.in_keys(kind, self._widths(column.name))
        self.labels[column.name] = kind.labels
        if rendering.word(kind.type) in _UNSORTED:
            self.unsorted.add(column.name)
        if kind.lost:
            self._loses(kind.code, f"The type of {column.name!r} is {kind.lost}.",
                        "Crawl it, tell its type in the schema facet, or write the type by hand.")  # fmt: skip
        default = self._default(attribute)
        filled = self._filled(column) if column.nullable is False else []
        limits = filled if column.name not in self.computed else []
        if attribute.identity or expressions.is_numbered(default):
            limits += self._numbered(column, attribute)
        elif attribute.generated:
            told = self._expression(attribute.generated, f"the computed column {column.name!r}")
            told = self._rounded(told, column) if told else None
            stored = self.target in STORING
            limits += [exp.ComputedColumnConstraint(this=exp.paren(told), persisted=stored)] if told else []
            limits += filled
        elif default:
            told = self._expression(default, f"the default of {column.name!r}")
            limits += [exp.DefaultColumnConstraint(this=self._as_default(told, kind.type))] if told else []
        said = [one if isinstance(one, exp.ColumnConstraint) else exp.ColumnConstraint(kind=one) for one in limits]
        return exp.ColumnDef(this=exp.to_identifier(column.name, quoted=True), kind=kind.type, constraints=said)

    def _rounded(self, told: exp.Expr, column: Column) -> exp.Expr:
        """A number with a scale, which SQLite does not hold to."""
        kind = column.type
        if self.target != "sqlite" or kind is None or kind.family != "decimal" or kind.bounds[1] >= NO_BOUND:
            return told
        return exp.Round(this=told, decimals=exp.Literal.number(max(0, kind.bounds[1])))

    def _filled(self, column: Column) -> list[exp.Expr]:
        """NOT NULL; of a computed column some systems hold none, or not there."""
        if column.name not in self.computed or self.target not in UNCHECKED | {"mysql"}:
            return [exp.NotNullColumnConstraint()]
        if self.target in UNCHECKED:
            self._unchecked(f"that {column.name!r} is never null")
        return []

    def _unchecked(self, what: str) -> None:
        self._loses("checks_not_held", f"{self.target} holds no such thing of computed columns, so {what} is left out.",
                    "Test it where the data is made.")  # fmt: skip

    def _as_default(self, told: exp.Expr, kind: exp.DataType) -> exp.Expr:
        """In brackets but for what is one word; the moment with as many digits of a second as its column has."""
        long = self.target == "mysql" and rendering.word(kind) in _LONG
        if isinstance(told, exp.CurrentTimestamp) and self.target == "mysql" and kind.expressions:
            return exp.CurrentTimestamp(this=kind.expressions[0].this.copy())
        simple = isinstance(told, exp.Literal | exp.Boolean | exp.Null | exp.CurrentTimestamp) and not long
        return told if simple else exp.paren(told)

    def _widths(self, name: str) -> int:
        """How many columns the widest key has that a column is in; 0: it is in none."""
        relation = self.relation
        keys = [key.columns for key in (relation.primary_key, *relation.unique_keys, *relation.foreign_keys) if key]
        return max((len(columns) for columns in keys if name in columns), default=0)

    def _default(self, attribute: Attribute) -> str | None:
        """Its own, else that of its domain; a computed column takes none of a domain."""
        if attribute.default or attribute.generated:
            return attribute.default
        return next((one.default for one in domains(attribute.domain, self.types) if one.default), None)

    def _numbered(self, column: Column, attribute: Attribute) -> list[exp.Expr]:
        relation = self.relation
        primary = relation.primary_key.columns if relation.primary_key else ()
        firsts = {key.columns[0] for key in (relation.primary_key, *relation.unique_keys) if key and key.columns}
        whole = column.type is not None and column.type.family in ("integer", "unsigned")
        if self.target == "sqlite" and primary == (column.name,) and whole:
            self.counted = column.name
            return [exp.PrimaryKeyColumnConstraint(), exp.AutoIncrementColumnConstraint()]
        if self.target == "mysql" and column.name in firsts and whole and self.counted is None:
            self.counted = column.name
            return [exp.AutoIncrementColumnConstraint()]
        if self.target not in NUMBERING:
            self._loses("not_numbered", f"{self.target} numbers {column.name!r} in no way that is written here.",
                        "Number it by a sequence or where rows are made.")  # fmt: skip
            return []
        return [exp.GeneratedAsIdentityColumnConstraint(this=(attribute.identity or "").upper() == "ALWAYS")]

    def _keys(self) -> list[exp.Expr]:
        relation = self.relation
        own = [("PRIMARY KEY", relation.primary_key), *(("UNIQUE", one) for one in relation.unique_keys)]
        keys = [(word, one) for word, one in own if one is not None and one.columns and self._may(one, word)]
        foreign = [one for one in relation.foreign_keys if one.columns and one.dataset and self._may(one)]
        if self.target == "sqlite" and self.counted:
            keys = [(word, one) for word, one in keys if word != "PRIMARY KEY"]
        if self.target in KEYLESS:
            if keys or foreign:
                self._loses("keys_not_held", f"{self.target} holds no keys: {len(keys) + len(foreign)} are left out.",
                            "Test them where the data is made.")  # fmt: skip
            return []
        return [
            *(self._key(word, one) for word, one in keys),
            *(made for one in foreign for made in self._foreign(one)),
        ]

    def _may(self, key: UniqueKey | ForeignKey, word: str = "") -> bool:
        """Whether a key is of columns that may have one."""
        shown = repr(key.name or ", ".join(key.columns))
        computed = self.target in UNCHECKED or (self.target in ("sqlite", "mysql") and word == "PRIMARY KEY")
        if computed and not self.computed.isdisjoint(key.columns):
            self._unchecked(f"the key {shown}")
            return False
        if self.target == "duckdb" and self.unsorted.intersection(key.columns):
            self._loses("keys_not_held", f"DuckDB has no keys of lists, records or intervals: {shown} is left out.",
                        "Test it where the data is made.")  # fmt: skip
            return False
        return True

    def _key(self, word: str, key: UniqueKey) -> exp.Expr:
        self._key_loses(key.name or word, (
            ("NULLS NOT DISTINCT", key.nulls_distinct is False), ("DEFERRABLE", key.deferrable),
            ("INCLUDE", key.included), ("WITHOUT OVERLAPS", key.without_overlaps),
        ))  # fmt: skip
        columns = [exp.to_identifier(name, quoted=True) for name in key.columns]
        if word == "PRIMARY KEY":
            return self._named(key.name, exp.PrimaryKey(expressions=columns))
        return self._named(key.name, exp.UniqueColumnConstraint(this=exp.Schema(expressions=columns)))

    def _named(self, name: str | None, limit: exp.Expr) -> exp.Expr:
        """With its name, except beside the table that has it: names are those of a schema."""
        if not name or self.renamed:
            return limit
        return exp.Constraint(this=exp.to_identifier(name, quoted=True), expressions=[limit])

    def _key_loses(self, name: str, parts: Sequence[tuple[str, object]]) -> None:
        lost = [part for part, there in parts if there]
        if lost:
            self._loses("key_not_whole", f"The key {name!r} is written without {', '.join(lost)}.",
                        "Write it by hand.")  # fmt: skip

    def _foreign(self, key: ForeignKey) -> list[exp.Expr]:
        referred = self._local(key.dataset or "")
        if self.target == "duckdb" and len(self.names) > 1 and self.names[-2:-1] != referred[-2:-1]:
            return self._foreign_lost(key)
        if self.target == "duckdb" and len(self.names) == 1 and len(referred) > 1 and referred[0] != "main":
            return self._foreign_lost(key)
        acts = [f"ON {on} {act}" for on, act in (("DELETE", key.on_delete), ("UPDATE", key.on_update)) if _is_act(act)]
        held = [] if self.target == "duckdb" else acts
        lost: Sequence[tuple[str, object]] = (
            (f"MATCH {key.match}", key.match), ("DEFERRABLE", key.deferrable), ("PERIOD", key.period),
            ("NOT VALID", key.validated is False), ("NOT ENFORCED", key.enforced is False),
        )  # fmt: skip
        self._key_loses(key.name or "FOREIGN KEY", [*((act, act not in held) for act in acts), *lost])
        columns = [exp.to_identifier(name, quoted=True) for name in key.referenced_columns]
        made = exp.ForeignKey(
            expressions=[exp.to_identifier(name, quoted=True) for name in key.columns],
            reference=exp.Reference(this=exp.Schema(this=table_of(referred), expressions=columns), options=held),
        )
        return [self._named(key.name, made)]

    def _foreign_lost(self, key: ForeignKey) -> list[exp.Expr]:
        self._loses("keys_not_held", f"DuckDB refers to no table of another schema: {key.dataset!r} is left out.",
                    "Make both in one schema.")  # fmt: skip
        return []

    def _checks(self) -> list[exp.Expr]:
        found: list[exp.Expr] = [*self._labels(), *self._never_null()]
        for check in self.relation.checks:
            told = self._expression(check.expression or "", f"the check {check.name!r}")
            if told and self._holds(told, f"the check {check.name!r}"):
                found.append(self._named(check.name, exp.CheckColumnConstraint(this=told)))
        found += self._domains()
        if found and self.target in KEYLESS:
            self._loses("checks_not_held", f"{self.target} holds no checks, so {len(found)} are left out.",
                        "Test them where the data is made.")  # fmt: skip
            return []
        return found

    def _holds(self, condition: exp.Expr, what: str) -> bool:
        """Whether the target checks such a condition."""
        if self.target in TIMELESS and expressions.is_passing(condition):
            self._loses("unread_expression", f"{what} cannot be written in {self.target}, so it is left out.",
                        "Test it where the data is made.")  # fmt: skip
            return False
        computed = {one.name for one in condition.find_all(exp.Column)} & self.computed
        if not computed or self.target not in UNCHECKED:
            return True
        self._unchecked(what)
        return False

    def _never_null(self) -> Iterator[exp.Expr]:
        """NOT NULL of computed columns, which MySQL takes as a check."""
        for column in self.opening.columns if self.target == "mysql" else ():
            if column.name in self.computed and column.nullable is False:
                cell = exp.column(exp.to_identifier(column.name, quoted=True))
                yield exp.CheckColumnConstraint(this=exp.Not(this=exp.Is(this=cell, expression=exp.Null())))

    def _labels(self) -> Iterator[exp.Expr]:
        """Conditions that stand for enums, where the target has no such type."""
        for column, labels in self.labels.items():
            if labels:
                cell = exp.column(exp.to_identifier(column, quoted=True))
                told = exp.In(this=cell, expressions=[exp.Literal.string(one) for one in labels])
                if self._holds(told, f"which values {column!r} has"):
                    yield exp.CheckColumnConstraint(this=told)

    def _domains(self) -> Iterator[exp.Expr]:
        """Conditions of domains, of which the column is the value."""
        columns = {column.name for column in self.opening.columns}
        for one in self.relation.attributes:
            if one.name not in columns:
                continue
            for check in (check for domain in domains(one.domain, self.types) for check in domain.checks):
                what = f"a condition of the domain of {one.name!r}"
                told = self._expression(check.expression or "", what, value=one.name)
                named = expressions.of_value(told, one.name) if told is not None else None
                if named is not None and self._holds(named, what):
                    yield exp.CheckColumnConstraint(this=named)

    def _expression(self, text: str, what: str, *, value: str | None = None) -> exp.Expr | None:
        """An expression as the target has it; what cannot be read as one, or is not surely the same, goes nowhere.

        value: of a domain's, which speaks of no column: the one that has it.
        """
        columns = self.kinds if value is None else {"VALUE": self.kinds.get(value)}
        told = expressions.expression(text, self.dialect, self.target, columns, quoted=value is None)
        if told is None:
            self._loses("unread_expression", f"{what} cannot be written in {self.target}, so it is left out.",
                        "Write it by hand.")  # fmt: skip
        return told

    def _loses(self, code: str, sentence: str, remedy: str) -> None:
        self.lost.append(Missing(code, sentence[:1].upper() + sentence[1:], remedy, False))


def _is_act(act: str | None) -> bool:
    return (act or "").upper() in ("CASCADE", "RESTRICT", "SET NULL", "SET DEFAULT")
