"""A schema object of a contract as a table: columns with their types, keys as far as the contract names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from headwater_catalog.contracts.document import label, listed, properties
from headwater_catalog.names import text
from headwater_catalog.schemas.keys import Key, KeyKind
from headwater_catalog.schemas.model import Column, Table
from headwater_catalog.schemas.types import (
    NO_BOUND,
    RECORD,
    Type,
    characters,
    clock,
    decimal,
    fields_of,
    integer,
    read_type,
    timestamp,
)

LOGICAL: Final = {
    "string": characters(), "integer": integer(64), "number": decimal(), "boolean": Type("boolean"),
    "date": Type("date"), "timestamp": timestamp(zone=True), "time": clock(), "object": RECORD,
    "array": Type("list"),
}  # fmt: skip
"""The widest type of each logical type."""
_BOUNDED: Final = re.compile(r"(\w[\w ]*)\[(\d{1,10}(?:, ?\d{1,3})?)\]", re.ASCII)
FAMILIES: Final[Mapping[str, frozenset[str]]] = {
    "string": frozenset({"text", "uuid", "json", "jsonb", "enum", "set", "bytes"}),
    "integer": frozenset({"integer", "unsigned", "decimal"}),
    "number": frozenset({"integer", "unsigned", "decimal", "float"}),
    "boolean": frozenset({"boolean"}),
    "date": frozenset({"date", "timestamp", "moment"}),
    "timestamp": frozenset({"timestamp", "moment"}),
    "time": frozenset({"time", "timetz"}),
    "object": frozenset({"record", "map", "json", "jsonb"}),
    "array": frozenset({"list", "json", "jsonb"}),
}
"""Families of canonical types that a logical type means."""


def means(logical: str, kind: Type) -> bool:
    """Whether a logical type may be stored so: a whole number in no decimal with digits behind the point.

    Of types of one system (inet, a composite) the standard has none of its own: they are called strings or objects.
    """
    if kind.is_own:
        return logical in ("string", "object")
    fractions = kind.family == "decimal" and 0 < kind.bounds[1] < NO_BOUND
    return kind.family in FAMILIES.get(logical, ()) and not (logical == "integer" and fractions)


def table_of(part: Mapping[str, Any], dialect: str | None = None) -> Table:
    """The table that an object describes. dialect: sqlglot's name of the SQL of its physical types.

    That a contract names no key of a kind does not mean that there is none.
    """
    columns = tuple(column for path, one in properties(part) for column in _columns(path, one, dialect))
    keys = tuple(keys_of(part))
    return Table(label(part), columns, keys, frozenset(key.kind for key in keys))


def _columns(path: str, of: Mapping[str, Any], dialect: str | None) -> Iterator[Column]:
    """A column, and what is within it where its physical type alone says that."""
    yield _column(path, of, dialect)
    if not listed(of.get("properties")) and not isinstance(of.get("items"), dict):
        for inner in fields_of(text(of.get("physicalType")), dialect):
            yield Column(f"{path}.{inner.path}", inner.type, inner.nullable, inner.text)


def _column(path: str, of: Mapping[str, Any], dialect: str | None) -> Column:
    physical, logical = text(of.get("physicalType")), text(of.get("logicalType"))
    kind = _physical(physical, logical.lower(), dialect) if physical else LOGICAL.get(logical.lower())
    primary = of.get("primaryKey") is True
    required = of.get("required")
    nullable = False if primary or required is True else True if required is False else None
    return Column(path, kind, nullable, physical or logical)


def _physical(said: str, logical: str, dialect: str | None) -> Type | None:
    """varchar[20] is a list in SQL; contracts that call it a string mean varchar(20)."""
    kind = read_type(said, dialect)
    bounded = _BOUNDED.fullmatch(said)
    if kind is None or kind.family != "list" or bounded is None or logical in ("", "array"):
        return kind
    return read_type(f"{bounded[1]}({bounded[2]})", dialect)


def keys_of(part: Mapping[str, Any]) -> Iterator[Key]:
    """The primary key in its order, unique columns, foreign keys."""
    every = list(properties(part))
    primary = [(path, one) for path, one in every if one.get("primaryKey") is True]
    if primary:
        ordered = sorted(primary, key=lambda found: _position(found[1]))
        yield Key(KeyKind.PRIMARY, tuple(path for path, _ in ordered))
    for path, one in every:
        if one.get("unique") is True and [path] != [other for other, _ in primary]:
            yield Key(KeyKind.UNIQUE, (path,))
        for relationship in _foreign(one):
            there, column = _end(relationship.get("to"))
            if there:
                yield Key(KeyKind.FOREIGN, (path,), there, (column,))
    yield from _composed(part, {text(one.get("name")): path for path, one in every})


def _composed(part: Mapping[str, Any], paths: Mapping[str, str]) -> Iterator[Key]:
    """Foreign keys of the object itself, of one or several columns."""
    for relationship in _foreign(part):
        starts, ends = (_several(relationship.get(side)) for side in ("from", "to"))
        there = {_end(one)[0] for one in ends}
        if starts and len(starts) == len(ends) and len(there) == 1:
            columns = tuple(paths.get(_end(one)[1], _end(one)[1]) for one in starts)
            yield Key(KeyKind.FOREIGN, columns, there.pop(), tuple(_end(one)[1] for one in ends))


def _foreign(of: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in listed(of.get("relationships")) if text(one.get("type")) in ("", "foreignKey")]


def _several(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value] if value else []


def _end(value: object) -> tuple[str, str]:
    """(object, column) of "object.column" or "schema/object/properties/column"."""
    said = text(value)
    if "/" in said:
        steps = [one for one in said.split("/") if one and one not in ("schema", "properties")]
        return (steps[-2], steps[-1]) if len(steps) > 1 else ("", said)
    there, _, column = said.rpartition(".")
    return there, column


def _position(of: Mapping[str, Any]) -> int:
    said = of.get("primaryKeyPosition")
    return said if isinstance(said, int) and said > 0 else 10_000
