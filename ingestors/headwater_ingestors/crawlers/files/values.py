"""What texts of a column mean beside what DuckDB reads of them: tokens of no value, decimals. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from headwater_ingestors.crawlers.files.kinds import DOUBLE, TEXT, UNKNOWN, Kind, integer

TOKENS: Final = frozenset(
    (
        "NULL",
        "null",
        "Null",
        "(null)",
        "NA",
        "N/A",
        "n/a",
        "#N/A",
        "NaN",
        "nan",
        "None",
        "none",
        "nil",
        r"\N",
        "-",
        "--",
        "?",
    )
)
"""Texts that mean no value, where the others of the column are numbers or times."""
ALWAYS: Final = r"\N"
MAYBE: Final = TOKENS - {ALWAYS}
"""Those that are also words, such as the code of Namibia."""
_TYPED: Final = re.compile(
    r"[+-]?\d[\d.,' ]*(?:[eE][+-]?\d+)?|[+-]?\.\d+|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?|\d{1,2}:\d\d(?::\d\d.*)?"
    r"|true|false|True|False|TRUE|FALSE",
    re.ASCII,
)
_COMMA: Final = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?", re.ASCII)
_POINT: Final = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_COMMA_FOR_SURE: Final = re.compile(
    r"[+-]?(?:\d+,(?:\d{1,2}|\d{4,})|0,\d+|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,})", re.ASCII
)
_POINT_FOR_SURE: Final = re.compile(r"[+-]?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})", re.ASCII)
_NOUGHT: Final = re.compile(r"[+-]?0[.,]?\d", re.ASCII)
"""What no number begins with: by it a code would lose its first signs."""
_CLASSES: Final = {
    "truth": re.compile("true|false|True|False|TRUE|FALSE"),
    "time": re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T][\d:.+Z-]+)?|\d{1,2}:\d\d(?::[\d.]+)?", re.ASCII),
    "number": re.compile(rf"{_COMMA.pattern}|{_POINT.pattern}|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII),
}
_AMOUNT: Final = re.compile(
    r"(?:[A-Z]{3} |[€$£¥] ?)?\(?[+-]?(?:(?:\d{1,3}(?:[.' \u00a0\u202f]\d{3})+|\d+),\d+|\d{1,3}(?:,\d{3})+(?:\.\d+)?)\)?"
    r"(?:[+-]|[ \u00a0\u202f]?[%‰€$£¥°]|[ \u00a0\u202f][^\W\d_]{1,5})?"
)
"""A number with a comma, its unit before or behind it, its sign behind it, or in brackets if it is negative."""


def amount(value: str) -> bool:
    """Whether a text is a number as people write it, the comma in which divides nothing: 1,5 %, 1.001,00-, 2,50 EUR."""
    return bool(_AMOUNT.fullmatch(value))


def typed(value: str) -> bool:
    """Whether a text is a number, a time or a truth value."""
    return bool(_TYPED.fullmatch(value))


def class_of(value: str) -> str | None:
    """What a text is, more strictly than `typed`: a truth value, a time, a number; None: any text."""
    return next((name for name, pattern in _CLASSES.items() if pattern.fullmatch(value)), None)


class Numbers(NamedTuple):
    """How numbers are written. None: as programs write them."""

    decimal: str | None = None
    thousands: str | None = None


def null_tokens(columns: Iterable[Sequence[str | None]]) -> tuple[str, ...]:
    """The tokens that stand for no value in any of these columns."""
    found: set[str] = set()
    for values in columns:
        seen = {value for value in values if value}
        tokens, others = seen & TOKENS, seen - TOKENS
        found |= tokens & {ALWAYS}
        if tokens and others and all(map(typed, others)):
            found |= tokens
    return tuple(sorted(found))


def numbers(columns: Iterable[Sequence[str | None]], tokens: Sequence[str]) -> Numbers:
    """The sign before decimals and that between thousands, by columns in which only one reading is possible."""
    for column in columns:
        values = told(column, tokens)
        if values and all(_COMMA.fullmatch(value) for value in values) and any(map(_COMMA_FOR_SURE.fullmatch, values)):
            return Numbers(",", "." if any("." in value for value in values) else None)
        if values and all(_POINT.fullmatch(value) for value in values) and any(map(_POINT_FOR_SURE.fullmatch, values)):
            return Numbers(None, ",")
    return Numbers()


def kind_of_texts(column: Sequence[str | None], tokens: Sequence[str], how: Numbers) -> Kind:
    """The type of a column that DuckDB takes for text: numbers with thousands, none without a value, or text."""
    values = told(column, tokens)
    if not values:
        return UNKNOWN
    if how.thousands:
        pattern, point = (_COMMA, ",") if how.decimal == "," else (_POINT, ".")
        if all(map(pattern.fullmatch, values)) and not any(map(_NOUGHT.match, _without_decimals(values, point))):
            return DOUBLE if any(point in value for value in values) else integer(64)
    return TEXT


def _without_decimals(values: Sequence[str], point: str) -> Iterator[str]:
    return (value.split(point, 1)[0] for value in values)


def told(column: Sequence[str | None], tokens: Sequence[str]) -> list[str]:
    """The values of a column, each once."""
    return [value for value in dict.fromkeys(column) if value and value not in tokens]
