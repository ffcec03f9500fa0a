"""Typed facets: GraphQL types made of the shapes of facets, and the fields that show them (docs/decisions/0004)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeVar, get_origin

import strawberry

from headwater_catalog.canonical import read_json
from headwater_catalog.facets.row import Row
from headwater_catalog.facets.shape import MOST_ITEMS, Moment, Sign, item_of, members
from headwater_catalog.facets.table import fields_of
from headwater_catalog.reading import facets
from headwater_catalog.reading.facets import Slot
from headwater_graphql.context import View
from headwater_graphql.types.scalars import JSON, DateTime, Long

T = TypeVar("T")
_SCALARS: Mapping[object, object] = {str: str, Sign: str, int: Long, float: float, bool: bool, Moment: DateTime}


class Place(NamedTuple):
    """Where an object's facets are: kind and id of their owner, and the place of the registers (reading.facets.Slot).

    of: that place in the table of facets; None where the object has one place only.
    """

    kind: int
    owner: int
    place: str = ""
    of: str | None = None


class Carrier(Protocol):
    """What has facets."""

    @property
    def view(self) -> View:
        """The moment at which it is seen."""
        ...

    def _place(self) -> Place: ...


def shows_facets(owner: str) -> Callable[[type[T]], type[T]]:
    """Gives a GraphQL type a field for each facet that the table of facets has for it. Goes below @strawberry.type."""

    def add(cls: type[T]) -> type[T]:
        for name, rows in fields_of(owner).items():
            setattr(cls, name, _field(rows))
        return cls

    return add


async def first_said(carrier: Carrier, rows: Sequence[Row]) -> object | None:
    """What the last of these facets says that says anything, a producer's before a crawler's."""
    place = carrier._place()
    asked = [row for row in rows if place.of is None or place.of in row.places]
    slots = [Slot(place.owner, place.place, row.facet) for row in asked]
    found = await carrier.view.get_many(facets.held, slots, kind=place.kind)
    held = [(one, row) for row, some in zip(asked, found, strict=True) for one in some or ()]
    held.sort(key=lambda one: (one[0].s, one[0].h), reverse=True)
    for one, row in sorted(held, key=lambda one: one[0].told):
        said = row.read(read_json(one.body.encode()))
        if said is not None:
            return said
    return None


def _field(rows: Sequence[Row]) -> Any:
    shape, many = rows[0].shape, bool(rows[0].listed)
    assert shape is not None  # noqa: S101 - only rows with a shape have a field

    async def one(self: Carrier) -> Any:
        return await first_said(self, rows)

    async def several(self: Carrier) -> Any:
        return await first_said(self, rows) or ()

    made: Any = type_of(shape)
    kind = list[made] if many else made | None
    tells = f"{rows[0].tells}; up to {MOST_ITEMS:,}." if many else f"{rows[0].tells}."
    resolver: Any = several if many else one
    return strawberry.field(resolver=resolver, graphql_type=kind, description=tells)


@cache
def type_of(shape: type) -> type:
    """The GraphQL type that has the members of a shape; values of the shape are what it shows."""
    hints = {member.name: _hint(member.hint) for member in members(shape)}
    said = {member.name: strawberry.field(description=member.says) for member in members(shape) if member.says}
    made: type = type(shape.__name__, (), {"__annotations__": hints, **said})
    return strawberry.type(made, description=(shape.__doc__ or "").strip())


def _hint(hint: Any) -> Any:
    if hint in _SCALARS:
        known: Any = _SCALARS[hint]
        return known | None
    item = item_of(hint)
    if item is not None:
        return list[type_of(item)]  # type: ignore[misc] # a type made at run time
    if get_origin(hint) is tuple:
        return list[str]
    made: Any = JSON if get_origin(hint) is Mapping else type_of(hint)
    return made | None
