"""Expressions of one SQL in another: what is not surely the same there is not written at all.

What a producer tells of defaults and checks may be anything. An expression is what sqlglot reads as exactly one.
Nothing else gets into a statement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sqlglot import exp, parse
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from headwater_catalog.schemas.families import NO_BOUND
from headwater_catalog.schemas.types import Type, of_sql
from headwater_catalog.templates.portable import escaped, is_portable
from headwater_catalog.templates.rendering import BOUNDLESS, word, written

Columns = Mapping[str, Type | None]
"""Types of the names that an expression may have, as far as they are known."""
_CHECK: Final = re.compile(r"CHECK\s*(?=\()", re.I)
_NEXT: Final = re.compile(r"nextval\s*\(", re.I)
_NUMBER: Final = re.compile(r"([+-]?)((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)", re.A)
_NUMBERS: Final = frozenset({"integer", "unsigned", "decimal", "float"})
_ISO: Final = {
    "date": re.compile(r"\d{4}-\d\d-\d\d", re.A),
    "time": re.compile(r"\d\d:\d\d:\d\d(?:\.\d{1,6})?", re.A),
    "timestamp": re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d{1,6})?)?", re.A),
    "moment": re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[+-]\d\d(?::?\d\d)?)?)?", re.A),
    "interval": re.compile(r"(?:@ )?[+-]?\d+(?: [a-z]|:)[\w :.+-]*", re.A | re.I),
}
"""Texts that every system reads as the same moment, or span: 'now' or 31.1.2026 are another thing in each."""
_CLOCKS: Final[dict[type[exp.Expr], str]] = {
    exp.CurrentDate: "date", exp.CurrentTimestamp: "moment", exp.CurrentTime: "time", exp.Localtime: "time",
    exp.Localtimestamp: "timestamp", exp.TimestampTrunc: "timestamp",
}  # fmt: skip
_MOMENTS: Final = frozenset({"date", "timestamp", "moment", "time"})
_AS_TEXT: Final = frozenset({"text", "integer", "unsigned", "uuid", "enum"})
"""Families whose values every system spells alike."""
_TEXTS: Final = {
    "sqlite": frozenset({"json", "jsonb", "uuid", *_MOMENTS}),
    "mysql": frozenset({"json", "jsonb", "uuid", "date", "timestamp", "time"}),
}  # fmt: skip
"""Families that are kept as texts, by target: a text is one of them as it stands."""
_DATES: Final = frozenset({"postgres", "duckdb", "redshift", "snowflake", "oracle"})
"""Dialects that reckon with dates by + and -; others take them for numbers or texts."""
_PASSING: Final = (exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentTime, exp.Localtime, exp.Localtimestamp)
_UNCUT: Final = frozenset({"duckdb", "sqlite"})
"""Dialects whose types hold texts to no length."""
_WHOLE: Final = frozenset({"mysql", "duckdb"})
"""Dialects whose / gives fractions of whole numbers, and which have another sign for what gives none."""
_LONGEST: Final = 19
"""Digits of a whole number of 64 bits."""


class _UnlikeError(Exception):
    """Something means another thing in the target, or may."""


def is_numbered(default: str | None) -> bool:
    """Whether a default is the next number of a sequence: the sequence itself is another statement."""
    return bool(default and _NEXT.match(default.strip()))


def expression(
    text: str, dialect: str | None, target: str, columns: Columns, *, quoted: bool = True
) -> exp.Expr | None:
    """A text that is one expression of its dialect and can be written in the target's; None for any other.

    quoted: names that are columns' stand in quotes.
    """
    plain = _CHECK.sub("", text.strip(), count=1) if _CHECK.match(text.strip()) else text.strip()
    try:
        found = parse(plain, dialect=dialect)
    except (SqlglotError, RecursionError):
        return None
    parsed = found[0] if len(found) == 1 else None
    if not isinstance(parsed, exp.Condition) or parsed.find(exp.Command, exp.Query, exp.Placeholder, exp.Parameter):
        return None
    try:
        wrapped = _Writer(dialect, target, columns).written(exp.Paren(this=parsed).transform(_listed))
    except _UnlikeError:
        return None
    names = {name.casefold() for name in columns}
    if dialect != target and any(one.name.casefold() not in names for one in wrapped.find_all(exp.Column)):
        return None
    for one in wrapped.find_all(exp.Column):
        if quoted and one.name in columns:
            one.this.set("quoted", True)
    return wrapped.unnest()


def of_value(condition: exp.Expr, column: str) -> exp.Expr:
    """A condition of a domain as one of a column: it calls the value VALUE."""

    def named(node: exp.Expr) -> exp.Expr:
        is_value = isinstance(node, exp.Column) and not node.table and node.name.upper() == "VALUE"
        return exp.column(exp.to_identifier(column, quoted=True)) if is_value and not node.this.quoted else node

    return condition.transform(named)


def _listed(node: exp.Expr) -> exp.Expr:
    """x = ANY (ARRAY[…]), as PostgreSQL prints x IN (…), and x <> ALL (ARRAY[…])."""
    listed = isinstance(node, exp.EQ) and isinstance(node.expression, exp.Any)
    if not listed and not (isinstance(node, exp.NEQ) and _is_all(node.expression)):
        return node
    inner = node.expression.expressions[0] if isinstance(node.expression, exp.Anonymous) else node.expression.this
    while isinstance(inner, exp.Paren | exp.Cast | exp.Tuple):
        if isinstance(inner, exp.Tuple) and len(inner.expressions) != 1:
            return node
        inner = inner.expressions[0] if isinstance(inner, exp.Tuple) else inner.this
    if not isinstance(inner, exp.Array) or not inner.expressions:
        return node
    found = exp.In(this=node.this.copy(), expressions=[one.copy() for one in inner.expressions])
    return found if listed else exp.Not(this=exp.Paren(this=found))


def _is_all(node: exp.Expr) -> bool:
    """ALL (…), which sqlglot reads as a function where no query stands in it."""
    if isinstance(node, exp.Anonymous):
        return str(node.this).upper() == "ALL" and len(node.expressions) == 1
    return isinstance(node, exp.All)


class _Writer:
    """Writes expressions of one dialect for another. columns: their types."""

    def __init__(self, dialect: str | None, target: str, columns: Columns) -> None:
        self.dialect, self.target, self.columns = dialect, target, columns

    def written(self, whole: exp.Expr) -> exp.Expr:
        """The expression as the target has it; raises _UnlikeError."""
        if self.dialect == self.target:
            return whole
        # From within to without: what a bracket holds is written before what is done with it.
        for node in reversed(list(whole.dfs())):
            made = self._cast(node) if isinstance(node, exp.Cast) else node
            made = self._divided(node) if isinstance(node, exp.Div) else made
            if isinstance(node, exp.Extract) and isinstance(node.this, exp.Literal):
                node.set("this", exp.var(node.this.name.upper()))
            made = self._like(node) if isinstance(node, exp.Like) and self.target == "sqlite" else made
            made = (
                escaped(node, self.dialect, self.target)
                if isinstance(node, exp.Like | exp.ILike) and made is node
                else made
            )
            if made is not node:
                node.replace(made)
        if not all(is_portable(one, self.dialect, self.target) and self._is_of_numbers(one) for one in whole.walk()):
            raise _UnlikeError
        return whole

    def _is_of_numbers(self, node: exp.Expr) -> bool:
        """Whether it does not reckon with dates where these are texts, or with fractions that are cut off."""
        if isinstance(node, exp.Mod) and "sqlite" in (self.dialect, self.target):
            kinds = [self._of(one) for one in (node.this, node.expression)]
            return all(one is not None and one.family in ("integer", "unsigned") for one in kinds)
        if isinstance(node, exp.Binary) and any(self._is_json(one) for one in (node.this, node.expression)):
            return isinstance(
                node, exp.Is | exp.JSONExtract | exp.JSONExtractScalar
            )  # its signs are compared elsewhere
        if not isinstance(node, exp.Add | exp.Sub) or {self.dialect, self.target} <= _DATES:
            return True
        sides = [one.unnest() for one in (node.this, node.expression)]
        return any(isinstance(one, exp.Interval) for one in sides) or not any(self._may_be_date(one) for one in sides)

    def _is_json(self, node: exp.Expr) -> bool:
        kind = self._of(node)
        return kind is not None and kind.family in ("json", "jsonb")

    def _may_be_date(self, side: exp.Expr) -> bool:
        """Whether it is no number, or may be none: a moment is somewhere in what is not known."""
        kind = self._of(side)
        if kind is not None:
            return kind.family not in _NUMBERS
        within = [self._of(one) for one in side.find_all(exp.Column, exp.Cast, *_CLOCKS)]
        return any(one is not None and one.family in _MOMENTS for one in within)

    def _like(self, node: exp.Like) -> exp.Expr:
        """LIKE of SQLite takes no notice of case, GLOB does."""
        pattern = node.expression.unnest()
        if not isinstance(pattern, exp.Literal) or "\\" in pattern.name:
            raise _UnlikeError
        found = exp.Glob(this=node.this, expression=exp.Literal.string(_as_glob(pattern.name)))
        return exp.Not(this=exp.Paren(this=found)) if node.args.get("negate") else found

    def _cast(self, node: exp.Cast) -> exp.Expr:
        inner: exp.Expr = node.this.unnest()
        kind = of_sql(node.to, self.dialect)
        if isinstance(inner, exp.Literal) or (isinstance(inner, exp.Neg) and isinstance(inner.this, exp.Literal)):
            return self._literal(node, inner, kind)
        if kind.family == "decimal":
            return self._decimal(node, kind)
        of = self._of(inner)
        if kind.family == "text" and of is not None:
            if of.family not in _AS_TEXT:
                raise _UnlikeError
            if of.family == "text" and kind.bounds[0] >= NO_BOUND:  # MySQL would compare it in another way
                return inner
        lacking = self.target == "mysql" and kind.family == "moment"
        made = kind.family in _TEXTS.get(self.target, frozenset()) - {"date"}  # a text, whatever stands in it
        if lacking or made or self._is_long(of, kind) or (self.target == "sqlite" and not self._is_kept(of, kind)):
            raise _UnlikeError
        return node

    def _is_long(self, of: Type | None, kind: Type) -> bool:
        """Whether a text may be longer than what it is cast to, where nothing cuts it off."""
        if kind.family != "text" or kind.bounds[0] >= NO_BOUND or self.target not in _UNCUT:
            return False
        return of is None or of.family != "text" or not of.bounds or of.bounds[0] > kind.bounds[0]

    def _is_kept(self, of: Type | None, kind: Type) -> bool:
        """Whether SQLite's CAST does the same: it cuts fractions off, and takes a date for the number of its year."""
        whole = ("integer", "unsigned")
        return kind.family not in whole or (of is not None and of.family in (*whole, "boolean"))

    def _literal(self, node: exp.Cast, inner: exp.Expr, kind: Type) -> exp.Expr:
        """A number as one, with all its digits; a text that is cast to a type which the target may lack as it is."""
        said = f"-{inner.this.name}" if isinstance(inner, exp.Neg) else inner.name
        number = _NUMBER.fullmatch(said)
        if kind.family in _NUMBERS and number and _keeps(kind, number[2]):
            broken = kind.family in ("decimal", "float") and number[2].isdigit() and node.find_ancestor(exp.Div)
            found: exp.Expr = exp.Literal.number(f"{number[2]}.0" if broken else number[2])
            return exp.Paren(this=exp.Neg(this=found)) if number[1] == "-" else found
        if isinstance(inner, exp.Neg) or not inner.is_string:
            return self._decimal(node, kind) if kind.family == "decimal" else node
        family = "interval" if word(node.to) == "INTERVAL" else kind.family
        if family in _ISO and not self._is_iso(said, family):
            raise _UnlikeError
        if kind.family in _TEXTS.get(self.target, ()):
            return inner
        if kind.family == "text" and len(said) <= kind.bounds[0]:
            return inner
        if self._is_long(None, kind):
            raise _UnlikeError
        known = written(node.to, self.dialect, self.target)
        lost = self.target == "sqlite" or (number is None and self.target not in ("duckdb", "postgres"))
        no_number = kind.family in ("decimal", "float") and lost
        if kind.family == "bytes" or (kind.family == "moment" and self.target == "mysql") or no_number:
            raise _UnlikeError
        if (kind.family == "decimal" and _is_boundless(kind)) or (known is None and word(node.to) == "INTERVAL"):
            raise _UnlikeError
        return inner if known is None else node

    def _is_iso(self, said: str, family: str) -> bool:
        endless = said in ("infinity", "-infinity") and {self.dialect, self.target} <= {"postgres", "duckdb"}
        return _ISO[family].fullmatch(said) is not None or (endless and family in _MOMENTS - {"time"})

    def _decimal(self, node: exp.Cast, kind: Type) -> exp.Expr:
        """A cast to a decimal: without digits it has none behind the point elsewhere, or a few."""
        if not _is_boundless(kind):
            whole, scale = kind.bounds
            node.set("to", exp.DataType.build(f"DECIMAL({whole + scale}, {scale})"))
            return node
        if self.target in BOUNDLESS and self.target != "sqlite":
            return node
        inner: exp.Expr = node.this
        of = self._of(inner)
        if of is not None and of.family == "decimal":
            return inner
        if of is None or of.family not in ("integer", "unsigned"):
            raise _UnlikeError
        if self.target == "sqlite":
            return exp.cast(inner, "REAL") if node.find_ancestor(exp.Div) else inner
        node.set("to", exp.DataType.build(f"DECIMAL({_LONGEST}, 0)"))
        return node

    def _divided(self, node: exp.Div) -> exp.Expr:
        """A quotient: of whole numbers it is whole where the dialect says so."""
        if not node.args.get("typed"):
            return node
        sides = self._of(node.this), self._of(node.expression)
        known = [one.family for one in sides if one is not None and one.family in _NUMBERS]
        broken = any(family in ("decimal", "float") for family in known)
        if not broken and len(known) < 2:
            raise _UnlikeError
        if broken and self.target == "sqlite":  # it keeps 5.00 as 5
            return exp.Div(this=exp.cast(node.this, "REAL"), expression=node.expression, typed=True)
        if broken or Dialect.get_or_raise(self.target).TYPED_DIVISION:
            return node
        if self.target not in _WHOLE:
            raise _UnlikeError
        return exp.Paren(this=exp.IntDiv(this=node.this, expression=node.expression))

    def _of(self, node: exp.Expr) -> Type | None:
        """The type of what an expression gives, as far as that is told."""
        node = node.unnest()
        if isinstance(node, exp.Column):
            return self.columns.get(node.name)
        if isinstance(node, exp.Literal):
            return Type("text" if node.is_string else "integer" if node.name.isdigit() else "decimal")
        if isinstance(node, exp.Cast):
            return of_sql(node.to, self.dialect)
        if isinstance(node, exp.Length | exp.IntDiv):
            return Type("integer")
        clock = _CLOCKS.get(type(node))
        return Type(clock) if clock else self._sum(node)

    def _sum(self, node: exp.Expr) -> Type | None:
        """The same of what is reckoned of numbers."""
        if isinstance(node, exp.Neg):
            return self._of(node.this)
        if not isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div | exp.Mod):
            return None
        families = [one.family for side in (node.this, node.expression) if (one := self._of(side)) is not None]
        widest = next((one for one in ("float", "decimal") if one in families), None)
        return Type(widest or "integer") if len(families) == 2 and set(families) <= _NUMBERS else None


def is_passing(condition: exp.Expr) -> bool:
    """Whether it asks what time it is, which few systems let a check do."""
    return condition.find(*_PASSING) is not None


def _as_glob(pattern: str) -> str:
    """A pattern of LIKE as one of GLOB."""
    signs = {"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}
    return "".join(signs.get(sign, sign) for sign in pattern)


def _is_boundless(kind: Type) -> bool:
    return kind.bounds[0] >= NO_BOUND


def _keeps(kind: Type, digits: str) -> bool:
    """Whether a number stays the same when it is cast: a decimal with a scale would round it."""
    if "e" in digits.lower():
        return kind.family == "float"
    behind = len(digits.partition(".")[2])
    if kind.family == "decimal" and not _is_boundless(kind):
        return behind <= kind.bounds[1]
    return kind.family in ("decimal", "float") or "." not in digits
