"""SQL: CREATE TABLE in any dialect, out of schema and relation; or the query of what a job has not loaded.

What was crawled in PostgreSQL is written for PostgreSQL by `schemas.ddl`; sqlglot translates between systems.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlglot import exp, parse_one
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, SqlglotError

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facets.relation import Attribute, ForeignKey, Relation, UniqueKey
from headwater_catalog.schemas.ddl.script import DIALECT
from headwater_catalog.schemas.families import NO_BOUND
from headwater_catalog.templates import database, postgres
from headwater_catalog.templates.drivers import SPELLINGS, driver
from headwater_catalog.templates.fresh import Fresh, beyond
from headwater_catalog.templates.missing import Missing, lacking
from headwater_catalog.templates.opening import Column, Opening, sql_dialect

DEFAULT: Final = DIALECT
KEYLESS: Final = frozenset({"spark", "databricks", "hive", "bigquery", "snowflake", "athena", "trino", "presto"})
"""Dialects whose systems hold no keys or checks: there these are left out, and that is said."""
_KINDS: Final = {
    "float": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP", "moment": "TIMESTAMPTZ",
    "time": "TIME", "uuid": "UUID", "json": "JSON", "jsonb": "JSON", "bytes": "VARBINARY", "text": "TEXT",
}  # fmt: skip


_SIZES: Final = (("SMALLINT", 16), ("INT", 32), ("BIGINT", 64))


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
    made = postgres.exact(opening, table) if target == DIALECT else None
    if made is not None:
        return Made(*made)
    maker = _Maker(opening, opening.relation or Relation(), target)
    return Made(maker.made(table), maker.lost)


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
    names = [part for part in database.table(opening)[:2] if part]
    chosen: list[exp.Expr] = [exp.to_identifier(column.name, quoted=True) for column in opening.columns]
    query = exp.select(*(chosen or [exp.Star()]))
    query = query.from_(_table(names))
    if limit is not None:
        value = exp.Literal.string(database.as_text(limit.value))
        kind = _kind(limit.column, None)
        query = query.where(exp.GT(this=exp.column(exp.to_identifier(limit.column.name, quoted=True)),
                                   expression=exp.Cast(this=value, to=kind) if kind else value))  # fmt: skip
    return query.sql(dialect=target, pretty=True) + ";\n"


def _table(names: Sequence[str]) -> exp.Table:
    parts = [exp.to_identifier(name, quoted=True) for name in names][-3:]
    keys = ("catalog", "db", "this")[-len(parts) :]
    return exp.Table(**dict(zip(keys, parts, strict=True)))


def _kind(column: Column, dialect: str | None) -> exp.DataType | None:
    """A type as sqlglot has it: as written where its system is known, else by its family; None: not known."""
    if dialect and column.text:
        try:
            return exp.DataType.build(column.text, dialect=dialect)
        except (SqlglotError, ValueError):
            return exp.DataType.build(column.text, udt=True)
    said = _spelled(column)
    return exp.DataType.build(said) if said else None


def _spelled(column: Column) -> str | None:
    """The type of a family with its bounds."""
    family, bounds = column.family, column.bounds
    if family in ("integer", "unsigned"):
        signed = bounds[0] if family == "integer" else bounds[0] + 1
        return next((name for name, bits in _SIZES if signed <= bits), "DECIMAL(38, 0)")
    if family == "decimal":
        whole, scale = bounds
        return "DECIMAL" if whole >= NO_BOUND else f"DECIMAL({whole + scale}, {scale})"
    if family == "text" and bounds[0] < NO_BOUND:
        return f"VARCHAR({bounds[0]})"
    return _KINDS.get(family)


class _Maker:
    """Makes one CREATE TABLE; lost: what it does not say."""

    def __init__(self, opening: Opening, relation: Relation, target: str) -> None:
        self.opening, self.relation, self.target = opening, relation, target
        self.dialect = sql_dialect(relation.dialect)
        self.lost: list[Missing] = []

    def made(self, table: str | None) -> str:
        """The statement."""
        names = [part for part in table.split(".") if part] if table else list(self._own_name())
        known = {one.name: one for one in self.relation.attributes}
        columns = [self._column(column, known.get(column.name) or Attribute()) for column in self.opening.columns]
        schema = exp.Schema(this=_table(names), expressions=[*columns, *self._keys(), *self._checks()])
        made = exp.Create(this=schema, kind="TABLE")
        return made.sql(dialect=self.target, pretty=True, unsupported_level=ErrorLevel.IGNORE) + ";\n"

    def _own_name(self) -> Sequence[str]:
        if self.opening.in_files:
            last = self.opening.name.rstrip("/").rpartition("/")[2]
            return (last.partition(".")[0] or last,)
        parts = self.opening.name.split(".")
        return parts[-1:] if self.target == "sqlite" else parts[-2:]

    def _column(self, column: Column, attribute: Attribute) -> exp.ColumnDef:
        kind = _kind(column, self.dialect if attribute.native_type else None)
        if kind is None:
            self._loses("no_type", f"The type of {column.name!r} is not known: TEXT stands there.",
                        "Crawl it, or tell its type in the schema facet.")  # fmt: skip
            kind = exp.DataType.build("TEXT")
        limits: list[exp.Expr] = []
        if column.nullable is False:
            limits.append(exp.NotNullColumnConstraint())
        if attribute.identity:
            limits.append(exp.GeneratedAsIdentityColumnConstraint(this=attribute.identity.upper() == "ALWAYS"))
        elif attribute.generated:
            told = self._expression(attribute.generated, f"the computed column {column.name!r}")
            limits += [exp.ComputedColumnConstraint(this=exp.paren(told), persisted=True)] if told else []
        elif attribute.default:
            told = self._expression(attribute.default, f"the default of {column.name!r}")
            simple = isinstance(told, exp.Literal | exp.Boolean | exp.Null | exp.CurrentTimestamp)
            limits += [exp.DefaultColumnConstraint(this=told if simple else exp.paren(told))] if told else []
        said = [exp.ColumnConstraint(kind=one) for one in limits]
        return exp.ColumnDef(this=exp.to_identifier(column.name, quoted=True), kind=kind, constraints=said)

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
        return [*(self._key(word, one) for word, one in keys), *(self._foreign(one) for one in foreign)]

    def _key(self, word: str, key: UniqueKey) -> exp.Expr:
        columns = [exp.to_identifier(name, quoted=True) for name in key.columns]
        if word == "PRIMARY KEY":
            return exp.PrimaryKey(expressions=columns)
        return exp.UniqueColumnConstraint(this=exp.Schema(expressions=columns))

    def _foreign(self, key: ForeignKey) -> exp.Expr:
        parts = (key.dataset or "").split(".")
        columns = [exp.to_identifier(name, quoted=True) for name in key.referenced_columns]
        referred = exp.Schema(this=_table(parts[-1:] if self.target == "sqlite" else parts[-2:]), expressions=columns)
        acts = [f"ON {on} {act}" for on, act in (("DELETE", key.on_delete), ("UPDATE", key.on_update)) if _is_act(act)]
        return exp.ForeignKey(
            expressions=[exp.to_identifier(name, quoted=True) for name in key.columns],
            reference=exp.Reference(this=referred, options=acts),
        )

    def _checks(self) -> list[exp.Expr]:
        found: list[exp.Expr] = []
        for check in self.relation.checks:
            told = self._expression(check.expression or "", f"the check {check.name!r}")
            found += [exp.CheckColumnConstraint(this=told)] if told else []
        if found and self.target in KEYLESS:
            self._loses("checks_not_held", f"{self.target} holds no checks, so {len(found)} are left out.",
                        "Test them where the data is made.")  # fmt: skip
            return []
        return found

    def _expression(self, text: str, what: str) -> exp.Expr | None:
        """An expression, read: what is more than one is no expression, and goes nowhere."""
        plain = text.strip()
        if plain.upper().startswith("CHECK"):
            plain = plain[5:].strip()
        try:
            parsed = parse_one(plain, dialect=self.dialect)
        except (SqlglotError, RecursionError):
            parsed = None
        if not isinstance(parsed, exp.Condition) or parsed.find(exp.Command, exp.Query):
            self._loses("unread_expression", f"{what} cannot be read, so it is left out.", "Write it by hand.")
            return None
        return parsed.unnest()

    def _loses(self, code: str, sentence: str, remedy: str) -> None:
        self.lost.append(Missing(code, sentence[:1].upper() + sentence[1:], remedy, False))


def _is_act(act: str | None) -> bool:
    return (act or "").upper() in ("CASCADE", "RESTRICT", "SET NULL", "SET DEFAULT")
