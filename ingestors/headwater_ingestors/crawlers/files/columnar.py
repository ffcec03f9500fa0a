"""Parquet and Avro: the schema that the files carry themselves, of which only ends or beginnings are read."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any, Final

from headwater_catalog.errors import ExtraMissing
from headwater_catalog.facets.opening import Format
from headwater_catalog.facets.relation import Attribute
from headwater_catalog.schemas.types import MOST_ARROW
from headwater_ingestors.crawlers.files.content import Content
from headwater_ingestors.crawlers.files.footers import read_footer
from headwater_ingestors.crawlers.files.kinds import (
    ANY,
    BOOLEAN,
    BYTES,
    DATE,
    DOUBLE,
    FLOAT,
    MOMENT,
    TEXT,
    TIME,
    TIMESTAMP,
    UNKNOWN,
    Kind,
    array,
    decimal,
    integer,
    struct,
)
from headwater_ingestors.crawlers.files.limits import MAX_COLUMNS
from headwater_ingestors.crawlers.files.stores import Entry, Store, Unreadable

AVRO: Final = b"Obj\x01"
_DEEP: Final = 32
_LONGEST: Final = 200
"""Characters of a native type."""
_AVRO_FAILURES: Final = (
    EOFError, ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, MemoryError, AttributeError,
    OSError, StopIteration,
)  # fmt: skip
"""What reading damaged bytes raises, beside fastavro's errors about schemas."""


def read_parquet(store: Store, entry: Entry) -> Content:
    """Schema and rows, out of the footer. Raises Unreadable, Vanished, ExtraMissing."""
    schema, rows = read_footer(store, entry)
    attributes = tuple(
        Attribute(name=one.name, native_type=str(one.type)[:MOST_ARROW], nullable=bool(one.nullable)) for one in schema
    )
    columns = tuple((one.name, _arrow(one.type, _DEEP)) for one in schema)
    return Content(Format(name="parquet"), columns, rows, attributes=attributes)


def _arrow(kind: Any, deep: int) -> Kind:
    from pyarrow import types

    if deep == 0:
        return ANY
    if types.is_struct(kind):
        return struct(tuple((one.name, _arrow(one.type, deep - 1)) for one in kind))
    if types.is_map(kind):
        return Kind("MAP", (("key", _arrow(kind.key_type, deep - 1)), ("value", _arrow(kind.item_type, deep - 1))))
    if any(is_one(kind) for is_one in (types.is_list, types.is_large_list, types.is_fixed_size_list)):
        return array(_arrow(kind.value_type, deep - 1))
    if types.is_dictionary(kind):
        return _arrow(kind.value_type, deep - 1)
    return _arrow_scalar(kind)


def _arrow_scalar(kind: Any) -> Kind:
    from pyarrow import types

    if types.is_integer(kind):
        return integer(kind.bit_width, signed=types.is_signed_integer(kind))
    if types.is_decimal(kind):
        return decimal(kind.precision, kind.scale)
    if types.is_timestamp(kind):
        return MOMENT if kind.tz is not None else TIMESTAMP
    if types.is_floating(kind):
        return DOUBLE if kind.bit_width > 32 else FLOAT
    found = (
        (types.is_boolean, BOOLEAN), (types.is_date, DATE), (types.is_time, TIME), (types.is_string, TEXT),
        (types.is_large_string, TEXT), (types.is_binary, BYTES), (types.is_large_binary, BYTES),
        (types.is_fixed_size_binary, BYTES), (types.is_null, UNKNOWN),
    )  # fmt: skip
    return next((meant for is_one, meant in found if is_one(kind)), TEXT)


def read_avro(store: Store, entry: Entry, most: int) -> Content:
    """The schema out of the header; rows of the blocks in the first bytes, `most` of them. Raises like read_parquet."""
    try:
        from fastavro import block_reader
        from fastavro.schema import SchemaParseException, UnknownType
    except ImportError:
        raise ExtraMissing("Reading Avro needs fastavro", "files") from None
    try:
        head = io.BytesIO(store.read(entry.path, 0, min(entry.size, max(most, 2**20))))
        blocks = block_reader(head)
        schema = blocks.writer_schema
        options = {"codec": blocks.codec} if blocks.codec != "null" else None
    except (*_AVRO_FAILURES, SchemaParseException, UnknownType) as error:
        raise Unreadable("damaged", f"Its Avro header cannot be read ({type(error).__name__}).") from None
    start = head.tell()
    rows, end = _count(blocks, head)
    if not (isinstance(schema, dict) and schema.get("type") == "record"):
        raise Unreadable("no-records", "It is Avro of other things than records.")
    fields = list(_fields(schema))
    if len(fields) > MAX_COLUMNS:
        raise Unreadable("too-many-columns", f"It has more than {MAX_COLUMNS:,} columns; they are not told.")
    names: dict[str, Any] = {}
    columns = tuple((str(one["name"]), _avro(one["type"], names, _DEEP)) for one in fields)
    attributes = tuple(
        Attribute(name=str(one["name"]), native_type=_native(one["type"]), nullable=_nullable(one["type"]))
        for one in fields
    )
    share = (end - start) / (entry.size - start) if entry.size > start else 1.0
    return Content(Format(name="avro", options=options), columns, rows, min(1.0, share), attributes=attributes)


def _count(blocks: Iterator[Any], head: io.BytesIO) -> tuple[int | None, int]:
    """Records in whole blocks, and where these end."""
    rows, end = 0, head.tell()
    try:
        for block in blocks:
            rows += int(block.num_records)
            end = head.tell()
    except _AVRO_FAILURES:
        return (rows or None), end
    return rows, end


def _fields(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in schema.get("fields") or ():
        if isinstance(one, dict) and "name" in one and "type" in one:
            yield one


def _nullable(kind: Any) -> bool:
    return kind == "null" or (isinstance(kind, list) and "null" in kind)


def _native(kind: Any) -> str:
    if isinstance(kind, list):
        return " | ".join(_native(one) for one in kind[:10])[:_LONGEST]
    if isinstance(kind, dict):
        said = kind.get("logicalType") or kind.get("type")
        return f"{_native(said)} {kind['name']}"[:_LONGEST] if "name" in kind else _native(said)
    return str(kind)[:_LONGEST]


_AVRO_NAMES: Final = {
    "null": UNKNOWN, "boolean": BOOLEAN, "int": integer(32), "long": integer(64), "float": FLOAT, "double": DOUBLE,
    "bytes": BYTES, "fixed": BYTES, "string": TEXT, "enum": TEXT, "date": DATE, "uuid": TEXT,
    "time-millis": TIME, "time-micros": TIME, "timestamp-millis": MOMENT, "timestamp-micros": MOMENT,
    "timestamp-nanos": MOMENT, "local-timestamp-millis": TIMESTAMP, "local-timestamp-micros": TIMESTAMP,
    "local-timestamp-nanos": TIMESTAMP,
}  # fmt: skip


def _avro(kind: Any, names: dict[str, Any], deep: int) -> Kind:
    """A type of Avro's schema language. names: types that were told before; one within itself is JSON."""
    if deep == 0:
        return ANY
    if isinstance(kind, list):
        inner = [one for one in kind if one != "null"]
        return _avro(inner[0], names, deep - 1) if len(inner) == 1 else ANY if inner else UNKNOWN
    if not isinstance(kind, dict):
        return _AVRO_NAMES.get(str(kind)) or names.get(str(kind), ANY)
    return _avro_complex(kind, names, deep)


def _avro_complex(kind: Mapping[str, Any], names: dict[str, Any], deep: int) -> Kind:
    what, logical = str(kind.get("type")), str(kind.get("logicalType"))
    if what == "record":
        found = struct(tuple((str(one["name"]), _avro(one["type"], names, deep - 1)) for one in _fields(kind)))
    elif what == "array":
        found = array(_avro(kind.get("items"), names, deep - 1))
    elif what == "map":
        found = Kind("MAP", (("key", TEXT), ("value", _avro(kind.get("values"), names, deep - 1))))
    elif logical == "decimal" and isinstance(kind.get("precision"), int):
        found = decimal(kind["precision"], int(kind.get("scale") or 0))
    else:
        found = _AVRO_NAMES.get(logical) or _AVRO_NAMES.get(what) or _avro(kind.get("type"), names, deep - 1)
    if "name" in kind:
        names[str(kind["name"])] = found
    return found
