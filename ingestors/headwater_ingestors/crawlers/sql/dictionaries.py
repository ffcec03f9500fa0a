"""ClickHouse's dictionaries: tables that functions read, and that stand there as their first argument."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from headwater_ingestors.crawlers.sql.values import TableName


def quoted(query: exp.Query) -> exp.Query:
    """The query with these names as text, as they may be written too: they are no columns. Changes it in place."""
    for function in _functions(query):
        first = function.expressions[0]
        if isinstance(first, exp.Column):
            first.replace(exp.Literal.string(".".join(part.name for part in first.parts)))
    return query


def dictionaries(query: exp.Expr) -> Iterator[TableName]:
    """The dictionaries that a query reads, once they are text."""
    for function in _functions(query):
        if isinstance(function.expressions[0], exp.Literal):
            yield tuple(function.expressions[0].name.split("."))


def _functions(query: exp.Expr) -> Iterator[exp.Anonymous]:
    for function in query.find_all(exp.Anonymous):
        if function.name.lower().startswith(("dictget", "dicthas")) and function.expressions:
            yield function
