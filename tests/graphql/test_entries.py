"""Entries that were not taken up, asked for and tried again over GraphQL."""

from __future__ import annotations

import base64
import zlib
from collections.abc import AsyncIterator

import psycopg
import pytest
from catalogs import Asking, asking
from samples import raw
from unable import plant, unable

from headwater_catalog.access import Principal
from headwater_catalog.reading.entries import as_text

LIST = """query List($state: Boolean!, $first: Int, $after: String, $code: String) {
  rejected(first: $first, after: $after, code: $code) @include(if: $state) { nodes { ...E } pageInfo { hasNextPage endCursor } }
  parked(first: $first, after: $after, code: $code) @skip(if: $state) { nodes { ...E } pageInfo { hasNextPage endCursor } } }
fragment E on KeptEntry {
  id state received kind code sentence remedy place length times replayable excerpt text base64 }"""
PARKED = [unable(number) for number in (7, 8)]
REPLAY = """mutation Replay($entries: [ID!], $all: Boolean! = false, $state: KeptState, $code: String, $after: String) {
  replay(entries: $entries, all: $all, state: $state, code: $code, after: $after) {
    next outcomes { id was state code sentence remedy place } } }"""
FORGET = """mutation Forget($entries: [ID!], $all: Boolean! = false, $code: String) {
  forget(entries: $entries, all: $all, code: $code) { forgotten unknown } }"""
REASONS = "{ entryReasons { state code count times replayable lastReceived } stats { rejected } }"


@pytest.fixture
async def asked(fresh_database: str) -> AsyncIterator[Asking]:
    plant(fresh_database)
    async with asking(fresh_database) as found:
        yield found


def spoil(asked: Asking) -> list[str]:
    """Four of the rejected sort, one of them twice, one too large to be kept whole; two parked. Gives their ids."""
    bodies = [
        *(b'{"a": tru}', raw(1, eventTime="soon"), b'{"a": tru}', raw(2, job={"namespace": "demo"})),
        raw(3, eventTime="soon", more="postgres://u:Zq8abcdefgh@h/db " + "x" * 70_000),
        *PARKED,
    ]
    return [ack.entry for ack in asked.door.write(bodies)]


async def test_what_was_rejected_is_listed_with_reason_place_and_bytes(asked: Asking) -> None:
    ids = spoil(asked)
    found = (await asked.ask(LIST, state=True))["rejected"]["nodes"]
    by_id = {one["id"]: one for one in found}
    assert set(by_id) == {ids[0], ids[1], ids[3], ids[4]}
    broken, late, nameless, large = (by_id[ids[n]] for n in (0, 1, 3, 4))
    assert (broken["code"], broken["place"], broken["times"]) == ("not-json", "line 1, column 7", 2)
    assert (nameless["code"], nameless["place"]) == ("missing:job.name", "job.name")
    assert (late["code"], late["place"], late["state"], late["kind"]) == (
        "invalid:eventTime",
        "eventTime",
        "REJECTED",
        None,
    )
    assert (late["length"], late["replayable"]) == (len(raw(1, eventTime="soon")), True)
    assert (large["length"] > 70_000, large["replayable"]) == (True, False)
    for one in found:
        assert one["sentence"]
        assert one["remedy"]
        assert one["text"].startswith(one["excerpt"])
        assert as_text(base64.b64decode(one["base64"])) == one["text"]
        assert "Zq8" not in one["text"]
    assert len(large["excerpt"]) == 240


async def test_what_is_parked_is_listed_with_the_place_of_the_error(asked: Asking) -> None:
    ids = spoil(asked)
    found = (await asked.ask(LIST, state=False))["parked"]["nodes"]
    assert {one["id"] for one in found} == set(ids[5:])
    for one in found:
        assert (one["state"], one["kind"], one["replayable"], one["times"]) == ("PARKED", "openlineage", True, 1)
        assert one["code"] == "CheckViolation"
        assert one["place"].startswith("headwater_catalog/projection/")
        assert one["sentence"]
        assert "rebuild" in one["remedy"]
        assert one["excerpt"].startswith('{"eventType": "COMPLETE"')
        assert len(base64.b64decode(one["base64"])) == min(one["length"], 65_536)
    assert {one["length"] for one in found} == {len(body) for body in PARKED}


async def test_pages_follow_each_other_and_a_code_narrows_them(asked: Asking) -> None:
    spoil(asked)
    seen, after = [], None
    for _ in range(4):
        page = (await asked.ask(LIST, state=True, first=1, after=after))["rejected"]
        seen += [one["id"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert page["pageInfo"]["hasNextPage"] is False
    assert len(set(seen)) == 4
    late = (await asked.ask(LIST, state=True, code="invalid:eventTime"))["rejected"]["nodes"]
    assert [one["code"] for one in late] == ["invalid:eventTime"] * 2
    assert (await asked.ask(LIST, state=False, code="none"))["parked"]["nodes"] == []
    assert (await asked.fails(LIST, state=True, after="x"))["code"] == "invalid_cursor"


async def test_reasons_are_counted(asked: Asking) -> None:
    spoil(asked)
    data = await asked.ask(REASONS)
    counted = {
        (one["state"], one["code"]): (one["count"], one["times"], one["replayable"]) for one in data["entryReasons"]
    }
    assert counted == {
        ("PARKED", "CheckViolation"): (2, 2, 2),
        ("REJECTED", "invalid:eventTime"): (2, 2, 1),
        ("REJECTED", "missing:job.name"): (1, 1, 1),
        ("REJECTED", "not-json"): (1, 2, 1),
    }
    assert data["stats"]["rejected"] == 4


async def test_one_entry_is_shown_by_its_id(asked: Asking) -> None:
    ids = spoil(asked)
    query = "query Q($id: ID!) { keptEntry(id: $id) { id state text } }"
    assert (await asked.ask(query, id=ids[0]))["keptEntry"] == {"id": ids[0], "state": "REJECTED", "text": '{"a": tru}'}
    assert (await asked.ask(query, id=ids[6]))["keptEntry"]["state"] == "PARKED"
    assert (await asked.ask(query, id="0" * 64))["keptEntry"] is None
    assert (await asked.ask(query, id=ids[1][:8]))["keptEntry"]["id"] == ids[1]
    assert (await asked.ask(query, id="0" * 63))["keptEntry"] is None
    for wrong in ("", "zz", "0" * 7, "0" * 65, "x" * 64, "\0" * 64):
        assert (await asked.fails(query, id=wrong))["code"] == "invalid_entry"


async def test_named_entries_are_tried_again_with_an_outcome_each_in_their_order(asked: Asking) -> None:
    ids = spoil(asked)
    unknown = "0" * 64
    said = (await asked.ask(REPLAY, entries=[ids[6], unknown, ids[4][:9], ids[0], ids[0]]))["replay"]
    assert said["next"] is None
    assert [(one["id"], one["was"], one["state"], one["code"]) for one in said["outcomes"]] == [
        (ids[6], "PARKED", "PARKED", "CheckViolation"),
        (unknown, None, "NOT_FOUND", "entry_not_found"),
        (ids[4], "REJECTED", "NOT_WHOLE", "not_whole"),
        (ids[0], "REJECTED", "REJECTED", "not-json"),
    ]
    assert all(one["sentence"] and one["remedy"] for one in said["outcomes"])


async def test_a_parked_entry_that_can_be_taken_up_now_is_accepted_and_visible(
    asked: Asking, fresh_database: str
) -> None:
    """As after a new version: what was parked for no lasting reason."""
    asked.door.write([raw(1)])
    park(fresh_database, raw(2, outputs=[{"namespace": "demo", "name": "late"}]))
    query = '{ datasets(select: "late") { nodes { name } } }'
    assert (await asked.fails(query))["code"] == "not_found"
    (one,) = (await asked.ask(REPLAY, all=True, state="PARKED"))["replay"]["outcomes"]
    assert (one["was"], one["state"], one["code"]) == ("PARKED", "ACCEPTED", None)
    assert (await asked.ask(query))["datasets"]["nodes"] == [{"name": "late"}]
    assert (await asked.ask(REASONS))["entryReasons"] == []


def park(url: str, body: bytes) -> None:
    """Put an entry into the log as if the catalog had failed with it."""
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into core.entry (hash, received, kind, h, state, body) "
            "values (sha256(%b), 1, 'openlineage', gen_random_uuid(), 'parked', %b)",
            (body, zlib.compress(body)),
        )


async def test_all_are_tried_again_page_by_page_each_once(asked: Asking) -> None:
    asked.door.write([raw(number, eventTime=f"soon {number}") for number in range(450)])
    spoil(asked)
    assert (await asked.fails(LIST, state=True, first=51))["code"] == "too_many", "bytes of too many at once"
    seen: list[str] = []
    after, rounds = None, 0
    while rounds == 0 or after:
        said = (await asked.ask(REPLAY, all=True, after=after))["replay"]
        seen += [one["id"] for one in said["outcomes"]]
        after, rounds = said["next"], rounds + 1
    assert rounds == 3
    assert len(seen) == len(set(seen)) == 456
    late = (await asked.ask(REPLAY, all=True, state="REJECTED", code="not-json"))["replay"]
    assert [one["code"] for one in late["outcomes"]] == ["not-json"]


async def test_nothing_is_replayed_without_being_named_or_without_the_scope(asked: Asking, fresh_database: str) -> None:
    for said in ({}, {"entries": []}, {"entries": ["0" * 64], "all": True}):
        assert (await asked.fails(REPLAY, **said))["code"] == "nothing_to_replay"
    assert (await asked.fails(REPLAY, entries=["x"]))["code"] == "invalid_entry"
    assert (await asked.fails(REPLAY, all=True, after="x"))["code"] == "invalid_cursor"
    assert (await asked.fails(REPLAY, entries=["0" * 64] * 1_001))["code"] == "too_many"
    async with asking(fresh_database, Principal("reader", frozenset({"read"}))) as reader:
        assert (await reader.fails(REPLAY, all=True))["code"] == "missing_scope"
        assert (await reader.ask(REASONS))["entryReasons"] == []
    async with asking(fresh_database, Principal("loader", frozenset({"ingest"}))) as loader:
        assert (await loader.fails(REASONS))["code"] == "missing_scope"


async def test_rejected_entries_are_forgotten_and_nothing_else_is(asked: Asking, fresh_database: str) -> None:
    ids = spoil(asked)
    said = (await asked.ask(FORGET, entries=[ids[0][:9], ids[5], "0" * 64]))["forget"]
    assert said == {"forgotten": 1, "unknown": [ids[5], "0" * 64]}, "a parked one stays"
    assert (await asked.ask(FORGET, all=True, code="missing:job.name"))["forget"]["forgotten"] == 1
    assert {one["code"] for one in (await asked.ask(REASONS))["entryReasons"]} == {
        "CheckViolation",
        "invalid:eventTime",
    }
    assert (await asked.ask(FORGET, all=True))["forget"] == {"forgotten": 2, "unknown": []}
    assert {one["state"] for one in (await asked.ask(REASONS))["entryReasons"]} == {"PARKED"}
    asked.door.write([b'{"a": tru}'])
    assert (await asked.ask(REASONS))["stats"]["rejected"] == 1, "what comes again is listed again"
    for wrong in ({}, {"entries": []}, {"entries": [ids[0]], "all": True}):
        assert (await asked.fails(FORGET, **wrong))["code"] == "nothing_to_forget"
    assert (await asked.fails(FORGET, entries=["0" * 64] * 1_001))["code"] == "too_many"
    async with asking(fresh_database, Principal("reader", frozenset({"read"}))) as reader:
        assert (await reader.fails(FORGET, all=True))["code"] == "missing_scope"


@pytest.mark.parametrize(
    ("raw_bytes", "text"),
    [(b"a\0b\x1f\n", "a\\x00b\\x1f\n"), (b"\xff\xfe{", "\\xff\\xfe{"), ("ä".encode() + b"\xc3", "ä"), (b"", "")],
)
def test_bytes_are_shown_as_text_whatever_they_are(raw_bytes: bytes, text: str) -> None:
    assert as_text(raw_bytes) == text
