"""What the catalog masked is no expression any more: it stands in no statement, and that is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from headwater_catalog.facets.relation import Attribute, Check, Index, NamedType, Partitioning, Relation
from headwater_catalog.secret_patterns import MASK
from headwater_catalog.templates.missing import Missing


def without_masked(relation: Relation) -> tuple[Relation, list[Missing]]:
    """The relation without what is masked in it, and what that was; a view keeps its query, so that it is one."""
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
        labels = tuple(label for label in one.labels if kept(label, f"a label of {one.name}") is not None)
        default = kept(one.default, f"the default of {one.name}")
        return replace(one, default=default, checks=checks(one.checks), labels=labels)

    def index(one: Index) -> bool:
        said = " ".join((*one.columns, one.condition or "", one.definition or ""))
        return kept(said, f"the index {one.name!r}") is not None

    def parts(one: Partitioning) -> Partitioning:
        key = kept(one.key, "what it is partitioned by")
        return replace(one, key=key, bound=kept(one.bound, "the bound of the partition"))

    def option(one: str) -> bool:
        return kept(one, f"the option {one.partition('=')[0]!r}") is not None

    clean = replace(
        relation,
        attributes=tuple(map(attribute, relation.attributes)),
        checks=checks(relation.checks),
        types=tuple(map(named, relation.types)),
        exclusions=checks(relation.exclusions),
        indexes=tuple(filter(index, relation.indexes)),
        partitioning=relation.partitioning and parts(relation.partitioning),
        options=tuple(filter(option, relation.options)),
    )
    kept(relation.definition, "the query of the view")
    return clean, [_missing(what) for what in lost]


def is_masked(text: str | None) -> bool:
    """Whether something of it was masked."""
    return MASK in (text or "")


def comments(lost: Iterable[Missing]) -> str:
    """The same as lines of SQL: who runs the script reads no notes beside it."""
    return "".join(f"-- {' '.join(one.sentence.splitlines())}\n" for one in lost)


def _missing(what: str) -> Missing:
    sentence = f"{what[:1].upper()}{what[1:300]} holds a secret that the catalog does not keep, so it is left out."
    return Missing("masked", sentence, "Write it by hand.", False)
