"""Values of JSON as DuckDB's: records as STRUCT, lists as LIST, with the types that the schema has for what is within.

Members are found by pointers: their names stay as they are, one that is not there is null, others are passed over; what
is no such record, list or number is an error, as it is at the top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from headwater_catalog.schemas.declared import ELEMENT
from headwater_catalog.schemas.types import Type
from headwater_catalog.templates.opening import Column
from headwater_catalog.templates.quoting import sql, sql_name

MOST_DEPTH: Final = 32
"""Levels that are typed; what lies deeper stays JSON."""
MOST_PARTS: Final = 1_000
"""Columns within one that are typed; of one with more all stays JSON."""
JSON: Final = "JSON"


def member(record: str, column: Column) -> str:
    """The value of a column of a record."""
    typed = column if _count(column.parts) <= MOST_PARTS else replace(column, parts=())
    return value(record, f"/{pointer(column.name)}", typed)


def _count(parts: Sequence[Column]) -> int:
    return sum(1 + _count(one.parts) for one in parts)


def value(base: str, path: str, column: Column, depth: int = 0) -> str:
    """An expression that makes the value of a member. base: JSON; path: the pointer to it, "" where it is base."""
    found = _at("json_extract", base, path)
    element, key = _element(column), _map_value(column)
    if kind(column) == JSON or depth == MOST_DEPTH:
        return f"nullif({found}, 'null'::JSON)"
    name = f"e{depth}"
    if element is not None:
        each = value(name, "", element, depth + 1)
        return f"list_transform(CAST(nullif({found}, 'null'::JSON) AS JSON[]), lambda {name}: {each})"
    if key is not None:
        entries = f"map_entries(CAST(nullif({found}, 'null'::JSON) AS MAP(VARCHAR, JSON)))"
        pair = f"{{'key': {name}.key, 'value': {value(f'{name}.value', '', key, depth + 1)}}}"
        return f"map_from_entries(list_transform({entries}, lambda {name}: {pair}))"
    if column.parts:
        cells = (
            f"{sql(one.name)}: {value(base, f'{path}/{pointer(one.name)}', one, depth + 1)}" for one in column.parts
        )
        record = f"{{{', '.join(cells)}}}"
        wrong = f"CAST(error('no record: ' || {found}) AS {kind(column)})"
        told = f"coalesce({_at('json_type', base, path)}, 'NULL')"
        return f"CASE {told} WHEN 'OBJECT' THEN {record} WHEN 'NULL' THEN NULL ELSE {wrong} END"
    return f"CAST({_at('json_extract_string', base, path)} AS {kind(column)})"


def pointer(name: str) -> str:
    """A name as a step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def _at(function: str, base: str, path: str) -> str:
    """json_type takes no path for the value itself; of a text in quotes only the root is its content."""
    if path:
        return f"{function}({base}, {sql(path)})"
    return f"{function}({base}, '$')"


def kind(column: Column, depth: int = 0) -> str:
    """The type in DuckDB; JSON of what is not known, or what no STRUCT can hold: its names differ in more than case."""
    element, key = _element(column), _map_value(column)
    if depth == MOST_DEPTH:
        return JSON
    if element is not None:
        return f"{kind(element, depth + 1)}[]"
    if key is not None:
        return f"MAP(VARCHAR, {kind(key, depth + 1)})"
    if column.parts and _apart(column.parts):
        return f"STRUCT({', '.join(f'{sql_name(one.name)} {kind(one, depth + 1)}' for one in column.parts)})"
    return JSON if column.within or column.family in _LOOSE else scalar(column)


_LOOSE: Final = frozenset({"record", "list", "map", "json", "jsonb", ""})


def scalar(column: Column) -> str:
    """The type of what holds nothing within; VARCHAR for what stays text."""
    family, bounds = column.family, column.bounds
    if family in ("integer", "unsigned"):
        return ("BIGINT" if family == "integer" else "UBIGINT") if bounds[0] <= 64 else "HUGEINT"
    if family == "decimal":
        whole, scale = bounds
        return f"DECIMAL({whole + scale}, {scale})" if 0 < whole + scale <= 38 and scale >= 0 else "DECIMAL(38, 10)"
    kinds = {"float": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP", "moment": "TIMESTAMPTZ",
             "time": "TIME", "uuid": "UUID"}  # fmt: skip
    return kinds.get(family, "VARCHAR")


def _element(column: Column) -> Column | None:
    """Of a list what it holds, by its own field or by its type."""
    if len(column.parts) == 1 and column.parts[0].name == ELEMENT:
        return column.parts[0]
    if column.family != "list" or column.parts or column.type is None or not column.type.parts:
        return None
    return _of(column.type.parts[0])


def _map_value(column: Column) -> Column | None:
    """Of a map what its names mean; keys of JSON are texts."""
    parts = column.type.parts if column.type and column.family == "map" and not column.parts else ()
    return _of(parts[1]) if len(parts) == 2 else None


def _of(kind: Type) -> Column:
    return Column("", kind)


def _apart(parts: Sequence[Column]) -> bool:
    return all(one.name for one in parts) and len({one.name.casefold() for one in parts}) == len(parts)
