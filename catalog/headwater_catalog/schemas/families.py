"""Canonical types as values, and whether one holds every value of another (headwater_catalog.schemas.types); pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

NO_BOUND: Final = 2**31
"""Characters, bytes or digits of what has no bound."""
MICROSECONDS: Final = 6
"""Digits of a second that times have where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Type:
    """A family and its bounds: bits; digits before and behind the point, or of a second; characters; types of parts.

    labels: values of an enum or set, or members of a composite type, in order; rules: conditions of a domain; None: not
    known.
    """

    family: str
    bounds: tuple[int, ...] = ()
    parts: tuple[Type, ...] = ()
    labels: tuple[str, ...] | None = None
    rules: frozenset[str] | None = None

    @property
    def innermost(self) -> Type:
        """Of a list what it holds in the end."""
        return self.parts[0].innermost if self.family == "list" and self.parts else self

    @property
    def is_own(self) -> bool:
        """Whether it is known by its name alone: a type of one system, or one that somebody made there."""
        return self.family != self.family.lower() or any(sign in self.family for sign in "\"'`")

    def named(self, family: str) -> Type:
        """The same with another name, of a list for what it holds."""
        if self.family == "list" and self.parts:
            return replace(self, parts=(self.parts[0].named(family),))
        return replace(self, family=family)

    def holds(self, other: Type) -> bool:
        """Whether each value of the other is one of this, as the same value, as far as both sides say."""
        if self.family == "nullable":
            return self.parts[0].holds(other.parts[0] if other.family == "nullable" else other)
        if self.family != other.family:
            return _holds_family(self, other)
        return (
            len(self.bounds) == len(other.bounds)
            and all(mine >= its for mine, its in zip(self.bounds, other.bounds, strict=True))
            and (self.labels is None or other.labels is None or set(self.labels) >= set(other.labels))
            and (self.rules is None or other.rules is None or self.rules <= other.rules)
            and self._holds_parts(other)
        )

    def same(self, other: Type) -> bool:
        """Whether both are one type, as far as both sides say."""
        return self == other or (self.family == other.family and self.holds(other) and other.holds(self))

    def ordered_as(self, other: Type) -> bool:
        """Of two that are the same: whether their labels stand in one order, by which systems sort values."""
        return (
            self.labels is None
            or other.labels is None
            or self.labels == other.labels
            or set(self.labels) != set(other.labels)
        ) and all(mine.ordered_as(its) for mine, its in zip(self.parts, other.parts, strict=False))

    def _holds_parts(self, other: Type) -> bool:
        if self.family != "record":
            return len(self.parts) == len(other.parts) and all(
                mine.holds(its) for mine, its in zip(self.parts, other.parts, strict=True)
            )
        mine = {one.family: one for one in self.parts}
        return not mine or all(one.family in mine and mine[one.family].holds(one) for one in other.parts)


class Inner(NamedTuple):
    """A field of a record, by its path in it; text: its type as written."""

    path: str
    type: Type | None
    text: str
    nullable: bool | None = None


RECORD: Final = Type("record")


def integer(bits: int, *, signed: bool = True) -> Type:
    """Whole numbers."""
    return Type("integer" if signed else "unsigned", (bits,))


def floating(mantissa: int) -> Type:
    """Binary floating point numbers, by the bits of their mantissa."""
    return Type("float", (mantissa,))


def decimal(precision: int | None = None, scale: int = 0) -> Type:
    """Decimal numbers: digits before and behind the point."""
    return Type("decimal", (NO_BOUND, NO_BOUND) if precision is None else (precision - scale, scale))


def characters(most: int | None = None) -> Type:
    """Text."""
    return Type("text", (most or NO_BOUND,))


def octets(most: int | None = None) -> Type:
    """Bytes."""
    return Type("bytes", (most or NO_BOUND,))


def timestamp(*, zone: bool, digits: int = MICROSECONDS) -> Type:
    """A moment, with a time zone or in none; digits of its seconds."""
    return Type("moment" if zone else "timestamp", (digits,))


def clock(*, zone: bool = False, digits: int = MICROSECONDS) -> Type:
    """A time of day; digits of its seconds."""
    return Type("timetz" if zone else "time", (digits,))


def listed(element: Type) -> Type:
    """A list."""
    return Type("list", parts=(element,))


def record_of(fields: Iterable[tuple[str, Type]]) -> Type:
    """A record whose fields are no columns of their own: one in a map."""
    return Type(
        "record", parts=tuple(Type(name, parts=(kind,)) for name, kind in sorted(fields, key=lambda one: one[0]))
    )


def _holds_family(wide: Type, narrow: Type) -> bool:
    """Across families."""
    if narrow.family in ("integer", "unsigned"):
        bits = narrow.bounds[0]
        if wide.family == "integer":
            return wide.bounds[0] > bits
        digits = len(str(2 ** (bits - (narrow.family == "integer"))))
        if wide.family == "decimal":
            return wide.bounds[0] >= digits
        return wide.family == "float" and wide.bounds[0] >= bits
    if narrow.family == "enum" and wide.family == "text":
        return all(len(label) <= wide.bounds[0] for label in narrow.labels or ())
    return (narrow.family, wide.family) in (("date", "timestamp"), ("json", "jsonb"), ("jsonb", "json"))
