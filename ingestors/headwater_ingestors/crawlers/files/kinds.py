"""Types of values in files, spelled as SQL, and the least type that holds the values of two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

from headwater_ingestors.crawlers.datasets import Field


@dataclass(frozen=True, slots=True)
class Kind:
    """A type. parts: of STRUCT its fields, of ARRAY its element, of MAP key and value; bounds: of DECIMAL."""

    name: str
    parts: tuple[tuple[str, Kind], ...] = ()
    bounds: tuple[int, int] | None = None

    def __str__(self) -> str:
        """As the schema spells it; fields of a record stand beside it."""
        if self.name == "ARRAY" and self.parts[0][1] == UNKNOWN:
            return "ARRAY"
        if self.name in ("ARRAY", "MAP"):
            return f"{self.name}<{', '.join(str(kind) for _, kind in self.parts)}>"
        return f"DECIMAL({self.bounds[0]},{self.bounds[1]})" if self.bounds else self.name


UNKNOWN: Final = Kind("NULL")
"""No value was seen."""
TEXT, ANY = Kind("VARCHAR"), Kind("JSON")
BOOLEAN, DATE, TIME = Kind("BOOLEAN"), Kind("DATE"), Kind("TIME")
TIMESTAMP, MOMENT = Kind("TIMESTAMP"), Kind("TIMESTAMPTZ")
FLOAT, DOUBLE, BYTES = Kind("FLOAT"), Kind("DOUBLE"), Kind("BLOB")
_INTEGERS: Final = {"TINYINT": 8, "SMALLINT": 16, "INTEGER": 32, "BIGINT": 64}
"""Their bits."""
_MOST_DIGITS: Final = 38
_DEEP: Final = 64
_NESTED: Final = frozenset({"STRUCT", "ARRAY", "MAP", "JSON"})


def array(element: Kind) -> Kind:
    """A list of such."""
    return Kind("ARRAY", (("_element", element),))


def struct(fields: tuple[tuple[str, Kind], ...]) -> Kind:
    """A record."""
    return Kind("STRUCT", fields)


def decimal(precision: int, scale: int) -> Kind:
    """Decimal numbers of so many digits; beyond 38, or with others than digits behind the point, floating ones."""
    return Kind("DECIMAL", bounds=(precision, scale)) if 0 <= scale <= precision <= _MOST_DIGITS else DOUBLE


def integer(bits: int, *, signed: bool = True) -> Kind:
    """Whole numbers of so many bits; without a sign those with one that hold them, as most systems have only these."""
    names = {size: name for name, size in _INTEGERS.items()}
    size = bits if signed else 2 * bits
    return Kind(names[size]) if size in names else decimal(20, 0)


def join(one: Kind, other: Kind) -> Kind:
    """The least type that holds the values of both: text over all scalars, JSON over all."""
    if other in (one, UNKNOWN):
        return one
    if one == UNKNOWN:
        return other
    if one.name == other.name and one.name in _NESTED:
        return Kind(one.name, _joined_parts(one.parts, other.parts))
    if {one.name, other.name} & _NESTED:
        return ANY
    return _number(one, other) or _date(one, other) or TEXT


def joined(kinds: tuple[Kind, ...]) -> Kind:
    """The least type that holds the values of all."""
    return reduce(join, kinds, UNKNOWN)


def field(name: str, kind: Kind) -> Field:
    """A column of the schema facet: a record with its fields, a list of records with `_element`, as in the standard.

    What no value was seen of has no type.
    """
    if kind.name == "STRUCT":
        return Field(name, "STRUCT", fields=tuple(field(*part) for part in kind.parts))
    if kind.name == "ARRAY" and _has_record(kind.parts[0][1]):
        return Field(name, "ARRAY", fields=(field(*kind.parts[0]),))
    return Field(name, None if kind == UNKNOWN else str(kind))


def _has_record(kind: Kind) -> bool:
    return kind.name == "STRUCT" or (kind.name == "ARRAY" and _has_record(kind.parts[0][1]))


def _joined_parts(
    one: tuple[tuple[str, Kind], ...], other: tuple[tuple[str, Kind], ...]
) -> tuple[tuple[str, Kind], ...]:
    found = dict(one)
    for name, kind in other:
        found[name] = join(found[name], kind) if name in found else kind
    return tuple(found.items())


def _number(one: Kind, other: Kind) -> Kind | None:
    if one.name in _INTEGERS and other.name in _INTEGERS:
        return max(one, other, key=lambda kind: _INTEGERS[kind.name])
    digits = [_digits(kind) for kind in (one, other)]
    floats = [kind.name in ("FLOAT", "DOUBLE") for kind in (one, other)]
    if all(floats) or any(is_float and known for is_float, known in zip(floats, reversed(digits), strict=True)):
        return DOUBLE
    if digits[0] is None or digits[1] is None:
        return None
    before, behind = (max(parts) for parts in zip(*(each for each in digits if each), strict=True))
    return decimal(before + behind, behind)


def _digits(kind: Kind) -> tuple[int, int] | None:
    """Digits before and behind the point that hold every value."""
    if kind.bounds:
        return kind.bounds[0] - kind.bounds[1], kind.bounds[1]
    bits = _INTEGERS.get(kind.name)
    return (len(str(2 ** (bits - 1))), 0) if bits else None


def _date(one: Kind, other: Kind) -> Kind | None:
    return TIMESTAMP if {one, other} == {DATE, TIMESTAMP} else None


def parsed(one: Field) -> Kind:
    """The type that a column of a schema facet of ours says; UNKNOWN where it is none of ours."""
    if one.fields and one.type in ("ARRAY", "STRUCT"):
        inner = tuple((part.name, parsed(part)) for part in one.fields)
        return Kind(one.type, inner)
    return _scalar((one.type or "").strip())


def _scalar(text: str) -> Kind:
    if text.startswith("ARRAY<") and text.endswith(">"):
        return array(_scalar(text[6:-1]))
    if text.startswith("DECIMAL(") and text.endswith(")"):
        precision, _, scale = text[8:-1].partition(",")
        return decimal(int(precision), int(scale)) if precision.isdigit() and scale.isdigit() else UNKNOWN
    plain = {kind.name: kind for kind in (TEXT, ANY, BOOLEAN, DATE, TIME, TIMESTAMP, MOMENT, FLOAT, DOUBLE, BYTES)}
    return plain.get(text) or (Kind(text) if text in _INTEGERS else UNKNOWN)


def fields_of(facet: Mapping[str, Any]) -> tuple[tuple[str, Kind], ...]:
    """The columns that a schema facet of ours says."""
    return tuple((one.name, parsed(one)) for one in _fields(facet.get("fields"), _DEEP))


def _fields(said: object, deep: int) -> tuple[Field, ...]:
    listed = (
        [one for one in said if isinstance(one, dict) and one.get("name")] if isinstance(said, list) and deep else []
    )
    return tuple(Field(one["name"], one.get("type"), fields=_fields(one.get("fields"), deep - 1)) for one in listed)
