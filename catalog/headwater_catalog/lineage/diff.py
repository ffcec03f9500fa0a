"""What is different between two pictures of lineage: two moments, two selectors, the catalog and a file. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from headwater_catalog.lineage.graph import Cut

Values = tuple[str, ...]
"""What holds, as texts; () where nothing does."""


class Part(Enum):
    """Of what a difference speaks, in the order in which they are told."""

    NODE = "node"
    EDGE = "edge"
    FIELD = "field"
    ORDER = "order"
    OWNER = "owner"
    TERM = "term"


class Change(Enum):
    """What became of it."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Key(NamedTuple):
    """What a fact of a picture is about, in public ids.

    NODE: the node. EDGE: subject → target, member the job that states it, "" for none. FIELD, OWNER, TERM: member is
    the path, the owner, the IRI. ORDER: the columns of a dataset, in order.
    """

    part: Part
    subject: str
    target: str = ""
    member: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """What lineage a selector has at one moment, as facts that can be compared.

    facts: NODE: kind, and "dropped". EDGE: "status, method" and transformations. FIELD: type. ORDER: paths. OWNER:
    role. TERM: status. refs: whole names by public id. wholes: of columns, the datasets they come and go with.
    cuts: why it is not whole.
    """

    facts: Mapping[Key, Values] = field(default_factory=dict)
    refs: Mapping[str, str] = field(default_factory=dict)
    wholes: Mapping[str, str] = field(default_factory=dict)
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. before, after: () where there is nothing on that side."""

    key: Key
    before: Values
    after: Values

    @property
    def change(self) -> Change:
        """Whether it came, went or became another."""
        if not self.before:
            return Change.ADDED
        return Change.CHANGED if self.after else Change.REMOVED


_PLACES = {part: place for place, part in enumerate(Part)}


def diff(before: Picture, after: Picture) -> list[Difference]:
    """All that the second picture has otherwise, in the order of parts and names.

    Of what is a node on one side only, that is told, and its edges; its columns, owners and terms go with it. Columns
    are in another order where those that both sides have stand otherwise.
    """
    both = _subjects(before) & _subjects(after)
    found = []
    for key in before.facts.keys() | after.facts.keys():
        old, new = before.facts.get(key, ()), after.facts.get(key, ())
        if key.part in (Part.NODE, Part.EDGE) or _whole(key.subject, before, after) in both:
            if key.part is Part.ORDER:
                old, new = _common(old, new)
            if old != new:
                found.append(Difference(key, old, new))
    refs = {**before.refs, **after.refs}
    return sorted(found, key=lambda one: _place(one.key, refs))


def _subjects(picture: Picture) -> set[str]:
    return {picture.wholes.get(key.subject, key.subject) for key in picture.facts if key.part is Part.NODE}


def _whole(subject: str, *pictures: Picture) -> str:
    return next((one.wholes[subject] for one in pictures if subject in one.wholes), subject)


def _common(old: Values, new: Values) -> tuple[Values, Values]:
    """The columns that both have, in the order of each."""
    both = set(old) & set(new)
    return tuple(one for one in old if one in both), tuple(one for one in new if one in both)


def _place(key: Key, refs: Mapping[str, str]) -> tuple[int, str, str, str, Key]:
    named = [refs.get(name, name) for name in (key.subject, key.target, key.member)]
    # Two nodes of different kinds may have one name: their ids decide.
    return _PLACES[key.part], named[0], named[1], named[2], key._replace(part=Part.NODE)


# In words.

_VERBS = {Change.ADDED: "is new", Change.REMOVED: "is gone"}


def sentence(one: Difference, refs: Mapping[str, str]) -> str:
    """A difference as people say it; refs: names by public id."""
    subject, target = refs.get(one.key.subject, one.key.subject), refs.get(one.key.target, one.key.target)
    before, after = "; ".join(one.before), "; ".join(one.after)
    if one.key.part is Part.ORDER:
        return f"{subject}: the order of its columns is {', '.join(one.after)}; it was {', '.join(one.before)}."
    what = {
        Part.NODE: f"{_kind(one)} {subject}",
        Part.EDGE: f"{subject} → {target}{_by(one.key, refs)}",
        Part.FIELD: f"{subject}: the column {one.key.member}",
        Part.OWNER: f"{subject}: the owner {one.key.member}",
        Part.TERM: f"{subject}: the term {refs.get(one.key.member, one.key.member)}",
    }[one.key.part]
    if one.change is Change.CHANGED:
        return f"{what} was {before}, is {after}."
    told = "" if one.key.part is Part.NODE else f" ({before or after})"
    return f"{what} {_VERBS[one.change]}{told}."


def _kind(one: Difference) -> str:
    return (one.after or one.before)[0]


def _by(key: Key, refs: Mapping[str, str]) -> str:
    return f" by {refs.get(key.member, key.member)}" if key.member else ""
