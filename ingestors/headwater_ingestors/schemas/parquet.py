"""Parquet: the schema in the footer of a file, read by pyarrow (extra `files`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from headwater_catalog.errors import ExtraMissing
from headwater_catalog.schemas.arrow import UNITS
from headwater_catalog.schemas.model import Column, Schema, Table
from headwater_catalog.schemas.types import (
    RECORD,
    Type,
    decimal,
    floating,
    integer,
    listed,
    octets,
    read_type,
    timestamp,
)
from headwater_ingestors.schemas.refusing import UnreadableSchema

MAGIC = b"PAR1"
MOST_DEPTH = 32


def read_parquet(file: BinaryIO, name: str) -> Schema:
    """Its one table, without a name. Raises UnreadableSchema, ExtraMissing."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ExtraMissing("Reading a Parquet schema needs pyarrow", "files") from None
    try:
        found = parquet.read_schema(file)
    except (pyarrow.ArrowException, OSError) as error:
        why = str(error).splitlines()[0][:200] if str(error) else "it is damaged"
        raise UnreadableSchema(name, f"its Parquet footer cannot be read ({why})", "Write the file anew.") from None
    columns = tuple(column for field in found for column in _spread(field, "", MOST_DEPTH))
    return Schema("Parquet", (Table("", columns),))


def _spread(field: Any, prefix: str, depth: int) -> Iterator[Column]:
    import pyarrow

    kind = _type(field.type, depth)
    yield Column(f"{prefix}{field.name}", kind, bool(field.nullable), str(field.type))
    element = field.type
    while _is_list(element):
        element = element.value_type
    if pyarrow.types.is_struct(element) and depth > 1:
        for inner in element:
            yield from _spread(inner, f"{prefix}{field.name}.", depth - 1)


def _is_list(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind))


def _type(kind: Any, depth: int) -> Type | None:
    from pyarrow import types

    if types.is_integer(kind):
        return integer(kind.bit_width, signed=types.is_signed_integer(kind))
    if types.is_floating(kind):
        return floating({16: 11, 32: 24}.get(kind.bit_width, 53))
    if types.is_decimal(kind):
        return decimal(kind.precision, kind.scale)
    if types.is_timestamp(kind):
        return timestamp(zone=kind.tz is not None, digits=UNITS[kind.unit])
    return _other(kind, depth)


def _other(kind: Any, depth: int) -> Type | None:
    from pyarrow import types

    if types.is_struct(kind):
        return RECORD
    if _is_list(kind) and depth > 1:
        return listed(_type(kind.value_type, depth - 1) or Type("any"))
    if types.is_dictionary(kind) and depth > 1:
        return _type(kind.value_type, depth - 1)
    if types.is_fixed_size_binary(kind):
        return octets(kind.byte_width)
    return read_type(str(kind))
