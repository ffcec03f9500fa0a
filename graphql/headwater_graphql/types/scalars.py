"""Scalars: moments, whole numbers of 64 bits; and how they are written and read."""

from __future__ import annotations

from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from headwater_catalog.times import parse_moment, show

Long = NewType("Long", int)
DateTime = NewType("DateTime", int)
"""Microseconds since 1970 in Python; ISO 8601 in UTC outside."""


def _read_long(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
        return value
    raise GraphQLError("Long cannot represent what is no whole number of 64 bits.")


def _read_moment(value: object) -> int:
    read = parse_moment(value)
    if read is None:
        raise GraphQLError(
            "DateTime cannot be read: write RFC 3339, such as 2026-01-31T12:00:00Z, or a day, such as 2026-01-31."
        )
    return read


LONG: ScalarDefinition = strawberry.scalar(
    name="Long", description="A whole number of 64 bits.", serialize=int, parse_value=_read_long
)
DATE_TIME: ScalarDefinition = strawberry.scalar(
    name="DateTime",
    description="A moment: ISO 8601 in UTC with microseconds, 2026-01-31T12:00:00.000000Z. "
    "As an argument a day alone, 2026-01-31, is its beginning in UTC.",
    serialize=show,
    parse_value=_read_moment,
)
SCALARS: dict[object, ScalarDefinition] = {Long: LONG, DateTime: DATE_TIME}


def moment(micros: int | None) -> DateTime | None:
    """Microseconds as a moment; None where there are none or they lie outside of the years 1 to 9999."""
    return None if micros is None else DateTime(micros)


__all__ = ["JSON", "SCALARS", "DateTime", "Long", "moment"]
