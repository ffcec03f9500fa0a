"""Canonical types of those of SQL, as sqlglot has parsed them; what is not said is what the dialect's system takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from sqlglot import Token, TokenType, exp

from headwater_catalog.schemas.families import (
    RECORD,
    Inner,
    Type,
    characters,
    clock,
    decimal,
    floating,
    integer,
    octets,
    record_of,
    timestamp,
)

MOST_DEPTH: Final = 32
INTEGERS: Final = {
    "TINYINT": 8, "SMALLINT": 16, "MEDIUMINT": 24, "INT": 32, "BIGINT": 64, "INT128": 128, "INT256": 256,
    "SMALLSERIAL": 16, "SERIAL": 32, "BIGSERIAL": 64, "YEAR": 16,
}  # fmt: skip
UNSIGNED: Final = {
    "UTINYINT": 8, "USMALLINT": 16, "UMEDIUMINT": 24, "UINT": 32, "UBIGINT": 64, "UINT128": 128, "UINT256": 256,
}  # fmt: skip
ALL_LONG: Final = frozenset({"sqlite"})
"""Dialects that keep whole numbers of any type in 64 bits with a sign."""
MANTISSAS: Final = {"BF16": 8, "FLOAT": 24, "DOUBLE": 53}
LONG_FLOATS: Final = frozenset({"oracle", "bigquery", "teradata", "sqlite"})
"""Dialects whose FLOAT is a DOUBLE."""
DECIMALS: Final = frozenset({"DECIMAL", "BIGDECIMAL", "MONEY", "SMALLMONEY"})
DIGITS: Final = {
    "mysql": (10, 0), "tsql": (18, 0), "hive": (10, 0), "spark": (10, 0), "databricks": (10, 0), "athena": (10, 0),
    "bigquery": (38, 9), "trino": (38, 0), "presto": (38, 0), "redshift": (18, 0), "clickhouse": (10, 0),
    "teradata": (5, 0), "duckdb": (18, 3),
}  # fmt: skip
"""Of a DECIMAL without any; elsewhere it has no bound."""
TEXTS: Final = frozenset({"CHAR", "NCHAR", "VARCHAR", "NVARCHAR", "BPCHAR", "NAME"})
LONG_TEXTS: Final = {"TEXT": None, "LONGTEXT": None, "MEDIUMTEXT": 2**24 - 1, "TINYTEXT": 255}
BYTES: Final = {
    "BINARY": None, "VARBINARY": None, "BLOB": None, "LONGBLOB": None, "MEDIUMBLOB": 2**24 - 1, "TINYBLOB": 255,
    "IMAGE": None,
}  # fmt: skip
SHORT: Final = 2**16 - 1
"""Of MySQL's TEXT and BLOB."""
LONG_CHARS: Final = frozenset({"duckdb", "sqlite", "clickhouse", "bigquery", "hive", "spark", "databricks"})
"""Dialects whose CHAR is no CHAR(1)."""
ONE: Final = {
    "tsql": frozenset({"VARCHAR", "NVARCHAR", "BINARY", "VARBINARY"}), "mysql": frozenset({"BINARY"}),
}  # fmt: skip
"""What has one character or byte where nothing is said, beside CHAR."""
SECONDS: Final = {
    "mysql": 0,
    "clickhouse": 0,
    "snowflake": 9,
    "hive": 9,
    "trino": 3,
    "presto": 3,
    "athena": 3,
    "tsql": 7,
}
"""Digits of seconds where nothing is said; elsewhere six."""
WITH_ZONE: Final = frozenset({"TIMESTAMPTZ", "TIMESTAMPLTZ"})
WITHOUT_ZONE: Final = {
    "TIMESTAMP": None, "TIMESTAMPNTZ": None, "DATETIME2": None, "DATETIME": None, "DATETIME64": 3, "SMALLDATETIME": 0,
    "TIMESTAMP_S": 0, "TIMESTAMP_MS": 3, "TIMESTAMP_NS": 9,
}  # fmt: skip
_FIXED: Final[dict[str, Type]] = {
    **{name: integer(bits) for name, bits in INTEGERS.items()},
    **{name: integer(bits, signed=False) for name, bits in UNSIGNED.items()},
    **{name: Type(name.lower()) for name in ("BOOLEAN", "DATE", "UUID", "JSON", "JSONB")},
}
_SPELLED: Final = {
    ("postgres", '"char"'): characters(1),
    ("tsql", "float"): floating(53),
    ("tsql", "real"): floating(24),
    ("mysql", "real"): floating(53),
}
"""What sqlglot reads as one type and is two."""
_LONG: Final = {("tsql", "float"), ("mysql", "real")}
_QUOTED: Final = re.compile("[\"'`]")


def spelled(text: str, dialect: str | None) -> Type | None:
    """Of types that cannot be told apart once parsed."""
    return _SPELLED.get((dialect or "", text.lower()))


def tell_apart(tokens: Sequence[Token], dialect: str | None) -> Sequence[Token]:
    """The same in a text of statements, before they are parsed."""
    for token in tokens:
        if token.token_type is TokenType.FLOAT and (dialect, token.text.lower()) in _LONG:
            token.token_type = TokenType.DOUBLE
    return tokens


def own(text: str) -> Type:
    """A type of one system: case counts in quotes only."""
    return Type(text if _QUOTED.search(text) else text.upper())


def of_sql(kind: exp.DataType, dialect: str | None = None, *, whole: bool = False) -> Type:
    """The canonical type. whole: a record has its fields, as they are no columns of their own."""
    name = str(kind.this.value) if isinstance(kind.this, exp.DataType.Type) else str(kind.this)
    inner = [one for one in kind.expressions if isinstance(one, exp.Expr)]
    simple = _simple(name, [int(one.name) for one in inner if one.name.isdigit()], dialect, bounded=bool(inner))
    if simple is not None:
        return simple
    if name in ("ENUM", "ENUM8", "ENUM16", "SET"):
        labels = [one.this if isinstance(one, exp.EQ) else one for one in inner]
        return Type("set" if name == "SET" else "enum", labels=tuple(one.name for one in labels))
    if name == "LOWCARDINALITY" and inner and isinstance(inner[0], exp.DataType):
        return of_sql(inner[0], dialect, whole=whole)
    if name in ("ARRAY", "LIST", "MAP"):
        parts = [one for one in inner if isinstance(one, exp.DataType)]
        return Type("map" if name == "MAP" else "list", parts=tuple(_part(one, dialect, name, whole) for one in parts))
    if name in ("STRUCT", "OBJECT", "NESTED"):
        return (
            record_of((path, of_sql(one, dialect, whole=True)) for path, one, _ in _members(kind)) if whole else RECORD
        )
    return own(kind.sql())


def sql_fields(kind: exp.DataType, dialect: str | None, depth: int = MOST_DEPTH) -> Iterator[Inner]:
    """What a record, or a list of records, has within; nothing of any other type."""
    while of_sql(kind, dialect).family == "list" and kind.expressions and isinstance(kind.expressions[0], exp.DataType):
        kind = kind.expressions[0]
    if depth == 0 or of_sql(kind, dialect) != RECORD:
        return
    for name, one, tight in _members(kind):
        nullable = False if tight else sql_nullable(one, dialect)
        yield Inner(name, of_sql(one, dialect), one.sql(), nullable)
        yield from (part._replace(path=f"{name}.{part.path}") for part in sql_fields(one, dialect, depth - 1))


def sql_nullable(kind: exp.DataType, dialect: str | None) -> bool | None:
    """Whether the type itself says so, as those of ClickHouse do."""
    return bool(kind.args.get("nullable")) if dialect == "clickhouse" else None


def _members(kind: exp.DataType) -> Iterator[tuple[str, exp.DataType, bool]]:
    """(name, type, whether it may not be null) of a record's fields; those without a name by their place."""
    for place, one in enumerate(kind.expressions, start=1):
        said = one.args.get("kind") if isinstance(one, exp.ColumnDef) else one
        if isinstance(said, exp.DataType):
            tight = isinstance(one, exp.ColumnDef) and any(
                isinstance(limit.args.get("kind"), exp.NotNullColumnConstraint)
                for limit in one.args.get("constraints") or ()
            )
            yield one.name if isinstance(one, exp.ColumnDef) else str(place), said, tight


def _part(kind: exp.DataType, dialect: str | None, name: str, whole: bool) -> Type:
    found = of_sql(kind, dialect, whole=whole or name == "MAP")
    return Type("nullable", parts=(found,)) if sql_nullable(kind, dialect) else found


def _simple(name: str, numbers: list[int], dialect: str | None, *, bounded: bool) -> Type | None:
    if name in MANTISSAS:
        return floating(_mantissa(name, numbers, dialect))
    if name in DECIMALS:
        return _decimal(name, numbers, dialect)
    if name in TEXTS or name in LONG_TEXTS or name in BYTES:
        return _text(name, numbers, dialect, bounded=bounded)
    if name in WITH_ZONE or name in WITHOUT_ZONE or name in ("TIME", "TIMETZ"):
        return _time(name, numbers, dialect)
    return integer(64) if dialect in ALL_LONG and name in INTEGERS.keys() | UNSIGNED else _FIXED.get(name)


def _mantissa(name: str, numbers: list[int], dialect: str | None) -> int:
    """FLOAT(n) is the least of both that has n bits; FLOAT(n, m) is MySQL's way to say how it is shown."""
    if len(numbers) == 1 and (name == "FLOAT" or dialect == "tsql"):
        return 24 if numbers[0] <= 24 else 53
    return 53 if name == "FLOAT" and dialect in LONG_FLOATS else MANTISSAS[name]


def _decimal(name: str, numbers: list[int], dialect: str | None) -> Type:
    if numbers:
        return decimal(*numbers[:2])
    if name in ("MONEY", "SMALLMONEY"):
        return decimal(19 if name == "MONEY" else 10, 4) if dialect == "tsql" else decimal()
    if name == "BIGDECIMAL":
        return decimal(76, 38)
    return decimal(*DIGITS[dialect]) if dialect in DIGITS else decimal()


def _text(name: str, numbers: list[int], dialect: str | None, *, bounded: bool) -> Type:
    """bounded: something stands in brackets, a number or MAX."""
    make = octets if name in BYTES else characters
    if name in ("TEXT", "BLOB") and dialect == "mysql":
        return make(SHORT)
    if name in LONG_TEXTS or BYTES.get(name):
        return make(LONG_TEXTS.get(name) or BYTES.get(name))
    if numbers:
        return make(numbers[0])
    short = (name in ("CHAR", "NCHAR") and dialect not in LONG_CHARS) or name in ONE.get(dialect or "", ())
    return make(1 if short and not bounded else None)


def _time(name: str, numbers: list[int], dialect: str | None) -> Type:
    usual = WITHOUT_ZONE.get(name)
    if name == "DATETIME" and dialect == "tsql":
        usual = 3
    digits = numbers[0] if numbers else SECONDS.get(dialect or "", 6) if usual is None else usual
    if name in ("TIME", "TIMETZ"):
        return clock(zone=name == "TIMETZ", digits=digits)
    return timestamp(zone=name in WITH_ZONE, digits=digits)
