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

from functools import lru_cache
from typing import Final

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
    decimal,
    floating,
    integer,
    listed,
    octets,
    timestamp,
)

MOST_TEXT: Final = 1_000
"""Characters of a type; a longer one is compared as text."""
MOST_ARROW: Final = 10_000
"""Characters of a type of Arrow, whose records stand in it whole."""
MOST_CACHED: Final = 20_000
"""Types that are kept once read: reading one takes sqlglot up to half a millisecond."""
UNREADABLE: Final = (SqlglotError, ValueError, RecursionError, AttributeError, LookupError, TypeError)
"""What sqlglot raises over texts that are no type: beside its own errors those of Python, where its parser trips."""


INTEGERS: Final = {
    "TINYINT": 8, "SMALLINT": 16, "MEDIUMINT": 24, "INT": 32, "BIGINT": 64, "INT128": 128, "INT256": 256,
    "SMALLSERIAL": 16, "SERIAL": 32, "BIGSERIAL": 64, "YEAR": 16,
}  # fmt: skip
UNSIGNED: Final = {
    "UTINYINT": 8, "USMALLINT": 16, "UMEDIUMINT": 24, "UINT": 32, "UBIGINT": 64, "UINT128": 128, "UINT256": 256,
}  # fmt: skip
MANTISSAS: Final = {"BF16": 8, "FLOAT": 24, "DOUBLE": 53}
DECIMALS: Final = {"DECIMAL", "UDECIMAL", "BIGDECIMAL", "MONEY", "SMALLMONEY"}
TEXTS: Final = {"CHAR", "NCHAR", "VARCHAR", "NVARCHAR", "BPCHAR", "NAME"}
LONG_TEXTS: Final = {"TEXT", "LONGTEXT", "MEDIUMTEXT", "TINYTEXT"}
BYTES: Final = {"BINARY", "VARBINARY", "BLOB", "LONGBLOB", "MEDIUMBLOB", "TINYBLOB", "IMAGE"}
WITH_ZONE: Final = {"TIMESTAMPTZ", "TIMESTAMPLTZ"}
WITHOUT_ZONE: Final = {"TIMESTAMP", "TIMESTAMPNTZ", "DATETIME", "DATETIME2", "SMALLDATETIME", "TIMESTAMP_S"} | {
    "TIMESTAMP_MS",
    "TIMESTAMP_NS",
}
_FIXED: Final[dict[str, Type]] = {
    **{name: integer(bits) for name, bits in INTEGERS.items()},
    **{name: integer(bits, signed=False) for name, bits in UNSIGNED.items()},
    **{name: floating(bits) for name, bits in MANTISSAS.items()},
    **dict.fromkeys(LONG_TEXTS, characters()),
    **dict.fromkeys(WITH_ZONE, timestamp(zone=True)),
    **dict.fromkeys(WITHOUT_ZONE, timestamp(zone=False)),
    **{name: Type(name.lower()) for name in ("BOOLEAN", "DATE", "TIME", "TIMETZ", "UUID", "JSON", "JSONB")},
}


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
    return tuple(arrow_fields(plain)) if known is None and len(plain) <= MOST_ARROW and read_arrow(plain) else ()


@lru_cache(maxsize=MOST_CACHED)
def _read(text: str, dialect: str | None) -> Type:
    arrow = read_arrow(text) if dialect is None else None
    if arrow is not None:
        return arrow
    try:
        found = exp.DataType.build(text, dialect=dialect)
        # Of a text with a semicolon it builds a block of statements.
        return of_sql(found) if isinstance(found, exp.DataType) else Type(text.upper())
    except UNREADABLE:
        return Type(text.upper())


def of_sql(kind: exp.DataType) -> Type:
    """The canonical type of one of SQL."""
    name = str(kind.this.value) if isinstance(kind.this, exp.DataType.Type) else str(kind.this)
    inner = [one for one in kind.expressions if isinstance(one, exp.Expr)]
    numbers = [int(one.name) for one in inner if one.name.isdigit()]
    parts = [of_sql(one) for one in inner if isinstance(one, exp.DataType)]
    simple = _simple(name, numbers)
    if simple is not None:
        return simple
    if name in ("ARRAY", "LIST"):
        return Type("list", parts=tuple(parts))
    if name == "MAP":
        return Type("map", parts=tuple(parts))
    if name in ("STRUCT", "OBJECT", "NESTED"):
        return RECORD
    return Type(kind.sql().upper())


def _simple(name: str, numbers: list[int]) -> Type | None:
    most = numbers[0] if numbers else None
    found: Type | None = _FIXED.get(name)
    if name in DECIMALS:
        found = decimal(*numbers[:2])
    elif name in TEXTS:
        found = characters(most)
    elif name in BYTES:
        found = octets(most)
    return found


__all__ = [
    "NO_BOUND", "RECORD", "Inner", "Type", "characters", "decimal", "fields_of", "floating", "integer", "listed",
    "octets", "of_sql", "read_type", "timestamp",
]  # fmt: skip
