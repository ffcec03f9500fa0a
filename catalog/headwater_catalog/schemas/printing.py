"""Canonical types as texts, and back: int64, uint8, float64, decimal(10,2), string(20), timestamptz, list<int64>.

| text | means |
|---|---|
| `int8` … `int256`, `uint8` … | whole numbers, by bits |
| `float32`, `float64`, `float(n)` | binary floating point; n: bits of the mantissa, where that is of no common format |
| `decimal(p,s)`, `decimal` | p digits, s of them behind the point; without a bound |
| `string(n)`, `string`; `bytes(n)`, `bytes` | at most n characters or bytes; without a bound |
| `date`, `time`, `timetz`, `timestamp`, `timestamptz` | without and with a time zone |
| `boolean`, `uuid`, `json`, `jsonb` | themselves |
| `list<t>`, `map<k,v>`, `record` | of parts; the fields of a record are columns of their own |

Any other text is a type of one system, as that spells it, in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from headwater_catalog.schemas.types import NO_BOUND, Type, characters, decimal, floating, integer, octets, timestamp

FORMATS: Final = {8: "bfloat16", 11: "float16", 24: "float32", 53: "float64"}
NAMES: Final = {"moment": "timestamptz", "text": "string"}
_MANTISSAS: Final = {name: bits for bits, name in FORMATS.items()}
_SHAPE: Final = re.compile(r"(u?int|float|decimal|string|bytes)(\d+)?(?:\((\d+)(?:,(\d+))?\))?")
_PARTS: Final = re.compile(r"(list|map)<(.*)>", re.DOTALL)


def show_type(kind: Type) -> str:
    """The text of a type; that of a known family never changes."""
    family, bounds = kind.family, kind.bounds
    if family in ("integer", "unsigned"):
        return f"{'u' * (family == 'unsigned')}int{bounds[0]}"
    if family == "float":
        return FORMATS.get(bounds[0], f"float({bounds[0]})")
    if family == "decimal":
        return "decimal" if bounds[0] >= NO_BOUND else f"decimal({sum(bounds)},{bounds[1]})"
    name = NAMES.get(family, family)
    if kind.parts:
        return f"{name}<{','.join(map(show_type, kind.parts))}>"
    return name if not bounds or bounds[0] >= NO_BOUND else f"{name}({bounds[0]})"


def parse_type(text: str) -> Type:
    """The type of a text that `show_type` gave; any other text is a type of its own."""
    nested = _PARTS.fullmatch(text)
    if nested is not None:
        return Type(nested[1], parts=tuple(map(parse_type, _split(nested[2]))))
    if text in ("timestamp", "timestamptz"):
        return timestamp(zone=text == "timestamptz")
    if text in _MANTISSAS:
        return floating(_MANTISSAS[text])
    found = _SHAPE.fullmatch(text)
    return Type(text) if found is None else _bounded(text, *found.groups())


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


def _split(text: str) -> Iterator[str]:
    """At commas that stand in no brackets."""
    depth, start = 0, 0
    for place, sign in enumerate(text):
        depth += (sign in "<(") - (sign in ">)")
        if sign == "," and depth == 0:
            yield text[start:place]
            start = place + 1
    yield text[start:]
