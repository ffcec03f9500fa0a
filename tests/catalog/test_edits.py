"""Edits: registers, outcomes and what follows, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from edits import AMOUNT, CUSTOMER, NS, ORDERS, Desk, catalog, put_name

from headwater_catalog.edits.changes import read_change
from headwater_catalog.edits.check import check
from headwater_catalog.edits.document import compose, read_edit
from headwater_catalog.edits.state import edits_digest, edits_document, reapply
from headwater_catalog.edits.writes import Problem
from headwater_catalog.errors import Conflict, HeadwaterError, Refused
from headwater_catalog.said import NEVER, Statement


@pytest.fixture
def desk(fresh_database: str) -> Iterator[Desk]:
    with catalog(fresh_database) as connection:
        yield Desk(connection)


def describe(text: str | None, revision: str | None = None, node: list[str] = ORDERS) -> dict[str, object]:
    return {"describe": {"node": node, "text": text}} | ({"ifRevision": revision} if revision else {})


def revision(desk: Desk, prop: str = "description") -> str:
    row = desk.rows(
        "select node, property, member, source, value, author, s, h from domain.register where property = %s", prop
    )
    return Statement(*row[0]).revision


def outcomes(desk: Desk, *changes: object) -> list[str]:
    edit = read_edit(compose("bob", changes, desk.clock + 1_000_000, nonce="dry"), desk.clock + 1_000_000)
    return [outcome.status for outcome in check(desk.connection, edit)]


def test_an_edit_with_the_revision_it_was_made_on_applies(desk: Desk) -> None:
    assert desk.hand_in(describe("Orders of the shop", NEVER)) == "accepted"
    assert desk.hand_in(describe("Orders, one row each", revision(desk))) == "accepted"
    assert desk.rows("select value from domain.register") == [("Orders, one row each",)]
    assert desk.rows("select count(*) from domain.fact") == [(2,)]


def test_another_revision_is_a_conflict_that_shows_the_others_text_and_applies_nothing(desk: Desk) -> None:
    desk.hand_in(describe("one"))
    seen = revision(desk)
    desk.hand_in(describe("two", seen), author="eve")
    with pytest.raises(Conflict) as raised:
        desk.hand_in({"tag": {"node": ORDERS, "tag": "pii"}}, describe("three", seen), author="bob")
    told = raised.value.data["outcomes"]
    assert [outcome["status"] for outcome in told] == ["SKIPPED", "CONFLICT"]
    assert (told[1]["current"][0]["value"], told[1]["current"][0]["author"]) == ("two", "eve")
    assert "eve" in raised.value.sentence
    assert desk.rows("select value from domain.register") == [("two",)]
    assert desk.rows("select count(*) from core.entry") == [(2,)]


def test_a_revision_of_a_register_that_was_never_written_is_a_conflict(desk: Desk) -> None:
    desk.hand_in(describe("one"))
    assert outcomes(desk, describe("two", NEVER), describe("two", revision(desk))) == ["CONFLICT", "APPLIED"]
    field = {"describe": {"node": AMOUNT, "text": "gross"}, "ifRevision": revision(desk)}
    assert outcomes(desk, field) == ["CONFLICT"]


def test_what_stands_already_is_unchanged_whatever_revision_is_named(desk: Desk) -> None:
    desk.hand_in(describe("one"))
    assert outcomes(desk, describe("one", NEVER), describe(None, node=AMOUNT)) == ["UNCHANGED", "UNCHANGED"]


def test_changes_of_one_edit_see_the_ones_before_them(desk: Desk) -> None:
    assert outcomes(desk, describe("one"), describe("one"), describe("two")) == ["APPLIED", "UNCHANGED", "APPLIED"]
    desk.hand_in(describe("one"), describe("two"))
    assert desk.rows("select value from domain.register") == [("two",)]


def test_an_edit_older_than_what_stands_is_a_conflict_and_not_a_silent_loss(desk: Desk) -> None:
    desk.hand_in(describe("new"), time=100)
    with pytest.raises(Conflict, match="later"):
        desk.hand_in(describe("old"), time=50)


def test_a_term_is_compared_as_a_whole_or_by_register(desk: Desk) -> None:
    desk.hand_in({"putTerm": {"iri": CUSTOMER, "prefLabel": {"en": "Customer"}}})
    seen = revision(desk, "prefLabel")
    desk.hand_in({"putTerm": {"iri": CUSTOMER, "definition": {"en": "Who buys."}}}, author="eve")
    both = {"putTerm": {"iri": CUSTOMER, "prefLabel": {"en": "Client"}, "definition": {"en": "Who pays."}}}
    labels = {"putTerm": {"iri": CUSTOMER, "prefLabel": {"en": "Client"}}}
    assert outcomes(desk, both | {"ifRevision": seen}) == ["CONFLICT"]
    assert outcomes(desk, labels | {"ifRevision": seen}) == ["APPLIED"]
    assert outcomes(desk, both | {"ifRevision": {"prefLabel/en": seen}}) == ["APPLIED"]
    assert outcomes(desk, both | {"ifRevision": {"definition": seen}}) == ["CONFLICT"]


def test_an_edit_sent_again_changes_nothing(desk: Desk) -> None:
    document = compose("ada", [describe("one", NEVER)], desk.clock, nonce="n")
    assert desk.take([document, document]) == ["accepted", "duplicate"]
    later = compose("ada", [describe("one", NEVER)], desk.clock + 5, nonce="n")
    assert desk.take([later]) == ["duplicate"]
    assert desk.rows("select count(*) from domain.fact") == [(1,)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("text", "invalid-change"),
        ({}, "unknown-change"),
        ({"describe": {}, "tag": {}}, "unknown-change"),
        ({"describe": []}, "invalid-change"),
        ({"describe": {"node": ["dataset", NS]}}, "invalid-node"),
        ({"describe": {"node": ORDERS, "text": 5}}, "invalid-text"),
        ({"tag": {"node": ORDERS}}, "invalid-tag"),
        ({"assign": {"node": ORDERS, "term": "customer"}}, "invalid-term"),
        ({"assign": {"node": ORDERS, "term": CUSTOMER, "status": "MAYBE"}}, "invalid-status"),
        ({"putTerm": {"iri": "no iri"}}, "invalid-iri"),
        ({"putTerm": {"iri": CUSTOMER, "label": "x"}}, "unknown-property"),
        ({"putTerm": {"iri": CUSTOMER, "prefLabel": {"en": ["a", "b"]}}}, "invalid-prefLabel"),
        ({"putTerm": {"iri": CUSTOMER, "broader": ["x y"]}}, "invalid-broader"),
        ({"property": {"node": ORDERS, "name": "x", "value": [float("nan")]}}, "invalid-value"),
        ({"zoneRules": {"rules": [{"zone": "trusted"}]}}, "invalid-rules"),
        ({"describe": {"node": ORDERS}, "ifRevision": 3}, "invalid-revision"),
        ({"retract": {"target": ["entry", "abc"]}}, "invalid-node"),
    ],
)
def test_a_change_that_cannot_be_read_says_why(change: object, code: str) -> None:
    problem = read_change(change)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert problem.sentence
    assert problem.remedy


def test_invalid_changes_keep_an_edit_out_and_all_of_them_are_told(desk: Desk) -> None:
    with pytest.raises(Refused) as raised:
        desk.hand_in(
            describe("one"),
            {"tag": {"node": ORDERS}},
            {"retract": {"target": ORDERS}},
            {"assign": {"node": ORDERS, "term": CUSTOMER}},
        )
    told = [(outcome["status"], outcome.get("code")) for outcome in raised.value.data["outcomes"]]
    assert told == [
        ("SKIPPED", "held-back"),
        *(("INVALID", f"{code}") for code in ("invalid-tag", "unknown-target", "unknown-term")),
    ]
    assert desk.rows("select count(*) from domain.fact") == [(0,)]


def test_a_term_may_be_put_and_assigned_in_one_edit(desk: Desk) -> None:
    desk.hand_in({"putTerm": {"iri": CUSTOMER}}, {"assign": {"node": AMOUNT, "term": CUSTOMER, "note": "checked"}})
    assert desk.rows("select status, note, author from domain.assignment") == [("ACCEPTED", "checked", "ada")]
    desk.hand_in({"unassign": {"node": AMOUNT, "term": CUSTOMER}})
    assert desk.rows("select * from domain.assignment") == []


@pytest.mark.parametrize(
    "broken",
    [{"author": " "}, {"nonce": 1}, {"time": "yesterday"}, {"source": "PRODUCER"}, {"changes": []}, {"changes": {}}],
)
def test_an_edit_without_its_envelope_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(HeadwaterError):
        read_edit(compose("ada", [describe("x")], 5) | broken, 5)


def test_retracting_an_edit_gives_way_to_the_value_before_it_and_restoring_brings_it_back(desk: Desk) -> None:
    desk.hand_in(describe("one"))
    desk.hand_in({"tag": {"node": ORDERS, "tag": "pii"}}, describe("two"))
    event = desk.rows("select encode(hash, 'hex') from core.entry order by seq desc limit 1")[0][0]
    before = edits_digest(desk.connection)
    desk.hand_in({"retract": {"target": ["entry", event], "reason": "wrong table"}})
    assert desk.rows("select value from domain.register where property <> 'retracted'") == [("one",)]
    assert desk.rows('select target, "on", reason from core.retraction') == [(event, True, "wrong table")]
    desk.hand_in({"restore": {"target": ["entry", event]}})
    assert desk.rows("select value from domain.register where property = 'description'") == [("two",)]
    assert before != edits_digest(desk.connection)


def test_a_retracted_dataset_is_known_by_name_only_until_it_is_restored(desk: Desk) -> None:
    put_name(desk, 1, ORDERS[1], ORDERS[2])
    desk.hand_in({"retract": {"target": ORDERS}})
    assert desk.rows("select retracted from core.name") == [(True,)]
    desk.hand_in({"restore": {"target": ORDERS}})
    assert desk.rows("select retracted from core.name") == [(False,)]


def test_zone_rules_hold_for_all_datasets_by_the_first_pattern_that_fits(desk: Desk) -> None:
    for name in ("trusted.a", "raw.b+c", "other"):
        put_name(desk, 1, "s3://lake", name)
    rules = [
        {"zone": "landing", "pattern": "raw.b+?"},
        {"zone": "trusted", "pattern": "s3://lake/trusted*", "retention": 3},
        {"zone": "none", "pattern": "trusted*"},
    ]
    desk.hand_in({"zoneRules": {"rules": rules}})
    zones = desk.rows("select n.name, d.zone from core.dataset d join core.name n on n.id = d.name order by 1")
    assert zones == [("other", None), ("raw.b+c", "landing"), ("trusted.a", "trusted")]
    assert desk.rows("select settings from physical.zone_rule where place = 1") == [({"retention": 3},)]
    desk.hand_in({"zoneRules": {"rules": []}})
    assert desk.rows("select distinct zone from core.dataset") == [(None,)]


def test_the_feed_tells_one_row_for_an_edit_and_a_node(desk: Desk) -> None:
    desk.hand_in(describe("one"), describe("gross", node=AMOUNT), {"tag": {"node": ORDERS, "tag": "pii"}})
    rows = desk.rows("select kind, node_kind, detail from core.change")
    assert [(row[0], row[1]) for row in rows] == [("edited", 1)]
    assert rows[0][2]["properties"] == ["description", "tag"]
    assert rows[0][2]["fields"] == ["amount"]


def test_a_rebuild_makes_the_same_state_from_the_log(desk: Desk) -> None:
    put_name(desk, 1, ORDERS[1], ORDERS[2])
    desk.hand_in({"putTerm": {"iri": CUSTOMER, "prefLabel": {"en": "Customer"}, "altLabel": {"en": ["Client"]}}})
    desk.hand_in(describe("one"), {"assign": {"node": ORDERS, "term": CUSTOMER}})
    desk.hand_in(
        {"own": {"node": ORDERS, "owner": "sales", "role": "steward"}}, {"retract": {"target": ["term", CUSTOMER]}}
    )
    tables = ("term", "term_label", "assignment", "owner", "subject", "edit", "fact")
    before = {table: sorted(desk.rows(f"select t::text from domain.{table} t")) for table in tables}
    document = edits_document(desk.connection)
    reapply(desk.connection)
    assert edits_document(desk.connection) == document
    assert {table: sorted(desk.rows(f"select t::text from domain.{table} t")) for table in tables} == before
    assert desk.rows("select retracted from core.name where kind = 4") == [(True,)]
