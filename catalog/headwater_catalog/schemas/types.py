"""Canonical types of columns, and whether one holds every value of another.

A type of any system is one of few families with its bounds. A change from one to another is a *widening* where the new
type holds each value of the old one as the same value:

- more bits of an integer, of a float; an unsigned integer in a signed one of more bits;
- an integer in a decimal with as many digits before the point, or in a float whose mantissa holds it (24 or 53 bits);
- more digits before the point and no fewer behind; more characters, or no bound of them; the same of bytes;
- a date as a timestamp; a list or map whose parts are widened.

Every other change is a *narrowing*, also between families (a number to text): who reads it as before may fail. Types of
systems that are not known here are equal if they are spelled alike, and else narrow. Nothing is said where one is not
known at all. Records (STRUCT) are alike; their fields are columns of their own, with dotted paths.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from sqlglot import exp
from sqlglot.errors import SqlglotError

from headwater_catalog.schemas.arrow import arrow_fields, read_arrow
from headwater_catalog.schemas.dialects import sql_of
from headwater_catalog.schemas.families import (
    NO_BOUND,
    RECORD,
    Inner,
    Type,
    characters,
    clock,
    decimal,
    floating,
    integer,
    listed,
    octets,
    timestamp,
)
from headwater_catalog.schemas.sql_types import of_sql, own, spelled, sql_fields, sql_nullable

MOST_TEXT: Final = 1_000
"""Characters of a type; a longer one is compared as text."""
MOST_ARROW: Final = 10_000
"""Characters of a type of Arrow, whose records stand in it whole."""
MOST_CACHED: Final = 20_000
"""Types that are kept once read: reading one takes sqlglot up to half a millisecond."""
UNREADABLE: Final = (SqlglotError, ValueError, RecursionError, AttributeError, LookupError, TypeError)
"""What sqlglot raises over texts that are no type: beside its own errors those of Python, where its parser trips."""


_VARBIT: Final = re.compile(r"(?:bit varying|varbit) ?(\(\d{1,9}\))?", re.IGNORECASE | re.ASCII)
_BITS: Final = frozenset({"postgres", "redshift", None})
"""Dialects that have it; sqlglot reads it as BIT."""
_MINUS: Final = re.compile(r"(?:numeric|decimal|number)\((\d{1,3}), ?-(\d{1,3})\)", re.IGNORECASE | re.ASCII)


def read_type(text: str | None, dialect: str | None = None) -> Type | None:
    """The canonical type that a text means; None where there is none.

    dialect: the SQL it is of; where there is none such, names of Arrow come before those of SQL.
    """
    text = (text or "").strip()
    if not text:
        return None
    known = sql_of(dialect)
    if len(text) > MOST_TEXT:
        return (read_arrow(text) if known is None and len(text) <= MOST_ARROW else None) or Type(text)
    return _read(text, known)


def fields_of(text: str | None, dialect: str | None = None) -> tuple[Inner, ...]:
    """What the type of a record, or of a list of records, has within; none where the text does not say."""
    plain = (text or "").strip()
    known = sql_of(dialect)
    if known is None and len(plain) <= MOST_ARROW and read_arrow(plain):
        return tuple(arrow_fields(plain))
    return _parsed(plain, known).fields if 0 < len(plain) <= MOST_TEXT else ()


def says_null(text: str | None, dialect: str | None = None) -> bool | None:
    """Whether a type says by itself that there may be nulls, as those of ClickHouse do; None: it says nothing."""
    plain = (text or "").strip()
    return _parsed(plain, sql_of(dialect)).nullable if 0 < len(plain) <= MOST_TEXT else None


class _Parsed(NamedTuple):
    type: Type
    fields: tuple[Inner, ...] = ()
    nullable: bool | None = None


def _read(text: str, dialect: str | None) -> Type:
    """Names of Arrow in capitals (Float64, as pandas and Polars have it) where SQL has none such."""
    if dialect is not None:
        return _parsed(text, dialect).type
    found = read_arrow(text) or _parsed(text, None).type
    return (read_arrow(text.lower()) or found) if found.family == text.upper() else found


@lru_cache(maxsize=MOST_CACHED)
def _parsed(text: str, dialect: str | None) -> _Parsed:
    known = spelled(text, dialect)
    if known is not None:
        return _Parsed(known)
    if bits := _VARBIT.fullmatch(text) if dialect in _BITS else None:
        return _Parsed(own(f"BIT VARYING{bits[1] or ''}"))
    if minus := _MINUS.fullmatch(text):
        return _Parsed(decimal(int(minus[1]), -int(minus[2])))
    try:
        found = exp.DataType.build(text, dialect=dialect)
        if not isinstance(found, exp.DataType):  # of a text with a semicolon it builds a block of statements
            return _Parsed(_unread(text, dialect))
        return _Parsed(of_sql(found, dialect), tuple(sql_fields(found, dialect)), sql_nullable(found, dialect))
    except UNREADABLE:
        return _Parsed(_unread(text, dialect))


def _unread(text: str, dialect: str | None) -> Type:
    """A type by its name alone, perhaps a list of such: of a type in a schema sqlglot reads no list."""
    plain = text.removesuffix("[]")
    return listed(_parsed(plain, dialect).type) if plain and plain != text else own(text)


__all__ = [
    "NO_BOUND", "RECORD", "Inner", "Type", "characters", "clock", "decimal", "fields_of", "floating", "integer",
    "listed", "octets", "of_sql", "read_type", "says_null", "timestamp",
]  # fmt: skip
