"""What of an expression means the same in two SQLs: what is not listed here is of one system alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from sqlglot import exp

from headwater_catalog.templates.rendering import word, written

Nodes = frozenset[type[exp.Expr]]
_EVERYWHERE: Final[Nodes] = frozenset({
    exp.Paren, exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.And, exp.Or, exp.Not,
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ, exp.In, exp.Between,
    exp.Like, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.BitwiseAnd, exp.BitwiseOr,
    exp.Cast, exp.DataType, exp.DataTypeParam, exp.Case, exp.If, exp.Abs, exp.Length, exp.Lower, exp.Upper,
    exp.Coalesce, exp.Nullif, exp.Substring, exp.Trim, exp.Round,
    exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime,
})  # fmt: skip
"""All of these SQLite has in every build."""
_FURTHER: Final[dict[str, Nodes]] = {
    "sqlite": frozenset({exp.Glob, exp.DPipe}),
    "mysql": frozenset({exp.Extract, exp.Var, exp.Floor, exp.Ceil, exp.DPipe}),
    "postgres": frozenset({exp.Interval, exp.Var, exp.Extract, exp.Floor, exp.Ceil, exp.DPipe}),
    "duckdb": frozenset({exp.Interval, exp.Var, exp.Extract, exp.Floor, exp.Ceil, exp.DPipe, exp.Uuid, exp.Array}),
}
"""By target, whatever it comes from."""
_AKIN: Final = frozenset({"postgres", "duckdb"})
_OF_AKIN: Final[Nodes] = frozenset({
    exp.ILike, exp.Escape, exp.RegexpLike, exp.StartsWith, exp.Greatest, exp.Least, exp.BitwiseXor, exp.BitwiseNot,
    exp.AtTimeZone, exp.Localtime, exp.Localtimestamp, exp.TimestampTrunc, exp.Sqrt,
    exp.JSONExtract, exp.JSONExtractScalar, exp.JSONPath, exp.JSONPathRoot, exp.JSONPathKey,
})  # fmt: skip
"""Between PostgreSQL and DuckDB, which took much of it over."""
_ESCAPING: Final = frozenset({"postgres", "mysql"})
"""Dialects in whose LIKE a backslash takes the meaning of the sign behind it."""
_FOLDED: Final = frozenset({"sqlite"})
"""Dialects whose LIKE takes no notice of case."""
_FIELDS: Final = frozenset({"YEAR", "QUARTER", "MONTH", "DAY", "HOUR", "MINUTE"})
"""Parts of a moment that are whole numbers everywhere."""
_FIELDS_OF_AKIN: Final = frozenset({"DOW", "DAYOFWEEK", "ISODOW", "DOY", "DAYOFYEAR", "WEEK", "EPOCH"})
_PATTERN: Final = re.compile(
    r"""(?!\*)(?:[\w\x20\-@,:;=<>/%&\#'"!~`^$|)+*?] | \((?!\?) | \\[^\w\s] | \{\d{1,3}(?:,\d{0,3})?\}
    | \[\^?(?:[\w\x20\-@.,:;=<>/%&\#+*?$]|\\[^\w\s])+\])*""",
    re.A | re.X,
)
"""Regular expressions that PostgreSQL and DuckDB take for the same: without classes of letters, which are Unicode's in
one and ASCII's in the other, the dot, which is a line end too in one, and what one of them lacks."""


def is_portable(node: exp.Expr, dialect: str | None, target: str) -> bool:
    """Whether a node, but for what stands in it, means in the target what it means in its dialect."""
    akin = dialect in _AKIN and target in _AKIN
    if type(node) not in _EVERYWHERE | _FURTHER.get(target, frozenset()) | (_OF_AKIN if akin else frozenset()):
        return False
    condition = _CONDITIONS.get(type(node))
    return condition is None or condition(node, dialect, target)


def escaped(node: exp.Expr, dialect: str | None, target: str) -> exp.Expr:
    """A LIKE with a backslash that the target has to be told of."""
    told = dialect == "postgres" and target == "duckdb" and not isinstance(node.parent, exp.Escape)
    if not told or "\\" not in node.expression.unnest().name:
        return node
    return exp.Escape(this=node.copy(), expression=exp.Literal.string("\\"))


def _is_cast(node: exp.Expr, dialect: str | None, target: str) -> bool:
    """Each system spells lists in a text of its own."""
    return word(node.args["to"]) != "ARRAY"


def _is_type(node: exp.Expr, dialect: str | None, target: str) -> bool:
    if not isinstance(node, exp.DataType) or written(node, None, target) is None:
        return False
    return not (target == "sqlite" and word(node) == "INTERVAL")


def _is_part(node: exp.Expr, dialect: str | None, target: str) -> bool:
    akin = dialect in _AKIN and target in _AKIN
    return node.name.upper() in (_FIELDS | _FIELDS_OF_AKIN if akin else _FIELDS)


def _is_trim(node: exp.Expr, dialect: str | None, target: str) -> bool:
    """MySQL takes off a text, others each of its signs."""
    return node.args.get("expression") is None or "mysql" not in (dialect, target)


def _is_substring(node: exp.Expr, dialect: str | None, target: str) -> bool:
    """Whether it starts at a number above 0: what is before the first sign differs."""
    start = node.args.get("start")
    return isinstance(start, exp.Literal) and not start.is_string and start.name.isdigit() and int(start.name) > 0


def _is_member(node: exp.Expr, dialect: str | None, target: str) -> bool:
    """Whether it is of one member: DuckDB takes a text that starts with $ or / for a path."""
    within = node.expression.unnest()
    return isinstance(within, exp.JSONPath) or (isinstance(within, exp.Literal) and within.name.isidentifier())


def _is_like(node: exp.Expr, dialect: str | None, target: str) -> bool:
    """Whether a pattern means the same: case and backslashes do not everywhere."""
    if dialect in _FOLDED or target in _FOLDED:
        return False
    pattern = node.expression.unnest()
    alike = (dialect in _ESCAPING) == (target in _ESCAPING)
    if not isinstance(pattern, exp.Literal):
        return alike and target != "tsql"
    if isinstance(node.parent, exp.Escape):
        return True
    return (alike or "\\" not in pattern.name) and not (target == "tsql" and "[" in pattern.name)


def _is_pattern(node: exp.Expr, dialect: str | None, target: str) -> bool:
    pattern = node.expression.unnest()
    plain = isinstance(pattern, exp.Literal) and not node.args.get("flag")
    return plain and _PATTERN.fullmatch(pattern.name) is not None


_CONDITIONS: Final[dict[type[exp.Expr], Callable[[exp.Expr, str | None, str], bool]]] = {
    exp.Cast: _is_cast,
    exp.DataType: _is_type,
    exp.Is: lambda node, dialect, target: isinstance(node.expression, exp.Null | exp.Boolean),
    exp.IntDiv: lambda node, dialect, target: target in ("mysql", "duckdb"),
    exp.Trim: _is_trim,
    exp.Substring: _is_substring,
    exp.Extract: _is_part,
    exp.RegexpLike: _is_pattern,
    exp.JSONExtract: _is_member,
    exp.JSONExtractScalar: _is_member,
    exp.Like: _is_like,
    exp.ILike: _is_like,
}
"""What has to be so of some of them."""
