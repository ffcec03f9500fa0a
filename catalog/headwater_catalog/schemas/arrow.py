"""Types as Apache Arrow spells them: int64, large_string, timestamp[us, tz=UTC], struct<a: int64 not null>."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

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
NAMES: Final = {
    **dict.fromkeys(("string", "large_string", "utf8", "string_view"), characters()),
    **dict.fromkeys(("binary", "large_binary", "binary_view"), octets()),
    **dict.fromkeys(("date32", "date64", "date32[day]", "date64[ms]"), Type("date")),
    **dict.fromkeys(("double", "float64"), floating(53)),
    **dict.fromkeys(("float", "float32"), floating(24)),
    **dict.fromkeys(("halffloat", "float16"), floating(11)),
    **{f"int{bits}": integer(bits) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": integer(bits, signed=False) for bits in (8, 16, 32, 64)},
    "bool": Type("boolean"),
}
UNITS: Final = {"s": 0, "ms": 3, "us": 6, "ns": 9}
"""Digits of a second."""
_TIME: Final = re.compile(r"time(?:32|64)\[(s|ms|us|ns)\]")
_MOMENT: Final = re.compile(r"timestamp\[(s|ms|us|ns)(, ?tz=[^\]]*)?\]")
_DECIMAL: Final = re.compile(r"decimal(?:32|64|128|256)\((\d{1,3}), ?(-?\d{1,3})\)")
_FIXED: Final = re.compile(r"fixed_size_binary\[(\d{1,9})\]")
_NESTED: Final = re.compile(
    r"(list|large_list|list_view|fixed_size_list|struct|map|dictionary)<(.*)>(?:\[\d+\])?", re.S
)
_LISTS: Final = frozenset({"list", "large_list", "list_view", "fixed_size_list"})


def read_arrow(text: str, depth: int = MOST_DEPTH, *, whole: bool = False) -> Type | None:
    """The canonical type; None where Arrow has none so spelled. Its names are small, those of SQL may be large.

    whole: a record has its fields, as they are no columns of their own.
    """
    plain = text.removesuffix(" not null").strip()
    nested = _NESTED.fullmatch(plain)
    if nested is not None:
        return _nested(nested[1], nested[2], depth - 1, whole) if depth > 0 else None
    return NAMES.get(plain) or _bounded(plain)


def _bounded(plain: str) -> Type | None:
    if found := _TIME.fullmatch(plain):
        return clock(digits=UNITS[found[1]])
    if found := _MOMENT.fullmatch(plain):
        return timestamp(zone=bool(found[2]), digits=UNITS[found[1]])
    if found := _DECIMAL.fullmatch(plain):
        return decimal(int(found[1]), int(found[2]))
    found = _FIXED.fullmatch(plain)
    return octets(int(found[1])) if found else None


def _nested(name: str, inner: str, depth: int, whole: bool) -> Type | None:
    """SQL writes list<int> and struct<a:int> too: a list of Arrow names its element, a record has a blank there."""
    parts = list(split(inner))
    if name == "dictionary":
        return read_arrow(parts[0].removeprefix("values="), depth)
    if name == "struct":
        return _record(parts, depth, whole)
    if name == "map":
        kinds = [read_arrow(part, depth, whole=True) for part in parts[:2]]
        return Type("map", parts=tuple(kind for kind in kinds if kind)) if len(kinds) == 2 and all(kinds) else None
    element = read_arrow(inner.partition(": ")[2], depth, whole=whole)
    return None if element is None else Type("list", parts=(element,))


def _record(parts: Sequence[str], depth: int, whole: bool) -> Type | None:
    if not all(": " in part for part in parts):
        return None
    if not whole:
        return RECORD
    named = [(name, read_arrow(said, depth, whole=True)) for name, _, said in (part.partition(": ") for part in parts)]
    return record_of((name, kind or Type("any")) for name, kind in named)


def arrow_fields(text: str, depth: int = MOST_DEPTH) -> Iterator[Inner]:
    """What a record, or a list of records, has within; nothing of any other type."""
    nested = _NESTED.fullmatch(text.removesuffix(" not null").strip())
    if nested is None or depth == 0:
        return
    if nested[1] in _LISTS:
        yield from arrow_fields(nested[2].partition(": ")[2], depth - 1)
    elif nested[1] == "struct":
        for name, _, said in (part.partition(": ") for part in split(nested[2])):
            plain = said.removesuffix(" not null")
            yield Inner(name, read_arrow(said, depth - 1) or Type(plain.upper()), plain, nullable=plain == said)
            yield from (one._replace(path=f"{name}.{one.path}") for one in arrow_fields(said, depth - 1))


def members(text: str) -> tuple[tuple[str, str], ...]:
    """(name, type) of what a record, list or map holds, in order; none where its text is not plain."""
    nested = _NESTED.fullmatch(text.removesuffix(" not null").strip())
    if nested is None or nested[1] == "dictionary":
        return ()
    parts = [nested[2]] if nested[1] in _LISTS else list(split(nested[2]))
    if nested[1] == "map":
        return tuple(("", part.removesuffix(" not null")) for part in parts[:2])
    if not all(": " in part for part in parts):
        return ()
    told = (part.removesuffix(" not null").partition(": ") for part in parts)
    return tuple((name, said) for name, _, said in told)


def split(text: str) -> Iterator[str]:
    """The parts between commas that stand in no brackets."""
    depth, start = 0, 0
    for place, sign in enumerate(text):
        depth += (sign in "<([") - (sign in ">)]")
        if sign == "," and depth == 0:
            yield text[start:place].strip()
            start = place + 1
    yield text[start:].strip()
