"""Types that somebody made (enums, domains, composite types): what a column of one is in the end; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from headwater_catalog.facets.relation import NamedType, Relation
from headwater_catalog.schemas.families import Type
from headwater_catalog.schemas.keys import plain
from headwater_catalog.schemas.types import read_type

MOST_DEPTH: Final = 32
DIALECT: Final = "postgres"
"""Of the types that domains are of: other systems have none."""
Made = Mapping[str, NamedType]


def made_of(relation: Relation | None) -> Made:
    """The types that a relation tells of, by their names."""
    return {one.name: one for one in relation.types if one.name} if relation else {}


def settled(kind: Type | None, native: str, made: Made, depth: int = MOST_DEPTH) -> Type | None:
    """The canonical type of a native one: an enum with its labels, a domain what it is of, a composite with members.

    kind: as it is read without knowing what was made.
    """
    if kind is None or depth == 0:
        return kind
    one = made.get(native)
    if one is not None:
        return _of(kind, one, made, depth)
    if kind.family == "list" and kind.parts and native.endswith("[]"):
        element = settled(kind.parts[0], native.removesuffix("[]"), made, depth - 1)
        return replace(kind, parts=(element or kind.parts[0],))
    return kind


def _of(kind: Type, one: NamedType, made: Made, depth: int) -> Type | None:
    if one.kind == "ENUM":
        return Type("enum", labels=one.labels)
    if one.kind == "DOMAIN" and one.base:
        return ruled(settled(read_type(one.base, DIALECT), one.base, made, depth - 1), one.name, made)
    if one.kind == "COMPOSITE":
        return replace(kind, labels=tuple(f"{member.name} {member.native_type}" for member in one.members))
    return kind


def ruled(kind: Type | None, domain: str | None, made: Made) -> Type | None:
    """A type with the conditions of the domain by that name, and of those that it is of."""
    found = list(domains(domain, made))
    if kind is None or not found:
        return kind
    return replace(kind, rules=frozenset(plain(check.expression or "") for one in found for check in one.checks))


def domains(name: str | None, made: Made) -> Iterator[NamedType]:
    """A domain and those that it is of, up to MOST_DEPTH."""
    for _ in range(MOST_DEPTH):
        one = made.get(name or "")
        if one is None or one.kind != "DOMAIN":
            return
        yield one
        name = one.base
