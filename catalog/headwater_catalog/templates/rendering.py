"""Types and expressions of one SQL in another: what is not surely the same there is not written at all.

What a producer tells of types, defaults and checks may be anything. A type is one that sqlglot reads, or a name; an
expression is one that it reads as exactly one. Nothing else gets into a statement.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from sqlglot import exp, parse, tokenize
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
_BOUNDLESS: Final = frozenset({"postgres", "sqlite", "oracle"})
"""Dialects whose decimals have any digits where none are said."""
_WIDEST: Final = {"mysql": "DECIMAL(65, 30)", "bigquery": "BIGDECIMAL"}
"""Of a decimal where it needs bounds, in which most have room before and behind the point."""
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
_CHECK: Final = re.compile(r"CHECK\s*(?=\()", re.I)
_NEXT: Final = re.compile(r"nextval\s*\(", re.I)
_SQLITES: Final = (
    exp.Connector, exp.Abs, exp.Length, exp.Lower, exp.Upper, exp.Coalesce, exp.Nullif, exp.Substring, exp.Trim,
    exp.Round, exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime, exp.Case, exp.If, exp.Cast,
)  # fmt: skip
"""Functions that SQLite has in every build."""


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
    surely = column.type if told is not None or not dialect else None
    other = _unlike(surely, target) if surely is not None and dialect != target else None
    if other is not None:
        return other
    if told is not None:
        known = _written(told, dialect, target)
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


def _unlike(kind: Type, target: str) -> Kind | None:
    """What is called alike and is not, or would be cut: a DECIMAL of MySQL without bounds has no fractions."""
    if kind.family == "list" and kind.parts and target in _LISTS:
        inner = _unlike(kind.parts[0], target)
        return inner and Kind(_array(inner.type), *inner[1:3])
    if kind.bounds and kind.bounds[0] < NO_BOUND:
        return None
    if kind.family == "decimal" and target not in _BOUNDLESS:
        widest = _WIDEST.get(target, "DECIMAL(38, 10)")
        return Kind(exp.DataType.build(widest), f"one of any digits, for which {widest} stands there", "other_type")
    said = _UNLIKE.get((target, kind.family))
    return Kind(exp.DataType.build(said, dialect=target)) if said else None


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
    if kind.family in _LABELLED.get(target, ()):
        literals = [exp.Literal.string(one) for one in labels]
        return Kind(exp.DataType(this=exp.DType.ENUM if kind.family == "enum" else exp.DType.SET, expressions=literals))
    if kind.family == "enum":
        return Kind(exp.DataType.build(f"VARCHAR({max(1, *map(len, labels))})"), labels=labels)
    longest = max(1, len(",".join(labels)))
    return Kind(exp.DataType.build(f"VARCHAR({longest})"), "a set of labels, for which text stands there", "other_type")


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


def _written(told: exp.DataType, dialect: str | None, target: str) -> Kind | None:
    """A type as it is, where the target surely has it; None: it is spelled by its family."""
    name = _name(told)
    if name == "INTERVAL" and target not in ("mysql", "tsql", "bigquery"):
        return Kind(
            exp.DataType.build("INTERVAL"), "an interval of any precision" if told.expressions else "", "other_type"
        )
    if name == "ARRAY" and target in _LISTS:
        inner = [one for one in told.expressions if isinstance(one, exp.DataType)]
        return Kind(told) if all(_written(one, dialect, target) for one in inner) else None
    return Kind(told) if name in _PORTABLE or (dialect == target and name != "USERDEFINED") else None


def _name(told: exp.DataType) -> str:
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


def is_numbered(default: str | None) -> bool:
    """Whether a default is the next number of a sequence: the sequence itself is another statement."""
    return bool(default and _NEXT.match(default.strip()))


def expression(text: str, dialect: str | None, target: str, names: frozenset[str]) -> exp.Expr | None:
    """A text that is one expression of its dialect and can be written in the target's; None for any other."""
    plain = _CHECK.sub("", text.strip(), count=1) if _CHECK.match(text.strip()) else text.strip()
    try:
        found = parse(plain, dialect=dialect)
    except (SqlglotError, RecursionError):
        return None
    parsed = found[0] if len(found) == 1 else None
    if not isinstance(parsed, exp.Condition) or parsed.find(exp.Command, exp.Query, exp.Placeholder, exp.Parameter):
        return None
    wrapped = exp.Paren(this=parsed).transform(_listed).transform(_uncast, dialect, target)
    if dialect != target and not all(_is_portable(one, target) for one in wrapped.walk()):
        return None
    for one in wrapped.find_all(exp.Column):
        if one.name in names:
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
    if not listed and not (isinstance(node, exp.NEQ) and isinstance(node.expression, exp.All)):
        return node
    inner = node.expression.this
    while isinstance(inner, exp.Paren | exp.Cast | exp.Tuple):
        if isinstance(inner, exp.Tuple) and len(inner.expressions) != 1:
            return node
        inner = inner.expressions[0] if isinstance(inner, exp.Tuple) else inner.this
    if not isinstance(inner, exp.Array) or not inner.expressions:
        return node
    found = exp.In(this=node.this.copy(), expressions=[one.copy() for one in inner.expressions])
    return found if listed else exp.Not(this=exp.Paren(this=found))


def _uncast(node: exp.Expr, dialect: str | None, target: str) -> exp.Expr:
    """A text that is cast to a type which the target may lack stands as it is."""
    if not isinstance(node, exp.Cast) or not isinstance(node.this, exp.Literal) or dialect == target:
        return node
    return node.this if _written(node.to, dialect, target) is None else node


def _is_portable(node: exp.Expr, target: str) -> bool:
    if isinstance(node, exp.Anonymous | exp.Any | exp.All | exp.Array | exp.Lambda | exp.Uuid) and not (
        target == "duckdb" and isinstance(node, exp.Uuid | exp.Array)
    ):
        return False
    if isinstance(node, exp.Cast) and _name(node.to) == "ARRAY":
        return False  # each system spells lists in a text of its own
    if isinstance(node, exp.DataType):
        return _written(node, None, target) is not None and not (target == "sqlite" and _name(node) == "INTERVAL")
    if target == "sqlite" and isinstance(node, exp.Func | exp.Interval):
        return isinstance(node, _SQLITES)
    return True


def is_one(code: str, target: str) -> bool:
    """Whether it is one statement, whatever its parts are called."""
    try:
        tokens = tokenize(code, read=target)
    except (SqlglotError, RecursionError):
        return False
    return not any(one.token_type.name == "SEMICOLON" for one in tokens)
