"""What the catalog masked is no expression any more: it stands in no statement, and that is said."""

from __future__ import annotations

from dataclasses import replace

from headwater_catalog.facets.relation import Attribute, Check, NamedType, Relation
from headwater_catalog.secret_patterns import MASK
from headwater_catalog.templates.missing import Missing


def without_masked(relation: Relation) -> tuple[Relation, list[Missing]]:
    """The relation without its masked defaults, computed columns and checks, and what these were."""
    lost: list[str] = []

    def kept(text: str | None, what: str) -> str | None:
        if text is None or MASK not in text:
            return text
        lost.append(what)
        return None

    def attribute(one: Attribute) -> Attribute:
        default = kept(one.default, f"the default of {one.name!r}")
        return replace(one, default=default, generated=kept(one.generated, f"the computed column {one.name!r}"))

    def checks(some: tuple[Check, ...]) -> tuple[Check, ...]:
        return tuple(one for one in some if kept(one.expression, f"the check {one.name!r}") == one.expression)

    def named(one: NamedType) -> NamedType:
        return replace(one, default=kept(one.default, f"the default of {one.name}"), checks=checks(one.checks))

    clean = replace(
        relation,
        attributes=tuple(map(attribute, relation.attributes)),
        checks=checks(relation.checks),
        types=tuple(map(named, relation.types)),
    )
    return clean, [_missing(what) for what in lost]


def _missing(what: str) -> Missing:
    sentence = f"{what[:1].upper()}{what[1:300]} holds a secret that the catalog does not keep, so it is left out."
    return Missing("masked", sentence, "Write it by hand.", False)
