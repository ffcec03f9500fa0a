"""SEMANTICS §13: the state document and its digest."""

from __future__ import annotations

from typing import Any

from projected import Catalog
from telling import declared, entry, facet_hash, run, schema, state, table, told

from headwater_catalog.canonical import canonical, hash_of
from headwater_catalog.reading.document import digest

EVENTS = [
    run(1, "10:00", reads=["a"], writes=[table("x", **schema("f"), odd={"b": 1, "a": None})], job="one"),
    run(2, "11:00", "FAIL", reads=["b"], writes=["x"], job="two"),
    declared("12:00", "view", ["x"], ["v"]),
    told("13:00", "a", documentation={"description": "raw"}),
]


def test_s13_1_the_digest_is_the_hash_of_the_document(catalog: Catalog) -> None:
    document = state(catalog, *EVENTS).document
    assert digest(document) == hash_of(document).hex()
    assert digest(state(catalog, *EVENTS, run(3, "14:00", "START")).document) != digest(document)


def test_s13_2_it_has_these_parts(catalog: Catalog) -> None:
    document = state(catalog, *EVENTS).document
    assert list(document) == ["datasets", "derivations", "events", "format", "jobs", "namespaces", "runs"]
    assert {part: set(document[part][0]) for part in ("datasets", "jobs", "runs", "derivations")} == {
        "datasets": {"name", "members", "schemas", "versions", "lifecycle", "dropped", "tests", "metrics"},
        "jobs": {"name", "seen", "facets", "uses", "parent", "reads", "writes"},
        "runs": {"id", "job", "jobs", "state", "started", "ended", "confirmed", "parent", "root", "inputs", "outputs",
                 "facets", "uses"},
        "derivations": {"job", "target", "spans"},
    }  # fmt: skip
    assert set(document["derivations"][0]["spans"][0]) == {"status", "from", "to", "claim", "first", "last", "count"}


def test_s13_3_events_are_counted_and_hashed_by_their_sorted_ids(catalog: Catalog) -> None:
    ids = sorted(hash_of(event).hex() for event in EVENTS)
    assert state(catalog, *EVENTS).document["events"] == [4, hash_of(ids).hex()]


def test_s13_4_lists_are_sorted_by_the_canonical_json_of_their_elements(catalog: Catalog) -> None:
    document = state(catalog, *EVENTS).document

    def in_order(values: list[Any], key: Any = lambda value: value) -> bool:
        return values == sorted(values, key=lambda value: canonical(key(value)))

    assert in_order(document["datasets"], lambda one: one["name"])
    assert in_order(document["jobs"], lambda one: one["name"])
    assert in_order(document["runs"], lambda one: one["id"])
    assert in_order(document["derivations"], lambda one: [one["job"], one["target"]])
    assert in_order(document["namespaces"]["dataset"])


def test_s13_5_times_have_six_digits_and_facets_stand_by_the_hash_of_their_value(catalog: Catalog) -> None:
    found = state(catalog, *EVENTS)
    [member] = found.dataset("x")["members"]
    assert member["facets"][0] == ["odd", "2024-05-01T10:00:00.000000Z", facet_hash({"b": 1, "a": None})]


def test_s13_6_timelines_without_a_span_and_deleted_facets_are_left_out(catalog: Catalog) -> None:
    found = state(
        catalog,
        told("10:00", "view", columnLineage={"fields": {}}),
        told("11:00", "view", columnLineage={"_deleted": True}),
    )
    assert (found.document["derivations"], found.facets("view")) == ([], {})


def test_s13_7_when_it_was_received_and_what_was_refused_are_not_in_it(catalog: Catalog) -> None:
    before = state(catalog, *EVENTS).document
    catalog.clear()
    catalog.ingest([(raw, received + 3_600_000_000) for raw, received in map(entry, EVENTS)] + [(b"{}", 1)])
    assert catalog.document() == before


def test_s13_8_datasets_are_of_all_that_is_named_and_jobs_of_references_too(catalog: Catalog) -> None:
    parent = {"job": {"namespace": "etl", "name": "dag"}, "root": {"job": {"namespace": "etl", "name": "top"}}}
    said = {"fields": {"f": {"inputFields": [{"namespace": "pg", "name": "only_named", "field": "g"}]}}}
    link = {"identifiers": [{"namespace": "pg", "name": "linked", "type": "LOCATION"}]}
    found = state(catalog, run(1, "10:00", writes=[table("x", columnLineage=said, symlinks=link)], parent=parent))
    assert found.datasets == ["only_named", "x"]
    assert found.members("x") == {"linked": "reference", "x": "event"}
    assert found.members("only_named") == {"only_named": "reference"}
    assert {one["name"][1]: one["seen"] for one in found.document["jobs"]} == {
        "dag": "reference", "load": "event", "top": "reference"
    }  # fmt: skip
