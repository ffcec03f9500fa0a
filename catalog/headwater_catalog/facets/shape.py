"""Reading a facet's JSON into a frozen dataclass by its type hints: an odd member becomes None, nothing raises.

Members are spelled as in the dataclass or in camelCase; `Annotated[..., Spelled(("newest", "older"))]` names others,
`Annotated[..., "what it means"]` says what a member means.
Hints: str, Sign, int, float, bool, Moment, Mapping (any object), tuple[str, ...], another shape, tuple[shape, ...].
Those of one value may be None, lists may be empty.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from itertools import islice
from types import NoneType
from typing import Annotated, Any, Final, NamedTuple, NewType, TypeVar, get_args, get_origin, get_type_hints

from headwater_catalog.canonical import canonical
from headwater_catalog.times import parse_time

Moment = NewType("Moment", int)
"""Microseconds since 1970 in UTC."""
Sign = NewType("Sign", str)
"""A text that may be blank, such as a tab; the empty one is none."""
S = TypeVar("S")
MOST_ITEMS: Final = 2_000
"""Items that are read of a list (a table may have 1,600 columns); `facets` shows a value whole."""
_WORD = re.compile("_([a-z0-9])")
_MOST, _LEAST = 2**63 - 1, -(2**63)


class Spelled(NamedTuple):
    """How producers spell a member, the newest first. by: a map is meant, listed with each key as this member."""

    keys: tuple[str, ...]
    by: str = ""


class Member(NamedTuple):
    """A member of a shape: its name, its hint without None, its spellings, what it means where that is said."""

    name: str
    hint: Any
    keys: tuple[str, ...]
    by: str
    says: str


@cache
def members(shape: type) -> tuple[Member, ...]:
    """The members of a shape."""
    hints = get_type_hints(shape, include_extras=True)
    return tuple(_member(field.name, hints[field.name]) for field in dataclasses.fields(shape))


def item_of(hint: object) -> type | None:
    """What a list of shapes holds; None for any other hint."""
    inner = get_args(hint)[0] if get_origin(hint) is tuple else None
    return inner if isinstance(inner, type) and dataclasses.is_dataclass(inner) else None


def read(shape: type[S], value: object) -> S | None:
    """A facet's value, or a part of it, as a shape; None where it is no object or says nothing that the shape has."""
    if not isinstance(value, Mapping):
        return None
    kind: type = shape  # a cache takes no type variable
    found = {member.name: _read_member(member, value) for member in members(kind)}
    return shape(**found) if any(said not in (None, ()) for said in found.values()) else None


def read_list(shape: type[S], value: object, by: str = "") -> tuple[S, ...]:
    """The items of a list that the shape can read; with `by` those of a map, each with its key as that member."""
    if by and isinstance(value, Mapping):
        items: Iterator[object] = ({**(i if isinstance(i, Mapping) else {}), by: key} for key, i in value.items())
    else:
        items = iter(value if isinstance(value, list) else ())
    return tuple(one for item in islice(items, MOST_ITEMS) if (one := read(shape, item)) is not None)


def write(value: object) -> dict[str, object]:
    """A shape as the JSON that `read` makes it of, in the newest spelling; members that say nothing are left out."""
    assert dataclasses.is_dataclass(value)  # noqa: S101 - only shapes are written
    shape: type = type(value)
    told = {member.keys[0]: getattr(value, member.name) for member in members(shape)}
    return {key: _written(said) for key, said in told.items() if said not in (None, ())}


def _written(said: object) -> object:
    if dataclasses.is_dataclass(said):
        return write(said)
    return [_written(one) for one in said] if isinstance(said, tuple) else said


def camel(name: str) -> str:
    """The name as JSON spells it."""
    return _WORD.sub(lambda match: match[1].upper(), name)


def _member(name: str, hint: Any) -> Member:
    said: list[object] = []
    if get_origin(hint) is Annotated:
        hint, *said = get_args(hint)
    spelled = next((one for one in said if isinstance(one, Spelled)), Spelled((camel(name), name)))
    says = next((one for one in said if isinstance(one, str)), "")
    inner = [one for one in get_args(hint) if one is not NoneType]
    return Member(name, inner[0] if NoneType in get_args(hint) else hint, spelled.keys, spelled.by, says)


def _read_member(member: Member, value: Mapping[str, object]) -> object:
    said = next((value[key] for key in member.keys if value.get(key) is not None), None)
    return _reader(member.hint, member.by)(said)


@cache
def _reader(hint: Any, by: str) -> Callable[[object], object]:
    """What reads a value of this hint."""
    known = _SCALARS.get(hint)
    if known is not None:
        return known
    item = item_of(hint)
    if item is not None:
        return partial(read_list, item, by=by)
    if get_origin(hint) is tuple:
        return _texts
    return _mapping if get_origin(hint) is Mapping else partial(read, hint)


def text_of(value: object) -> str | None:
    """A text that is not blank; a number or truth value as its JSON."""
    if isinstance(value, bool | int | float):
        return canonical(value).decode()
    return value if isinstance(value, str) and value.strip() else None


def _sign(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _whole(value: object) -> int | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if type(value) is int and _LEAST <= value <= _MOST else None


def _number(value: object) -> float | None:
    if type(value) in (int, float) and math.isfinite(value):  # type: ignore[arg-type] # the line says that it is one
        return float(value)  # type: ignore[arg-type]
    return None


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _texts(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, list) else ()
    return tuple(said for item in items[:MOST_ITEMS] if (said := text_of(item)) is not None)


def _mapping(value: object) -> Mapping[str, object] | None:
    return value if isinstance(value, Mapping) else None


_SCALARS: Mapping[object, Callable[[object], object]] = {
    str: text_of,
    Sign: _sign,
    int: _whole,
    float: _number,
    bool: _truth,
    Moment: parse_time,
}
