"""What a contract says of a dataset as edits, and what is taken back when it says so no more."""

from __future__ import annotations

from typing import Any

from headwater_catalog.contracts.document import Document
from headwater_catalog.contracts.parts import cut
from headwater_catalog.contracts.said import Change, changes, purpose, taken_back
from headwater_catalog.edits.changes import Change as Read
from headwater_catalog.edits.changes import read_change

IRI = "https://example.org/terms/order"
COLUMN = {
    "name": "id",
    "physicalName": "ID",
    "description": "Its number.",
    "classification": "restricted",
    "authoritativeDefinitions": [{"type": "businessDefinition", "url": IRI}, {"type": "videoTutorial", "url": IRI}],
    "items": {"properties": [{"name": "part", "description": "Of it."}]},
}
WHOLE: dict[str, Any] = {
    "id": "c",
    "tags": ["core", 5, ""],
    "description": {"purpose": "Why."},
    "team": {
        "name": "sales",
        "members": [
            {"username": "ada", "role": "Data Owner"},
            {"username": "old", "role": "owner", "dateOut": "2020-01-01"},
            {"username": "bo", "role": "Analyst"},
        ],
    },
    "schema": [{"name": "t", "tags": ["core"], "properties": [COLUMN]}],
}
NODE = ["dataset", "ns", "t"]


def said(whole: dict[str, Any]) -> list[Change]:
    (part,) = cut(Document(whole), [("ns", "t")])
    return changes(part, ("ns", "t"))


def test_each_thing_that_the_catalog_has_a_place_for() -> None:
    found = said(WHOLE)
    column = ["field", "ns", "t", "ID"]
    assert found == [
        {"tag": {"node": NODE, "tag": "core"}},
        {"describe": {"node": NODE, "text": "Why."}},
        {"own": {"node": NODE, "owner": "ada", "role": "Data Owner"}},
        {"describe": {"node": column, "text": "Its number."}},
        {"tag": {"node": column, "tag": "classification", "value": "restricted"}},
        {"assign": {"node": column, "term": IRI}},
        {"describe": {"node": ["field", "ns", "t", "ID.part"], "text": "Of it."}},
    ]
    assert all(isinstance(read_change(one), Read) for one in found)


def test_the_purpose_of_several_heads_none_of_them() -> None:
    whole = {**WHOLE, "schema": [{"name": "t"}, {"name": "u", "description": "Rows."}]}
    names = [("ns", "t"), ("ns", "u")]
    parts = cut(Document(whole), names)
    told = [change["describe"] for part, name in zip(parts, names, strict=True) for change in changes(part, name)
            if "describe" in change]  # fmt: skip
    assert told == [{"node": ["dataset", "ns", "u"], "text": "Rows."}]
    assert [purpose(part.shared or {}) for part in parts] == ["Why.", "Why."]
    assert taken_back(said({**WHOLE, "schema": [{"name": "t"}]}), changes(parts[0], names[0])) == [
        {"describe": {"node": NODE, "text": None}}
    ], "once it covered one"


def test_a_team_without_an_owner_owns_it_itself() -> None:
    assert {"own": {"node": NODE, "owner": "sales", "role": "team"}} in said({**WHOLE, "team": {"name": "sales"}})
    old = [{"username": "ada", "role": "Owner"}]
    assert {"own": {"node": NODE, "owner": "ada", "role": "Owner"}} in said({**WHOLE, "team": old})


def test_what_is_said_no_more_is_taken_back() -> None:
    before, now = said(WHOLE), said({"id": "c", "schema": [{"name": "t", "description": "New."}]})
    removals = taken_back(before, now)
    assert {"own": {"node": NODE, "owner": "ada", "remove": True}} in removals
    assert {"unassign": {"node": ["field", "ns", "t", "ID"], "term": IRI}} in removals
    assert {"describe": {"node": NODE, "text": None}} not in removals, "it is described anew"
    assert len(removals) == len(before) - 1
    assert all(isinstance(read_change(one), Read) for one in removals)
    assert taken_back(before, before) == []
