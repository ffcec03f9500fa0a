"""Types of one SQL in another: what is not surely the same there is said.

What a producer tells of types may be anything: one is what sqlglot reads as one, or a name. Nothing else gets into a
statement.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from sqlglot import exp, tokenize
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from headwater_catalog.schemas.arrow import MOST_DEPTH, members
from headwater_catalog.schemas.types import NO_BOUND, Type, read_type
from headwater_catalog.templates.opening import Column

_KINDS: Final = {
    "float": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP", "moment": "TIMESTAMPTZ",
    "time": "TIME", "uuid": "UUID", "json": "JSON", "jsonb": "JSON", "bytes": "VARBINARY", "text": "TEXT",
}  # fmt: skip
ENUMS: Final = frozenset({"enum", "set"})
_LABELLED: Final = {"mysql": ENUMS, "duckdb": frozenset({"enum"})}
"""Dialects whose types hold values to labels; elsewhere checks do."""
BOUNDLESS: Final = frozenset({"postgres", "sqlite", "oracle"})
"""Dialects whose decimals have any digits where none are said."""
_WIDEST: Final = {"mysql": "DECIMAL(65, 30)", "bigquery": "BIGDECIMAL"}
"""Of a decimal where it needs bounds, in which most have room before and behind the point."""
_MOST_DIGITS: Final = {
    "mysql": (65, 30), "bigquery": (76, 38), "postgres": (1_000, 1_000), "clickhouse": (76, 76), "oracle": (38, 127),
}  # fmt: skip
"""Of a decimal, and behind its point; elsewhere 38."""
_SQLITES_DIGITS: Final = 15
"""Of a number that SQLite keeps with a fraction: it has floats of 64 bits."""
_SQLITES_WHOLE: Final = 18
"""Of one without: integers of 64 bits."""
_CLOCKS: Final = {"timestamp": "DATETIME", "moment": "TIMESTAMP", "time": "TIME"}
"""Of MySQL."""
_BYTES: Final = frozenset({"LONGBLOB", "VARBINARY", "BINARY"})
_MYSQLS_KEY: Final = 3_072
"""Bytes of all columns of a key of MySQL; a sign has up to four."""
_MYSQLS_LONGEST: Final = 16_383
"""Signs of four bytes in its VARCHAR."""
_UNLIKE: Final = {
    ("mysql", "bytes"): "LONGBLOB", ("mysql", "text"): "LONGTEXT", ("mysql", "uuid"): "CHAR(36)",
    ("mysql", "jsonb"): "JSON", ("tsql", "bytes"): "VARBINARY(MAX)", ("snowflake", "uuid"): "VARCHAR(36)",
    ("snowflake", "jsonb"): "VARIANT",
}  # fmt: skip
"""Types without bounds, by target and family, for which the usual word is none there, or means one with bounds."""
_SIZES: Final = (("SMALLINT", 16), ("INT", 32), ("BIGINT", 64))
_PORTABLE: Final = frozenset({
    "TINYINT", "SMALLINT", "INT", "BIGINT", "DECIMAL", "FLOAT", "DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "TIMESTAMPTZ",
    "TIME", "UUID", "VARCHAR", "NVARCHAR", "CHAR", "NCHAR", "TEXT", "VARBINARY", "BINARY", "JSON", "JSONB",
})  # fmt: skip
"""Types that mean the same after sqlglot has translated them."""
_WIDTHS: Final = frozenset({"TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE"})
"""Types whose bounds, in MySQL and its like, are signs that are shown: elsewhere they are an error, or mean bits."""
_LONGEST_TEXT: Final = 10_485_760
"""Signs in a VARCHAR of PostgreSQL."""
_BOUNDLESS_BYTES: Final = frozenset({"postgres", "duckdb", "sqlite"})
"""Dialects whose bytes have no bounds."""
_LISTS: Final = frozenset({"postgres", "duckdb", "bigquery", "snowflake", "spark", "databricks", "trino", "clickhouse"})
_RECORDS: Final = frozenset({"duckdb", "bigquery", "spark", "databricks", "trino"})
"""Dialects whose records have named members, in any column."""
_HOLDING: Final = frozenset({"record", "list", "map"})
_NAMES: Final = frozenset({"postgres", "redshift", "duckdb", "snowflake", "oracle"})
_NAME: Final = re.compile(r'(?:[^\W\d][\w$]*|"(?:[^"\0]|"")+")(?:\.(?:[^\W\d][\w$]*|"(?:[^"\0]|"")+"))*')
_PLAIN: Final = re.compile(
    r"([A-Z]\w*(?: [A-Z]\w*){0,4})(?: ?\((?: ?\d{1,9}(?: ?, ?\d{1,9})? ?|(max))\))?", re.I | re.A
)
_KEYWORDS: Final = re.compile(
    r"""\b(?:ADD|ALL|ALTER|AND|AS|AUTOINCREMENT|BETWEEN|CASE|CHECK|COLLATE|COMMIT|CONSTRAINT|CREATE|CROSS|DEFAULT
    |DEFERRABLE|DELETE|DISTINCT|DROP|ELSE|ESCAPE|EXCEPT|EXISTS|FOREIGN|FROM|FULL|GENERATED|GROUP|HAVING|IN|INDEX|INDEXED
    |INNER|INSERT|INTERSECT|INTO|IS|ISNULL|JOIN|LEFT|LIMIT|NATURAL|NOT|NOTHING|NOTNULL|NULL|ON|OR|ORDER|OUTER|PRIMARY
    |REFERENCES|RETURNING|RIGHT|SELECT|SET|TABLE|THEN|TO|TRANSACTION|UNION|UNIQUE|UPDATE|USING|VALUES|WHEN|WHERE)\b""",
    re.I | re.X | re.A,
)
"""What ends a type of SQLite, or is none there; of its other words any may be in one."""


class Kind(NamedTuple):
    """A type of a column. lost: what is not in it: "" nothing, else why, as the end of a sentence.

    labels: which values there are, where the type does not say so: a check must.
    """

    type: exp.DataType
    lost: str = ""
    code: str = "no_type"
    labels: tuple[str, ...] = ()


def kind(column: Column, dialect: str | None, target: str) -> Kind:
    """The type of a column; dialect: of its native type, None where that is not known."""
    found = _kept(column.text.strip(), dialect, target) or _kind(column, dialect, target)
    arrays = found.type.find_all(exp.DataType) if target == "bigquery" else ()  # which has no arrays of arrays
    if any(_is_array(one) and _is_array(one.parent) for one in arrays):
        return Kind(exp.DataType.build("TEXT"), "one that holds lists of lists, for which TEXT stands there")
    return found


def _is_array(one: exp.Expr | None) -> bool:
    return isinstance(one, exp.DataType) and one.this == exp.DType.ARRAY


def _kind(column: Column, dialect: str | None, target: str) -> Kind:
    told = one_type(column.text, dialect) if dialect and column.text else None
    decimal = column.type is not None and column.type.family == "decimal"  # sqlglot reads no numeric(3, -2)
    surely = column.type if told is not None or not dialect or decimal else None
    other = _other(surely, told, dialect, target) if surely is not None and dialect != target else None
    if other is not None:
        return other
    if told is not None:
        known = written(told, dialect, target)
        if known is not None:
            return known
    elif dialect and column.text and target == dialect and target in _NAMES and _NAME.fullmatch(column.text.strip()):
        text = column.text.strip()
        return Kind(exp.DataType.build(text, udt=True), f"{text[:100]}, which must be there already", "own_type")
    made = (_made(column.type, target) or _nested(column, target)) if column.type is not None else None
    if made is not None:
        return made
    said = spelled(column) if told is not None or not dialect else None
    if said is None:
        shown = f"{column.text[:100]!r}, for which TEXT stands there" if column.text else "not known: TEXT stands there"
        return Kind(exp.DataType.build("TEXT"), shown)
    return Kind(exp.DataType.build(said))


def _other(kind: Type, told: exp.DataType | None, dialect: str | None, target: str) -> Kind | None:
    """By its family, where the same word would be another type; None: where it is the same."""
    said = spelled_type(kind) if _is_wider(kind, told, dialect) else None
    return Kind(exp.DataType.build(said)) if said else _unlike(kind, target)


def _is_wider(kind: Type, told: exp.DataType | None, dialect: str | None) -> bool:
    """Whether the word means more than elsewhere: INTEGER and REAL of SQLite have 64 bits, FLOAT of Oracle too."""
    if kind.family == "float":
        return told is not None and word(told) == "FLOAT" and kind.bounds[0] > 24
    return dialect == "sqlite" and kind.family == "integer"


def _unlike(kind: Type, target: str) -> Kind | None:
    """What is called alike and is not, or would be cut: a DECIMAL of MySQL without bounds has no fractions."""
    if kind.family == "list" and kind.parts and target in _LISTS:
        inner = _unlike(kind.parts[0], target)
        return inner and Kind(_array(inner.type), *inner[1:3])
    if kind.family == "decimal":
        return _decimal(kind, target)
    if _is_beyond(kind, target):
        return _endless(kind)
    if target == "mysql" and kind.family in _CLOCKS and kind.bounds:
        return _seconds(kind)
    said = _UNLIKE.get((target, kind.family))
    bounded = bool(kind.bounds) and kind.bounds[0] < NO_BOUND
    if said is None or (bounded and not (target == "mysql" and _is_long(kind))):
        return None
    why = f"one of up to {kind.bounds[0]}, for which {said} stands there" if bounded else ""
    return Kind(exp.DataType.build(said, dialect=target), why, "other_type")


def _is_long(kind: Type) -> bool:
    return kind.family in ("text", "bytes") and kind.bounds[0] > _MYSQLS_LONGEST


def _is_beyond(kind: Type, target: str) -> bool:
    """Whether it has more bits than an integer of SQLite, or more signs than a VARCHAR of PostgreSQL may."""
    if target == "sqlite":
        return kind.family in ("integer", "unsigned") and kind.bounds[0] > (64 if kind.family == "integer" else 63)
    return target == "postgres" and kind.family == "text" and _LONGEST_TEXT < kind.bounds[0] < NO_BOUND


def _endless(kind: Type) -> Kind:
    """The widest of its family there is, for such a one."""
    if kind.family == "text":
        return Kind(exp.DataType.build("TEXT"))
    sign = " without a sign" if kind.family == "unsigned" else ""
    why = f"an integer of {kind.bounds[0]} bits{sign}, of which SQLite keeps 64 with one"
    return Kind(exp.DataType(this=exp.DType.USERDEFINED, kind="INTEGER"), why, "other_type")


def _decimal(kind: Type, target: str) -> Kind | None:
    """With its digits, as far as the target has so many; None: one of any digits, which it has."""
    whole, scale = (max(0, one) for one in kind.bounds)
    boundless = kind.bounds[0] >= NO_BOUND
    if target == "sqlite":
        said = "NUMERIC" if boundless else f"NUMERIC({whole + scale}, {scale})"
        lost = boundless or whole + scale > (_SQLITES_WHOLE if scale == 0 else _SQLITES_DIGITS)
        digits = "any digits" if boundless else f"{whole + scale} digits"
        why = f"one of {digits}, of which SQLite keeps {_SQLITES_DIGITS}" if lost else ""
        return Kind(exp.DataType(this=exp.DType.USERDEFINED, kind=said), why, "other_type")
    if boundless and target in BOUNDLESS:
        return None
    most, behind = _MOST_DIGITS.get(target, (38, 38))
    if not boundless and whole + scale <= most and scale <= behind:
        return Kind(exp.DataType.build(f"DECIMAL({max(1, whole + scale)}, {scale})"), *_rounded(kind))
    widest = _WIDEST.get(target, "DECIMAL(38, 10)")
    digits = "any digits" if boundless else f"{whole + scale} digits, {scale} of them behind the point"
    return Kind(exp.DataType.build(widest), f"one of {digits}, for which {widest} stands there", "other_type")


def _rounded(kind: Type) -> tuple[str, str]:
    """What is lost of numeric(3, -2), which holds hundreds."""
    return ("", "no_type") if kind.bounds[1] >= 0 else ("one that is rounded before the point", "other_type")


def _seconds(kind: Type) -> Kind:
    """A time of MySQL, which has no fractions of seconds unless it says how many digits."""
    digits = kind.bounds[0]
    said = f"{_CLOCKS[kind.family]}({min(digits, 6)})" if digits else _CLOCKS[kind.family]
    why = f"one of {digits} digits of a second, of which MySQL keeps 6" if digits > 6 else ""
    return Kind(exp.DataType.build(said, dialect="mysql"), why, "other_type")


def in_keys(kind: Kind, columns: int) -> Kind:
    """A type of MySQL for a column of a key, whose bytes are few. columns: of the widest key that it is in; 0: none."""
    name = word(kind.type)
    wide = columns and name in ("TEXT", "LONGTEXT", "LONGBLOB", "JSON", "VARCHAR", "CHAR", "VARBINARY", "BINARY")
    most = _MYSQLS_KEY // max(1, columns) // (1 if name in _BYTES else 4)
    if not wide or (kind.type.expressions and int(kind.type.expressions[0].name) <= most):
        return kind
    said = f"{'VARBINARY' if name in _BYTES else 'VARCHAR'}({most})"
    why = f"{kind.lost}; it is" if kind.lost else "one"
    return Kind(exp.DataType.build(said), f"{why} too long for a key of MySQL, so {said} stands there", "other_type",
                kind.labels)  # fmt: skip


def _made(kind: Type, target: str) -> Kind | None:
    """An enum, a set, a list of what can be spelled; None for all else."""
    if kind.labels and kind.family in ENUMS:
        return _labelled(kind, kind.labels, target)
    if kind.family != "list" or not kind.parts or target not in _LISTS:
        return None
    (element,) = kind.parts
    said = spelled_type(element)
    inner = Kind(exp.DataType.build(said)) if said else _made(element, target)
    if inner is None:
        return None
    lost, code = ("a list of labels, for which texts stand there", "other_type") if inner.labels else inner[1:3]
    return Kind(_array(inner.type), lost, code)


def _nested(column: Column, target: str, depth: int = MOST_DEPTH) -> Kind | None:
    """A record, list or map of which all that is within has a type of the target; None for all else."""
    family = column.family
    if target not in _RECORDS or family not in _HOLDING or depth == 0:
        return None
    within = column.parts or tuple(Column(name, read_type(said), said) for name, said in members(column.text))
    held = [_nested(one, target, depth - 1) if one.family in _HOLDING else kind(one, None, target) for one in within]
    kinds = [one for one in held if one is not None and not one.lost and not one.labels]
    if not kinds or len(kinds) < len(held):
        return None
    if family == "list":
        return Kind(_array(kinds[0].type)) if len(kinds) == 1 else None
    if family == "map":
        whole = target != "bigquery" and len(kinds) == 2
        said = [one.type for one in kinds]
        return Kind(exp.DataType(this=exp.DType.MAP, expressions=said, nested=True)) if whole else None
    if len({one.name.lower() for one in within}) < len(within):
        return None
    named = [
        exp.ColumnDef(this=exp.to_identifier(one.name, quoted=True), kind=said.type)
        for one, said in zip(within, kinds, strict=True)
    ]
    return Kind(exp.DataType(this=exp.DType.STRUCT, expressions=named, nested=True))


def _array(element: exp.DataType) -> exp.DataType:
    return exp.DataType(this=exp.DType.ARRAY, expressions=[element], nested=True)


def _labelled(kind: Type, labels: tuple[str, ...], target: str) -> Kind:
    """Its own type where the target has one, else text of the longest value."""
    if kind.family in _LABELLED.get(target, ()) and not (target == "mysql" and _alike(labels)):
        literals = [exp.Literal.string(one) for one in labels]
        return Kind(exp.DataType(this=exp.DType.ENUM if kind.family == "enum" else exp.DType.SET, expressions=literals))
    if kind.family == "enum":
        return Kind(exp.DataType.build(f"VARCHAR({max(1, *map(len, labels))})"), labels=labels)
    longest = max(1, len(",".join(labels)))
    return Kind(exp.DataType.build(f"VARCHAR({longest})"), "a set of labels, for which text stands there", "other_type")


def _alike(labels: tuple[str, ...]) -> bool:
    """Whether MySQL, which looks at neither case nor accents nor blanks at the end, takes two labels for one."""
    plain = {unicodedata.normalize("NFKD", one.rstrip()).casefold() for one in labels}
    return len({"".join(sign for sign in one if not unicodedata.combining(sign)) for one in plain}) < len(labels)


def one_type(text: str, dialect: str | None) -> exp.DataType | None:
    """A text that is one type and nothing else; None for what is none."""
    try:
        found = Dialect.get_or_raise(dialect).parse_into(exp.DataType, text)
    except (SqlglotError, ValueError, RecursionError):
        return None
    (one, *more) = found or [None]
    return one if isinstance(one, exp.DataType) and not more else None


def _kept(text: str, dialect: str | None, target: str) -> Kind | None:
    """A type of SQLite in SQLite: any other word may be of another affinity."""
    plain = _PLAIN.fullmatch(text) if dialect == target == "sqlite" else None
    if plain is None or _KEYWORDS.search(plain[1]):
        return None
    return Kind(exp.DataType(this=exp.DType.USERDEFINED, kind=plain[1] if plain[2] else text))  # which has no (max)


def written(told: exp.DataType, dialect: str | None, target: str) -> Kind | None:
    """A type as it is, where the target surely has it; None: it is spelled by its family."""
    name = word(told)
    if name == "INTERVAL" and target not in ("mysql", "tsql", "bigquery"):
        return Kind(
            exp.DataType.build("INTERVAL"), "an interval of any precision" if told.expressions else "", "other_type"
        )
    if name == "ARRAY" and target in _LISTS:
        inner = [one for one in told.expressions if isinstance(one, exp.DataType)]
        return Kind(told) if all(written(one, dialect, target) for one in inner) else None
    if dialect == target:
        return Kind(told) if name != "USERDEFINED" else None
    if told.expressions and (name in _WIDTHS or name == "TEXT" or (name in _BYTES and target in _BOUNDLESS_BYTES)):
        return Kind(exp.DataType.build(name))
    return Kind(told) if name in _PORTABLE else None


def word(told: exp.DataType) -> str:
    """What sqlglot calls a type, without its bounds."""
    return str(told.this.value) if isinstance(told.this, exp.DType) else str(told.this)


def spelled(column: Column) -> str | None:
    """The type of a family with its bounds."""
    return spelled_type(column.type) if column.type else None


def spelled_type(kind: Type) -> str | None:
    """The same of a type alone."""
    family, bounds = kind.family, kind.bounds
    if family in ("integer", "unsigned"):
        signed = bounds[0] if family == "integer" else bounds[0] + 1
        return next((name for name, bits in _SIZES if signed <= bits), "DECIMAL(38, 0)")
    if family == "decimal":
        whole, scale = bounds
        return "DECIMAL" if whole >= NO_BOUND else f"DECIMAL({whole + scale}, {scale})"
    if family == "text" and bounds[0] < NO_BOUND:
        return f"VARCHAR({bounds[0]})"
    return _KINDS.get(family)


def is_one(code: str, target: str) -> bool:
    """Whether it is one statement, whatever its parts are called."""
    try:
        tokens = tokenize(code, read=target)
    except (SqlglotError, RecursionError):
        return False
    return not any(one.token_type.name == "SEMICOLON" for one in tokens)
