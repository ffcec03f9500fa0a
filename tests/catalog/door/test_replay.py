"""Entries that were not taken up, tried again: what is kept of them, with which rights, and what becomes of them."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from doubles import LogOnly
from samples import event, raw

from headwater_catalog.database.engine import Database
from headwater_catalog.door import ACCEPTED, DUPLICATE, PARKED, REJECTED, Ack, Door, Rights
from headwater_catalog.door.refusing import KEPT_OF_REJECTED, reject
from headwater_catalog.errors import InvalidRequest, Refused
from headwater_catalog.facts import Event
from headwater_catalog.log import Kept
from headwater_catalog.redaction import redact

SECRET = "postgres://u:Zq8abcdefgh@h/db"


class Strict(LogOnly):
    """Refuses what an old version did not understand, as long as it is old."""

    def __init__(self) -> None:
        super().__init__()
        self.old = True
        self.why = "not-yet"

    def translate(self, document: object, received: int) -> Event:
        if self.old and isinstance(document, dict) and document.get("producer") == "urn:later":
            raise Refused(self.why, "This is not understood yet.", "Wait for the next version.", place="producer")
        return super().translate(document, received)


@pytest.fixture
def database(fresh_database: str) -> Database:
    return Database.from_url(fresh_database)


@pytest.fixture
def strict() -> Strict:
    return Strict()


@pytest.fixture
def door(database: Database, strict: Strict) -> Iterator[Door]:
    opened = Door(database.connect, [strict])
    yield opened
    opened.close()


def rows(database: Database, statement: str) -> list[tuple[Any, ...]]:
    with database.connect() as connection:
        return connection.execute(statement).fetchall()  # type: ignore[arg-type]


def rejected(database: Database) -> list[Kept]:
    return [Kept(*row) for row in rows(database, "select hash, received, head, rights from core.rejected order by id")]


def parked(database: Database) -> list[Kept]:
    found = rows(database, "select hash, received, body from core.entry where state = 'parked'")
    return [Kept(digest, received, zlib.decompress(body)) for digest, received, body in found]


def replay(door: Door, kept: list[Kept]) -> list[Ack]:
    return [future.result(30) for future in door.replay(kept)]


def test_what_a_new_reading_accepts_is_in_the_log_and_rejected_no_more(
    door: Door, strict: Strict, database: Database
) -> None:
    first = door.submit(raw(producer="urn:later"), 1_000_000).result(30)
    assert (first.state, first.code, first.place) == (REJECTED, "not-yet", "producer")
    strict.old = False
    (ack,) = replay(door, rejected(database))
    assert (ack.state, ack.entry) == (ACCEPTED, first.entry)
    assert rows(database, "select count(*) from core.rejected") == [(0,)]
    ((body, received),) = rows(database, "select body, received from core.entry")
    assert zlib.decompress(body) == raw(producer="urn:later")
    assert received > 1_000_000, "nobody knew of it before, so it is received now"


def test_what_is_rejected_again_is_explained_anew_and_did_not_come_again(
    door: Door, strict: Strict, database: Database
) -> None:
    entry = door.submit(raw(producer="urn:later"), 1_000_000).result(30).entry
    strict.why = "still-not"
    (ack,) = replay(door, rejected(database))
    assert (ack.state, ack.code, ack.entry) == (REJECTED, "still-not", entry)
    found = rows(database, "select encode(hash, 'hex'), code, place, times, received from core.rejected")
    assert found == [(entry, "still-not", "producer", 1, 1_000_000)]


def test_what_was_sent_again_by_itself_is_a_duplicate_and_leaves_the_list(
    door: Door, strict: Strict, database: Database
) -> None:
    door.submit(raw(producer="urn:later")).result(30)
    kept = rejected(database)
    strict.old = False
    assert door.submit(raw(producer="urn:later")).result(30).state == ACCEPTED
    assert [ack.state for ack in replay(door, kept)] == [DUPLICATE]
    assert rejected(database) == []


def test_what_the_catalog_fails_with_on_the_second_attempt_is_parked(
    door: Door, strict: Strict, database: Database
) -> None:
    door.submit(raw(producer="urn:later")).result(30)
    strict.old = False
    strict.before = fail("first")
    assert [ack.state for ack in replay(door, rejected(database))] == [PARKED]
    assert rows(database, "select count(*) from core.rejected") == [(0,)]
    assert len(parked(database)) == 1


def test_a_parked_entry_keeps_its_receipt_and_says_why_it_failed_last(
    door: Door, strict: Strict, database: Database
) -> None:
    strict.before = fail("first")
    door.submit(raw(), 1_000_000).result(30)
    strict.before = fail("second, with " + SECRET)
    assert [ack.state for ack in replay(door, parked(database))] == [PARKED]
    ((problem,),) = rows(database, "select problem from core.entry")
    assert problem["type"] == "ZeroDivisionError"
    assert problem["message"] == "second, with postgres://u:***@h/db"
    assert problem["place"].startswith("headwater_catalog/door/writer.py:"), "ours"
    assert "raised by test_replay.py:" in problem["place"], "and who failed"
    assert problem["length"] == len(raw())
    strict.before = None
    assert [ack.state for ack in replay(door, parked(database))] != [PARKED]
    assert rows(database, "select state, problem, received from core.entry") == [("accepted", None, 1_000_000)]


def fail(words: str) -> Any:
    def before(_connection: psycopg.Connection, _batch: object) -> None:
        raise ZeroDivisionError(words)

    return before


def test_the_rights_of_the_sender_stay_with_the_entry(door: Door, database: Database) -> None:
    """Nobody gets a time of reception believed by having somebody else replay it."""
    wrapped = b'{"receivedAt": "2024-05-02T00:00:00Z", "event": ' + raw() + b"}"
    for edits in (False, True):
        assert door.submit(wrapped, wrapped=False, edits=edits).result(30).code == "no-shape"
    (kept,) = rejected(database)
    assert kept.rights == Rights(wrapped=False, edits=False).bits, "what both senders might do"
    assert [ack.code for ack in replay(door, [kept])] == ["no-shape"]
    assert Rights.of(Rights(wrapped=True, edits=False).bits) == Rights(wrapped=True, edits=False)


WHOLE = [
    *[raw(eventTime="soon"), b"{", b"no json", b"", "{}".encode("utf-16")],
    *['{"a": "ä"}'.encode("latin-1"), b'{"a":"\x01"}'],
]
CUT = {
    "larger than what is kept": raw(eventTime="soon", more="x" * KEPT_OF_REJECTED),
    "a secret in what is no JSON": b"{" + SECRET.encode(),
    "a secret where JSON may have none": raw(eventTime="password=Zq8abcdefgh"),
}
ERROR = InvalidRequest("c", "s", "r")


@pytest.mark.parametrize("body", WHOLE)
def test_what_is_kept_as_it_came_is_whole(body: bytes) -> None:
    kept = reject(body, ERROR, rights=Rights())
    assert (kept.head, kept.whole, kept.length) == (body, True, len(body))


@pytest.mark.parametrize("why", CUT)
def test_what_is_not_kept_as_it_came_is_not_whole(why: str) -> None:
    kept = reject(CUT[why], ERROR, rights=Rights())
    assert not kept.whole
    assert b"Zq8" not in kept.head
    assert kept.head
    assert kept.length == len(CUT[why])


def test_a_secret_in_json_is_taken_out_as_from_an_entry_so_that_a_replay_is_that_entry() -> None:
    body = json.dumps(event(eventTime="soon", url=SECRET)).encode()
    kept = reject(body, ERROR, rights=Rights())
    assert kept.whole
    assert kept.head == redact(body).raw != body


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_of_what_was_packed_nothing_is_kept_since_nobody_sees_the_secrets_in_it(pack: Any) -> None:
    kept = reject(pack(json.dumps(event(url=SECRET)).encode()), ERROR, rights=Rights())
    assert (kept.head, kept.whole) == (b"", False)


def test_a_beginning_or_a_batch_is_not_whole() -> None:
    assert not reject(raw(), ERROR, length=len(raw()) + 1, rights=Rights()).whole
    assert not reject(raw(), ERROR).whole
