"""The expression by which a statement of SQL makes a column of others; pure, by sqlglot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from headwater_catalog.schemas.dialects import sql_of

MOST_SQL = 64 * 1024
"""Characters of the SQL of one job that is looked into: half a second."""
MOST_SHOWN = 500
"""Characters of an expression that are shown."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A column of a table, made of a source's; column None: of the rows. table: its name; direct: see `find`."""

    table: str
    column: str | None
    source: str | None
    direct: bool


@dataclass(frozen=True, slots=True)
class Sql:
    """Statements that were read; dialect: sqlglot's name of it, None: the common one."""

    statements: tuple[exp.Expr, ...]
    dialect: str | None


def find(sql: Sql, wanted: Wanted) -> str | None:
    """How the statement that fills a table makes a column, as sqlglot prints it; None where it cannot be told.

    A direct use is told by the column's expression, another one (a filter, join, grouping) by the clause that names the
    source column, else by the expression too.
    """
    for query, columns in _filling(sql.statements, wanted.table):
        selected = _projection(query, columns, wanted.column)
        clause = _clause(query, wanted.source)
        found = (selected or clause) if wanted.direct else (clause or selected)
        if found is not None:
            return _shown(found, sql.dialect)
    return None


def read(sql: str, dialect: str | None) -> Sql:
    """The statements; none where they are too long or cannot be read."""
    known = sql_of(dialect)
    if len(sql) > MOST_SQL:
        return Sql((), known)
    try:
        return Sql(tuple(one for one in sqlglot.parse(sql, dialect=known) if one is not None), known)
    except (SqlglotError, ValueError, RecursionError):
        return Sql((), known)


def _filling(statements: tuple[exp.Expr, ...], table: str) -> Iterator[tuple[exp.Select, list[str]]]:
    """The queries that fill a table, with the columns that are listed for it; a lone query fills any."""
    for statement in statements:
        if isinstance(statement, (exp.Insert, exp.Create)):
            target, query = statement.this, statement.expression
            listed = [one.name for one in target.expressions] if isinstance(target, exp.Schema) else []
            named = target.find(exp.Table) if target is not None else None
            if named is not None and _same(named, table):
                yield from ((one, listed) for one in _selects(query))
        elif len(statements) == 1:
            yield from ((one, []) for one in _selects(statement))


def _selects(query: Any) -> Iterator[exp.Select]:
    while isinstance(query, exp.Subquery):
        query = query.this
    if isinstance(query, exp.SetOperation):
        yield from _selects(query.left)
        yield from _selects(query.right)
    elif isinstance(query, exp.Select):
        yield query


def _same(named: exp.Table, table: str) -> bool:
    """Whether one name is the end of the other, at a dot, whatever their case."""
    one = ".".join(part.name for part in named.parts).casefold().split(".")
    other = table.casefold().split(".")
    least = min(len(one), len(other))
    return one[-least:] == other[-least:]


def _projection(query: exp.Select, listed: list[str], column: str | None) -> exp.Expr | None:
    if column is None:
        return None
    names = listed or [one.alias_or_name for one in query.selects]
    for name, one in zip(names, query.selects, strict=False):
        if name.casefold() == column.casefold():
            return one
    return None


def _clause(query: exp.Select, source: str | None) -> exp.Expr | None:
    """WHERE, JOIN … that names a column; of a nested one its last part."""
    if source is None:
        return None
    last = source.rpartition(".")[2].casefold()
    held: Any
    for key in ("where", "joins", "group", "having", "qualify", "order", "distinct"):
        held = query.args.get(key)
        for part in held if isinstance(held, list) else [held] if held is not None else []:
            if any(one.name.casefold() == last for one in part.find_all(exp.Column, exp.Dot)):
                found: exp.Expr = part
                return found
    return None


def _shown(found: exp.Expr, dialect: str | None) -> str:
    text = " ".join(found.sql(dialect=dialect, comments=False).split())
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"
