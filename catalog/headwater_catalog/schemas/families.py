"""Canonical types as values, and whether one holds every value of another (headwater_catalog.schemas.types); pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

NO_BOUND: Final = 2**31
"""Characters, bytes or digits of what has no bound."""


@dataclass(frozen=True, slots=True)
class Type:
    """A family and its bounds: bits; digits before and behind the point; characters; zone or none; types of parts."""

    family: str
    bounds: tuple[int, ...] = ()
    parts: tuple[Type, ...] = ()

    def holds(self, other: Type) -> bool:
        """Whether each value of the other is one of this, as the same value."""
        if self.family == other.family:
            return (
                len(self.bounds) == len(other.bounds)
                and all(mine >= its for mine, its in zip(self.bounds, other.bounds, strict=True))
                and len(self.parts) == len(other.parts)
                and all(mine.holds(its) for mine, its in zip(self.parts, other.parts, strict=True))
            )
        return _holds_family(self, other)


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


def timestamp(*, zone: bool) -> Type:
    """A moment, with a time zone or in none."""
    return Type("moment" if zone else "timestamp")


def listed(element: Type) -> Type:
    """A list."""
    return Type("list", parts=(element,))


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
    return (narrow.family, wide.family) in (("date", "timestamp"), ("json", "jsonb"), ("jsonb", "json"))
