"""A comparison of runs told in words, the most telling first. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from headwater_catalog.lineage.comparison import OWN, Item, Kind, sentence
from headwater_catalog.lineage.upstream import Compared, Comparison

MOST_SENTENCES: Final = 12
"""Differences of one run that are told; the items hold all."""
_NOT_TOLD: Final = frozenset({Kind.DATA, Kind.MEASURE})
_NOUNS: Final = {
    Kind.CODE: "code",
    Kind.MODEL: "models",
    Kind.TEST: "verdicts of tests",
    Kind.SCHEMA: "schemas",
    Kind.PARAMETER: "parameters",
    Kind.INPUT: "inputs",
    Kind.VERSION: "versions of inputs",
    Kind.ENVIRONMENT: "environment",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """What became of one kind of items in the runs and all that lies above. changed: in how many of `of` pairs."""

    kind: Kind
    changed: int
    of: int


def topics(comparison: Comparison) -> list[Topic]:
    """Of each kind of which some run says something, in how many pairs of runs it is different."""
    pairs = [comparison.run, *comparison.upstream]
    found = []
    for kind in Kind:
        speaking = [[item for item in one.items if item.kind is kind] for one in pairs]
        speaking = [items for items in speaking if items]
        if speaking:
            found.append(Topic(kind, sum(any(item.changed for item in items) for items in speaking), len(speaking)))
    return found


def story(comparison: Comparison, job: str, first_job: str, owners: Sequence[str]) -> list[str]:
    """What is different, in sentences. job, first_job: names; owners: of the first run upstream that differs."""
    told = [sentence(item) for item in _worth_telling(comparison.run.items)]
    said = told or [f"This run of {job} said nothing that the other did not."]
    if first := comparison.first:
        said.append(_first(first, first_job, owners))
        said += [sentence(item) for item in _worth_telling(first.items) if item.own]
    elif comparison.upstream:
        said.append("No run upstream differs of itself.")
    same = [_NOUNS[one.kind] for one in topics(comparison) if one.kind in OWN and not one.changed]
    if same:
        count = 1 + len(comparison.upstream)
        where = "both runs" if count == 1 else f"all {count} pairs of runs"
        said.append(f"The same in {where}: {', '.join(same)}.")
    if not comparison.whole:
        said.append("There are more runs upstream than were looked at.")
    return said


def _worth_telling(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if item.changed and item.kind not in _NOT_TOLD][:MOST_SENTENCES]


def _first(one: Compared, job: str, owners: Sequence[str]) -> str:
    steps = f"{one.distance} step{'s' if one.distance > 1 else ''} upstream"
    by = f", through {', '.join(one.told[0].names.get(node, '') for node in one.via)}" if one.via else ""
    whose = f" Its owner: {', '.join(owners)}." if owners else " It has no owner."
    return f"The first run upstream that differs is that of {job}, {steps}{by}.{whose}"
