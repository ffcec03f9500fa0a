"""Canonical types as texts, and back: int64, uint8, float64, decimal(10,2), string(20), timestamptz, list<int64>.

| text | means |
|---|---|
| `int8` … `int256`, `uint8` … | whole numbers, by bits |
| `float32`, `float64`, `float(n)` | binary floating point; n: bits of the mantissa, where that is of no common format |
| `decimal(p,s)`, `decimal` | p digits, s of them behind the point; without a bound |
| `string(n)`, `string`; `bytes(n)`, `bytes` | at most n characters or bytes; without a bound |
| `date`, `time`, `timetz`, `timestamp`, `timestamptz` | without and with a time zone, to the microsecond |
| `timestamp(n)`, `time(n)` … | with n digits of a second |
| `enum("a","b")`, `set("a","b")` | one of these values, or several; in their order |
| `boolean`, `uuid`, `json`, `jsonb` | themselves |
| `list<t>`, `map<k,v>`, `record` | of parts; the fields of a record are columns of their own, |
| `record<"a"<t>>` | but for those of one in a map |
| `nullable<t>` | within another type: there may be nulls |

Any other text is a type of one system, as that spells it, in capitals.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from headwater_catalog.schemas.arrow import split
from headwater_catalog.schemas.families import (
    MICROSECONDS,
    NO_BOUND,
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

FORMATS: Final = {8: "bfloat16", 11: "float16", 24: "float32", 53: "float64"}
NAMES: Final = {"moment": "timestamptz", "text": "string"}
_MANTISSAS: Final = {name: bits for bits, name in FORMATS.items()}
_SHAPE: Final = re.compile(r"(u?int|float|decimal|string|bytes)(\d+)?(?:\((\d+)(?:,(-?\d+))?\))?")
_PARTS: Final = re.compile(r"(list|map|nullable|record)<(.*)>", re.DOTALL)
_TIMED: Final = re.compile(r"(timestamp|time)(tz)?(?:\(([0-9]{1,2})\))?")
_LABELLED: Final = re.compile(r"(enum|set)\((.*)\)", re.DOTALL)
_FIELD: Final = re.compile(r'("(?:[^"\\]|\\.)*")<(.*)>', re.DOTALL)
ENUMS: Final = frozenset({"enum", "set"})
TIMES: Final = frozenset({"timestamp", "moment", "time", "timetz"})


def show_type(kind: Type) -> str:
    """The text of a type; that of a known family never changes."""
    family, bounds = kind.family, kind.bounds
    if family in ("integer", "unsigned"):
        return f"{'u' * (family == 'unsigned')}int{bounds[0]}"
    if family == "float":
        return FORMATS.get(bounds[0], f"float({bounds[0]})")
    if family == "decimal":
        return "decimal" if bounds[0] >= NO_BOUND else f"decimal({sum(bounds)},{bounds[1]})"
    return _nested(kind) if kind.parts or kind.labels is not None else _limited(NAMES.get(family, family), kind)


def _nested(kind: Type) -> str:
    """Of parts, or of labels; what somebody made is known by its name."""
    if kind.family in ENUMS:
        return f"{kind.family}({','.join(map(_quoted, kind.labels or ()))})"
    if kind.family == "record":
        fields = (f"{_quoted(one.family)}<{show_type(one.parts[0])}>" for one in kind.parts)
        return f"record<{','.join(fields)}>"
    return f"{kind.family}<{','.join(map(show_type, kind.parts))}>" if kind.parts else kind.family


def _limited(name: str, kind: Type) -> str:
    plain = MICROSECONDS if kind.family in TIMES else NO_BOUND
    least = kind.bounds[0] if kind.bounds else plain
    return name if least == plain or (plain == NO_BOUND and least > plain) else f"{name}({least})"


def parse_type(text: str) -> Type:
    """The type of a text that `show_type` gave; any other text is a type of its own."""
    nested = _PARTS.fullmatch(text)
    if nested is not None and nested[1] == "record":
        return record_of(_fields(nested[2]))
    if nested is not None:
        return Type(nested[1], parts=tuple(map(parse_type, split(nested[2]))))
    if timed := _TIMED.fullmatch(text):
        make = timestamp if timed[1] == "timestamp" else clock
        return make(zone=bool(timed[2]), digits=int(timed[3] or MICROSECONDS))
    if labelled := _LABELLED.fullmatch(text):
        return _labelled(text, labelled[1], labelled[2])
    if text in _MANTISSAS:
        return floating(_MANTISSAS[text])
    found = _SHAPE.fullmatch(text)
    return Type(text) if found is None else _bounded(text, *found.groups())


def _quoted(name: str) -> str:
    """As JSON, without the brackets that types have."""
    return re.sub(r"[<>(),\[\]]", lambda found: f"\\u{ord(found[0]):04x}", json.dumps(name))


def _labelled(text: str, family: str, said: str) -> Type:
    try:
        labels = json.loads(f"[{said}]")
    except ValueError:
        return Type(text)
    return Type(family, labels=tuple(map(str, labels)))


def _fields(said: str) -> Iterator[tuple[str, Type]]:
    for part in split(said):
        found = _FIELD.fullmatch(part)
        if found is not None:
            yield str(json.loads(found[1])), parse_type(found[2])


def _bounded(text: str, name: str, bits: str | None, first: str | None, second: str | None) -> Type:
    if name in ("int", "uint") and bits and not first:
        return integer(int(bits), signed=name == "int")
    if bits or (second and name != "decimal"):
        return Type(text)
    if name == "float" and first:
        return floating(int(first))
    if name == "decimal":
        return decimal(int(first), int(second or 0)) if first else decimal()
    most = int(first) if first else None
    return {"string": characters, "bytes": octets}[name](most) if name in ("string", "bytes") else Type(text)
