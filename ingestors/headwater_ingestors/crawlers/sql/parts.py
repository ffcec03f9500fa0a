"""A part of a statement: the table that it writes and the query that gives what it writes; queries made for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from sqlglot import exp

from headwater_ingestors.crawlers.sql.values import Gap


@dataclass(frozen=True, slots=True)
class Part:
    """What a statement does to one table, or, without a target, what it reads.

    names: of the columns that the query's columns go to, in their order; by_name: they go to those of their own names;
    read_only: tables that are read and of which nothing is known to go into the target.
    """

    target: exp.Table | None = None
    query: exp.Query | None = None
    names: tuple[exp.Identifier, ...] = ()
    by_name: bool = False
    change: str | None = None
    temporary: bool = False
    defines: tuple[exp.ColumnDef, ...] = ()
    previous: exp.Table | None = None
    copied: exp.Table | None = None
    gap: Gap | None = None


def as_query(node: exp.Expr) -> exp.Query:
    """A query that can stand alone."""
    if isinstance(node, exp.Values):
        return _rows(node)
    inner = cast(exp.Query, node.unnest())
    if inner is not node and any(node.args.get(key) for key in ("order", "limit", "joins")):
        return exp.select("*").from_(node.copy())
    outer = node.args.get("with_")
    return with_of(node, inner) if outer and inner is not node else inner


def _rows(values: exp.Values) -> exp.Query:
    """VALUES as a query: of rows of literals the first stands for all."""
    rows = [row.expressions if isinstance(row, exp.Tuple) else [row] for row in values.expressions]
    telling = [row for row in rows if any(cell.find(exp.Query, exp.Column) for cell in row)]
    queries = [exp.select(*(cell.copy() for cell in row)) for row in (telling or rows[:1])]
    return exp.union(*queries, distinct=False) if len(queries) > 1 else queries[0]


def with_of(statement: exp.Expr, query: exp.Query) -> exp.Query:
    """The query, the WITH of its statement before its own."""
    outer = statement.args.get("with_")
    if outer and statement is not query:
        own = query.args.get("with_")
        merged = outer.copy()
        merged.set("expressions", [*merged.expressions, *(own.expressions if own else ())])
        query.set("with_", merged)
    return query


def target_of(node: exp.Expr) -> tuple[exp.Expr, list[exp.Expr]]:
    """The table that is written, and the columns that are listed after it."""
    if isinstance(node, exp.Schema):
        return node.this, node.expressions
    return node, []


def table_of(node: exp.Expr) -> exp.Table | None:
    """The table that is written, if it is one."""
    found = target_of(node)[0]
    return found if isinstance(found, exp.Table) else None


def reading(relations: list[exp.Expr]) -> exp.Select:
    """A query of all these side by side, each with the joins that hang on it."""
    query = exp.select()
    for place, relation in enumerate(relations):
        alone = relation.copy()
        alone.set("joins", None)
        query = query.join(alone, join_type="cross") if place else query.from_(alone)
        for join in relation.args.get("joins") or ():
            query.append("joins", join.copy())
    return query


def marked_temporary(table: exp.Table) -> bool:
    """Whether its name says that it is temporary: #t."""
    return bool(table.this.args.get("temporary")) or table.name.startswith("#")
