"""SQL: CREATE TABLE in any dialect, out of schema and relation; or the query of what a job has not loaded.

What was crawled in PostgreSQL is written for PostgreSQL by `schemas.ddl`; sqlglot translates between systems.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facets.relation import Attribute, ForeignKey, Relation, UniqueKey
from headwater_catalog.schemas.ddl.script import DIALECT
from headwater_catalog.schemas.made import domains, made_of
from headwater_catalog.schemas.table_names import parts_of
from headwater_catalog.templates import database, postgres, rendering
from headwater_catalog.templates.drivers import SPELLINGS, driver
from headwater_catalog.templates.fresh import Fresh, beyond
from headwater_catalog.templates.masked import without_masked
from headwater_catalog.templates.missing import Missing, lacking
from headwater_catalog.templates.opening import Column, Opening, sql_dialect

DEFAULT: Final = DIALECT
KEYLESS: Final = frozenset({"spark", "databricks", "hive", "bigquery", "snowflake", "athena", "trino", "presto"})
"""Dialects whose systems hold no keys or checks: there these are left out, and that is said."""
NUMBERING: Final = frozenset({"postgres", "oracle", "snowflake", "tsql", "databricks"})
"""Dialects whose columns can be numbered by their system."""
STORING: Final = frozenset({"postgres", "mysql", "sqlite", "tsql"})
"""Dialects whose computed columns can be stored; others compute them when they are read."""


class Made(NamedTuple):
    """SQL, and what of the catalog's knowledge is not in it."""

    code: str
    lost: list[Missing]


def ddl(opening: Opening, dialect: str | None, table: str | None, fresh: Fresh | None) -> Made:
    """CREATE TABLE; with `fresh` SELECT. Raises Unknown where no column is known, InvalidRequest for a dialect."""
    target = _dialect(dialect, opening)
    if fresh is not None:
        return Made(_query(opening, target, fresh), [])
    if not opening.columns:
        raise lacking(
            "no_schema", "Its columns are not known.", "Crawl it (`headwater snapshot`), or send its schema facet."
        )
    relation, masked = without_masked(opening.relation or Relation())
    if masked:
        opening = replace(opening, relation=relation)
    made = postgres.exact(opening, table) if target == DIALECT else None
    if made is not None:
        return Made(made[0], [*masked, *made[1]])
    maker = _Maker(opening, relation, target)
    return Made(maker.made(table), [*masked, *maker.lost])


def _dialect(said: str | None, opening: Opening) -> str:
    if said is None:
        own = sql_dialect(opening.relation.dialect if opening.relation else None)
        return own or DEFAULT
    name = said.strip().lower()
    known = driver(SPELLINGS.get(name, name))
    name = known.dialect if known else name
    if not name or Dialect.get(name) is None:
        raise InvalidRequest(
            "unknown_dialect",
            f"There is no dialect {said[:80]!r}.",
            "Name one of sqlglot's: postgres, mysql, sqlite, duckdb, snowflake, bigquery, tsql, spark, oracle …",
        )
    return name


def _query(opening: Opening, target: str, fresh: Fresh) -> str:
    """Rows beyond the watermark."""
    limit = beyond(opening, fresh)
    names = database.path_in(opening)
    chosen: list[exp.Expr] = [exp.to_identifier(column.name, quoted=True) for column in opening.columns]
    query = exp.select(*(chosen or [exp.Star()]))
    query = query.from_(_table(names))
    if limit is not None:
        value = exp.Literal.string(database.as_text(limit.value))
        said = rendering.spelled(limit.column)
        kind = exp.DataType.build(said) if said else None
        query = query.where(exp.GT(this=exp.column(exp.to_identifier(limit.column.name, quoted=True)),
                                   expression=exp.Cast(this=value, to=kind) if kind else value))  # fmt: skip
    return query.sql(dialect=target, pretty=True) + ";\n"


def _table(names: Sequence[str]) -> exp.Table:
    parts = [exp.to_identifier(name, quoted=True) for name in names][-3:]
    keys = ("catalog", "db", "this")[-len(parts) :]
    return exp.Table(**dict(zip(keys, parts, strict=True)))


class _Maker:
    """Makes one CREATE TABLE. lost: what it does not say; labels: of columns whose types do not say them."""

    def __init__(self, opening: Opening, relation: Relation, target: str) -> None:
        self.opening, self.relation, self.target = opening, relation, target
        self.dialect = sql_dialect(relation.dialect)
        self.lost: list[Missing] = []
        self.labels: dict[str, tuple[str, ...]] = {}
        self.types = made_of(relation)
        self.names: tuple[str, ...] = ()
        self.renamed = False

    def made(self, table: str | None) -> str:
        """The statement, after that of its schema; raises Unknown where it would be several."""
        self.names = tuple(part for part in parts_of(table) if part) if table else self._own_name()
        self.renamed = table is not None
        known = {one.name: one for one in self.relation.attributes}
        columns = [self._column(column, known.get(column.name) or Attribute()) for column in self.opening.columns]
        schema = exp.Schema(this=_table(self.names), expressions=[*columns, *self._keys(), *self._checks()])
        made = exp.Create(this=schema, kind="TABLE")
        self._unwritten()
        code = made.sql(dialect=self.target, pretty=True, comments=False, unsupported_level=ErrorLevel.IGNORE)
        if not rendering.is_one(code, self.target):
            raise lacking("unwritable", f"It cannot be written as one statement of {self.target}.",
                          "Look at its names, types and defaults: one of them ends a statement.")  # fmt: skip
        return self._schema() + code + ";\n"

    def _schema(self) -> str:
        """What makes the schema in DuckDB, which has but one of its own."""
        above = self.names[:-1]
        if self.target != "duckdb" or not above or above[-1] == "main":
            return ""
        if len(above) == 1 and above[0].lower() in database.CATALOGS:
            self._loses("schema_of_duckdb", f"Each DuckDB has a catalog {above[0]}, for which it takes this schema.",
                        f"Name the database before it: --table DATABASE.{above[0]}.{self.names[-1][:200]}")  # fmt: skip
        return exp.Create(this=_table(above), kind="SCHEMA", exists=True).sql(dialect="duckdb") + ";\n"

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
        kind, lost, code, labels = rendering.kind(column, self.dialect if attribute.native_type else None, self.target)
        self.labels[column.name] = labels
        if lost:
            self._loses(code, f"The type of {column.name!r} is {lost}.",
                        "Crawl it, tell its type in the schema facet, or write the type by hand.")  # fmt: skip
        limits: list[exp.Expr] = []
        default = self._default(attribute)
        numbered = attribute.identity or rendering.is_numbered(default)
        computed = bool(attribute.generated) and not numbered
        if column.nullable is False and not (computed and self.target == "duckdb"):
            limits.append(exp.NotNullColumnConstraint())
        if numbered:
            limits += self._numbered(column, attribute)
        elif attribute.generated:
            told = self._expression(attribute.generated, f"the computed column {column.name!r}")
            limits += (
                [exp.ComputedColumnConstraint(this=exp.paren(told), persisted=self.target in STORING)] if told else []
            )
        elif default:
            told = self._expression(default, f"the default of {column.name!r}")
            simple = isinstance(told, exp.Literal | exp.Boolean | exp.Null | exp.CurrentTimestamp)
            limits += [exp.DefaultColumnConstraint(this=told if simple else exp.paren(told))] if told else []
        said = [exp.ColumnConstraint(kind=one) for one in limits]
        return exp.ColumnDef(this=exp.to_identifier(column.name, quoted=True), kind=kind, constraints=said)

    def _default(self, attribute: Attribute) -> str | None:
        """Its own, else that of its domain; a computed column takes none of a domain."""
        if attribute.default or attribute.generated:
            return attribute.default
        return next((one.default for one in domains(attribute.domain, self.types) if one.default), None)

    def _numbered(self, column: Column, attribute: Attribute) -> list[exp.Expr]:
        if self.target not in NUMBERING:
            self._loses("not_numbered", f"{self.target} numbers {column.name!r} in no way that is written here.",
                        "Number it by a sequence or where rows are made.")  # fmt: skip
            return []
        return [exp.GeneratedAsIdentityColumnConstraint(this=(attribute.identity or "").upper() == "ALWAYS")]

    def _keys(self) -> list[exp.Expr]:
        relation = self.relation
        own = [("PRIMARY KEY", relation.primary_key), *(("UNIQUE", one) for one in relation.unique_keys)]
        keys = [(word, one) for word, one in own if one is not None and one.columns]
        foreign = [one for one in relation.foreign_keys if one.columns and one.dataset]
        if self.target in KEYLESS:
            if keys or foreign:
                self._loses("keys_not_held", f"{self.target} holds no keys: {len(keys) + len(foreign)} are left out.",
                            "Test them where the data is made.")  # fmt: skip
            return []
        return [
            *(self._key(word, one) for word, one in keys),
            *(made for one in foreign for made in self._foreign(one)),
        ]

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
            reference=exp.Reference(this=exp.Schema(this=_table(referred), expressions=columns), options=held),
        )
        return [self._named(key.name, made)]

    def _foreign_lost(self, key: ForeignKey) -> list[exp.Expr]:
        self._loses("keys_not_held", f"DuckDB refers to no table of another schema: {key.dataset!r} is left out.",
                    "Make both in one schema.")  # fmt: skip
        return []

    def _checks(self) -> list[exp.Expr]:
        found: list[exp.Expr] = list(self._labels())
        for check in self.relation.checks:
            told = self._expression(check.expression or "", f"the check {check.name!r}")
            found += [self._named(check.name, exp.CheckColumnConstraint(this=told))] if told else []
        found += self._domains()
        if found and self.target in KEYLESS:
            self._loses("checks_not_held", f"{self.target} holds no checks, so {len(found)} are left out.",
                        "Test them where the data is made.")  # fmt: skip
            return []
        return found

    def _labels(self) -> Iterator[exp.Expr]:
        """Conditions that stand for enums, where the target has no such type."""
        for column, labels in self.labels.items():
            if labels:
                cell = exp.column(exp.to_identifier(column, quoted=True))
                listed = [exp.Literal.string(one) for one in labels]
                yield exp.CheckColumnConstraint(this=exp.In(this=cell, expressions=listed))

    def _domains(self) -> Iterator[exp.Expr]:
        """Conditions of domains, of which the column is the value."""
        columns = {column.name for column in self.opening.columns}
        for one in self.relation.attributes:
            if one.name not in columns:
                continue
            for check in (check for domain in domains(one.domain, self.types) for check in domain.checks):
                what = f"a condition of the domain of {one.name!r}"
                told = self._expression(check.expression or "", what, quoted=False)
                if told is not None:
                    yield exp.CheckColumnConstraint(this=rendering.of_value(told, one.name))

    def _expression(self, text: str, what: str, *, quoted: bool = True) -> exp.Expr | None:
        """An expression as the target has it; what cannot be read as one, or is not surely the same, goes nowhere.

        quoted: names of columns are; a domain speaks of none.
        """
        names = frozenset(column.name for column in self.opening.columns if quoted)
        told = rendering.expression(text, self.dialect, self.target, names)
        if told is None:
            self._loses("unread_expression", f"{what} cannot be written in {self.target}, so it is left out.",
                        "Write it by hand.")  # fmt: skip
        return told

    def _loses(self, code: str, sentence: str, remedy: str) -> None:
        self.lost.append(Missing(code, sentence[:1].upper() + sentence[1:], remedy, False))


def _is_act(act: str | None) -> bool:
    return (act or "").upper() in ("CASCADE", "RESTRICT", "SET NULL", "SET DEFAULT")
