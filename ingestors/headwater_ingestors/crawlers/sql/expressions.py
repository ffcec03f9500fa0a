"""The columns and queries in an expression, each with how it bears on the expression's value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

from headwater_ingestors.crawlers.sql.values import (
    AGGREGATION,
    CONDITIONAL,
    FILTER,
    IDENTITY,
    SORT,
    TRANSFORMATION,
    WINDOW,
    Via,
    through,
)

Use = tuple[exp.Expr, Via]
"""A column or a query, and its way into the value."""

_TRANSPARENT: Final = (exp.Alias, exp.Paren, exp.Subquery, exp.Aliases, exp.Tuple)
_ROW_OF_WINDOW: Final = (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue)
"""They take the value of one row; sqlglot counts them among the aggregates."""
_QUERIES: Final = (exp.Select, exp.SetOperation)


def uses(expression: exp.Expr) -> Iterator[Use]:
    """Columns and queries of an expression, those of queries inside it left to whoever reads these."""
    stack: list[Use] = [(expression, IDENTITY)]
    while stack:
        node, via = stack.pop()
        if isinstance(node, (exp.Column, *_QUERIES)) or nested(node):
            yield node, via
        else:
            stack.extend((child, through(via, step)) for child, step in _steps(node))


def nested(node: exp.Expr) -> bool:
    """Whether it is a field within a column: `customer.address.city`."""
    while isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        node = node.this
        if isinstance(node, exp.Column):
            return True
    return False


def _steps(node: exp.Expr) -> Iterator[Use]:
    """The children of a node, each with what the node does to it."""
    if isinstance(node, exp.Case):
        yield from _case(node)
    elif isinstance(node, exp.If):
        yield from _conditional(node)
    elif isinstance(node, exp.Window):
        yield from _window(node)
    elif isinstance(node, exp.Filter):
        yield node.this, IDENTITY
        yield node.expression, FILTER
    elif isinstance(node, exp.WithinGroup):
        yield node.this, IDENTITY
        yield node.expression, AGGREGATION
    elif isinstance(node, exp.Exists):
        yield node.this, FILTER
    elif isinstance(node, exp.Order):
        if isinstance(node.this, exp.Expr):  # what is aggregated in that order
            yield node.this, IDENTITY
        yield from ((child, SORT) for child in node.expressions)
    else:
        step = _step(node)
        yield from ((child, step) for child in node.iter_expressions())


def _step(node: exp.Expr) -> Via:
    if isinstance(node, _TRANSPARENT):
        return IDENTITY
    return AGGREGATION if isinstance(node, exp.AggFunc) and not isinstance(node, _ROW_OF_WINDOW) else TRANSFORMATION


def _case(node: exp.Case) -> Iterator[Use]:
    if node.this:
        yield node.this, CONDITIONAL
    yield from ((branch, TRANSFORMATION) for branch in node.args["ifs"])
    if node.args.get("default"):
        yield node.args["default"], TRANSFORMATION


def _conditional(node: exp.If) -> Iterator[Use]:
    yield node.this, CONDITIONAL
    yield from ((node.args[arm], TRANSFORMATION) for arm in ("true", "false") if node.args.get(arm))


def _window(node: exp.Window) -> Iterator[Use]:
    yield node.this, TRANSFORMATION
    framing = [*(node.args.get("partition_by") or ()), node.args.get("order")]
    yield from ((child, WINDOW) for child in framing if isinstance(child, exp.Expr))
