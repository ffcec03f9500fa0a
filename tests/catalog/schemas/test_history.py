"""The history of a schema: its versions, and what was declared in between."""

from __future__ import annotations

import json
import uuid

from headwater_catalog.facets.relation import Attribute, Index, Relation
from headwater_catalog.schemas.history import Stamp, Stated, Version, entries


def stamp(day: int) -> Stamp:
    return day, uuid.UUID(int=0), 0


def version(day: int, **types: str) -> Version:
    return Version(stamp(day), json.dumps([{"name": name, "type": kind} for name, kind in types.items()]))


def stated(day: int, nullable: bool | None, kind: str = "int", **more: object) -> Stated:
    return Stated(stamp(day), Relation("postgres", (Attribute("a", kind, nullable=nullable),), **more))  # type: ignore[arg-type]


def told(versions: list[Version], declared: list[Stated]) -> list[tuple[int, list[str]]]:
    found = entries(versions, declared, "postgres")
    return [(one.stamp[0], [change.kind.value for change in one.changes("postgres")]) for one in found]


def test_what_changes_nothing_that_is_compared_is_no_entry() -> None:
    indexed = stated(3, True, indexes=(Index("i", ("a",)),))
    assert told([version(1, a="int")], [stated(1, True), stated(2, False), indexed]) == [
        *((3, ["NULLABILITY_LOOSENED"]), (2, ["NULLABILITY_TIGHTENED"]), (1, [])),
    ]
    assert told([version(1, a="int")], [stated(1, True), indexed]) == [(1, [])]


def test_that_somebody_looked_is_no_change() -> None:
    versions = [version(1, a="int"), version(4, a="int", b="int")]
    assert told(versions, [stated(2, False)]) == [(4, ["COLUMN_ADDED"]), (1, [])]
    assert told(versions, [stated(2, False), Stated(stamp(3), None)]) == [(4, ["COLUMN_ADDED"]), (1, [])]


def test_types_are_those_of_the_schema() -> None:
    """A crawl of before hides nothing that a job tells later."""
    versions = [version(1, a="int"), version(3, a="bigint")]
    assert told(versions, [stated(1, False)]) == [(3, ["TYPE_WIDENED"]), (1, [])]


def test_what_was_declared_before_any_schema_counts_once_there_is_one() -> None:
    assert told([version(2, a="int")], [stated(1, True), stated(3, False)]) == [(3, ["NULLABILITY_TIGHTENED"]), (2, [])]
    assert told([], [stated(1, True), stated(2, False)]) == []
