"""The door: acknowledged is committed, one bad entry harms nobody, nothing is unbounded."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from typing import Any

import psycopg
import pytest
from doubles import LogOnly
from samples import event, raw

from headwater_catalog.canonical import hash_of
from headwater_catalog.database.engine import Database
from headwater_catalog.door import ACCEPTED, DUPLICATE, PARKED, REJECTED, Ack, Door, keeping
from headwater_catalog.errors import Conflict, Overloaded, Unavailable
from headwater_catalog.facts import Entry


@pytest.fixture
def database(fresh_database: str) -> Database:
    return Database.from_url(fresh_database)


@pytest.fixture
def fake() -> LogOnly:
    return LogOnly()


@pytest.fixture
def door(database: Database, fake: LogOnly) -> Iterator[Door]:
    opened = Door(database.connect, [fake])
    yield opened
    fake.gate.set()
    opened.close()


def rows(database: Database, statement: str) -> list[tuple[Any, ...]]:
    with database.connect() as connection:
        return connection.execute(statement).fetchall()  # type: ignore[arg-type]


def ends(futures: list[Future[Ack]]) -> list[str]:
    wait(futures, 30)
    return [future.result(0).state for future in futures]


def test_an_event_is_committed_when_it_is_acknowledged(door: Door, database: Database) -> None:
    ack = door.submit(raw()).result(30)
    assert (ack.state, ack.event) == (ACCEPTED, hash_of(event()).hex())
    ((digest, body),) = rows(database, "select hash, body from core.entry")
    assert (digest.hex(), zlib.decompress(body)) == (ack.entry, raw())


def test_a_retry_with_other_spaces_is_a_duplicate_with_an_entry_of_its_own(door: Door, database: Database) -> None:
    acks = door.write([raw(), json.dumps(event(), indent=2).encode(), raw()])
    assert [ack.state for ack in acks] == [ACCEPTED, DUPLICATE, DUPLICATE]
    assert len({ack.event for ack in acks}) == 1
    assert rows(database, "select count(*) from core.entry") == [(2,)]


def test_what_queues_during_a_commit_is_the_next_batch(door: Door, fake: LogOnly) -> None:
    fake.gate.clear()
    first = door.submit(raw(0))
    assert fake.entered.wait(30)
    others = [door.submit(raw(number)) for number in range(1, 120)]
    fake.gate.set()
    assert set(ends([first, *others])) == {ACCEPTED}
    assert fake.batches == [1, 119]
    assert door.counts["transactions"] == 2


def poison(_: psycopg.Connection, batch: list[Entry]) -> None:
    if any(b"poison" in entry.body for entry in batch):
        raise RuntimeError("cannot swallow this")


def test_an_entry_that_cannot_be_applied_is_parked_and_its_neighbours_are_not(
    door: Door, fake: LogOnly, database: Database
) -> None:
    fake.before = poison  # type: ignore[assignment]
    fake.gate.clear()
    futures = [door.submit(raw(number, producer="poison" if number == 7 else "urn:test")) for number in range(20)]
    fake.gate.set()
    states = ends(futures)
    assert states[7] == PARKED
    assert states.count(ACCEPTED) == 19
    ((state, problem, body),) = rows(database, "select state, problem, body from core.entry where problem is not null")
    assert (state, problem["type"], problem["message"]) == (PARKED, "RuntimeError", "cannot swallow this")
    assert ", raised by test_door.py:" in problem["place"]
    assert b"poison" in zlib.decompress(body)
    assert fake.forgotten > 0, "translators hear of transactions that were rolled back"


def test_an_entry_whose_translator_fails_is_parked_without_a_batch_failing(door: Door, database: Database) -> None:
    acks = door.write([raw(1), raw(2, producer="urn:break-the-translator"), raw(3)])
    assert [ack.state for ack in acks] == [ACCEPTED, PARKED, ACCEPTED]
    ((problem,),) = rows(database, "select problem from core.entry where state = 'parked'")
    assert problem["type"] == "ZeroDivisionError"


def test_a_conflict_is_rejected_with_its_code_and_data_and_not_parked(door: Door, fake: LogOnly) -> None:
    def conflict(_: psycopg.Connection, batch: list[Entry]) -> None:
        if any(b"mine" in entry.body for entry in batch):
            raise Conflict("edit_conflict", "Somebody else changed it.", "Read it again.", current="theirs")

    fake.before = conflict  # type: ignore[assignment]
    acks = door.write([raw(1), raw(2, producer="mine"), raw(3)])
    assert [ack.state for ack in acks] == [ACCEPTED, REJECTED, ACCEPTED]
    assert (acks[1].code, acks[1].status, acks[1].data) == ("edit_conflict", 409, {"current": "theirs"})


def fail_times(times: int, fault: Callable[[psycopg.Connection], None]) -> Callable[..., None]:
    left = [times]

    def before(connection: psycopg.Connection, _: list[Entry]) -> None:
        if left[0]:
            left[0] -= 1
            fault(connection)

    return before


def test_deadlocks_and_serialization_failures_are_tried_again(door: Door, fake: LogOnly) -> None:
    def deadlock(connection: psycopg.Connection) -> None:
        connection.execute("do $$ begin raise exception using errcode = '40P01'; end $$")

    fake.before = fail_times(3, deadlock)
    assert door.submit(raw()).result(30).state == ACCEPTED
    assert fake.forgotten == 3


def test_a_lost_connection_is_made_anew(door: Door, fake: LogOnly, database: Database) -> None:
    def cut(connection: psycopg.Connection) -> None:
        with database.connect(autocommit=True) as other:
            other.execute("select pg_terminate_backend(%s)", (connection.info.backend_pid,))
        connection.execute("select 1")

    fake.before = fail_times(1, cut)
    assert [ack.state for ack in door.write([raw(1), raw(2)])] == [ACCEPTED, ACCEPTED]
    assert rows(database, "select count(*) from core.entry") == [(2,)]


@pytest.mark.parametrize("code", ["53100", "57014", "55P03"], ids=["disk full", "canceled", "locked"])
def test_a_full_disk_or_a_timeout_is_not_the_entrys_fault(
    door: Door, fake: LogOnly, database: Database, code: str
) -> None:
    def full(connection: psycopg.Connection) -> None:
        connection.execute(f"do $$ begin raise exception using errcode = '{code}'; end $$")  # type: ignore[arg-type]

    fake.before = fail_times(1, full)
    with pytest.raises(Unavailable) as refused:
        door.submit(raw()).result(30)
    assert refused.value.data["retry_after"] > 0
    assert door.submit(raw()).result(30).state == ACCEPTED
    assert rows(database, "select state from core.entry") == [(ACCEPTED,)]


def test_a_full_line_says_so_and_a_patient_one_waits(database: Database, fake: LogOnly) -> None:
    door = Door(database.connect, [fake], max_waiting=3)
    fake.gate.clear()
    futures = [door.submit(raw(0))]
    assert fake.entered.wait(30)
    futures += [door.submit(raw(number)) for number in (1, 2, 3)]
    with pytest.raises(Overloaded) as refused:
        door.submit(raw(4))
    assert refused.value.data["retry_after"] > 0
    fake.gate.set()
    futures.append(door.submit(raw(5), patience=30))
    assert ends(futures) == [ACCEPTED] * 5
    door.close()


def test_the_line_is_bounded_by_bytes_too_yet_takes_one_large_group_when_empty(
    database: Database, fake: LogOnly
) -> None:
    door = Door(database.connect, [fake], max_waiting_bytes=1000)
    fake.gate.clear()
    first = door.submit(raw(999))
    assert fake.entered.wait(30)
    futures = [first, *door.submit_many([raw(number) for number in range(50)])]
    with pytest.raises(Overloaded):
        door.submit_many([raw(number) for number in range(50)])
    fake.gate.set()
    assert ends(futures) == [ACCEPTED] * 51
    door.close()


def test_closing_commits_what_waits_and_takes_nothing_more(database: Database, fake: LogOnly) -> None:
    door = Door(database.connect, [fake])
    futures = [door.submit(raw(number)) for number in range(300)]
    door.close()
    assert ends(futures) == [ACCEPTED] * 300
    with pytest.raises(Unavailable):
        door.submit(raw(301))


def test_a_wrapped_event_keeps_its_time_of_reception_only_where_that_is_allowed(door: Door, database: Database) -> None:
    wrapped = json.dumps({"receivedAt": "2024-05-02T00:00:00Z", "event": event()}).encode()
    assert door.submit(wrapped).result(30).code == "no-shape"
    assert door.submit(wrapped, wrapped=True).result(30).state == ACCEPTED
    assert rows(database, "select received from core.entry") == [(1714608000000000,)]
    bad = json.dumps({"receivedAt": "yesterday", "event": event()}).encode()
    assert door.submit(bad, wrapped=True).result(30).code == "invalid:receivedAt"


def test_findings_are_told(door: Door) -> None:
    ack = door.submit(raw(eventTime="2024-05-01T10:00:00", eventType="SNORE")).result(30)
    assert ack.findings == ("no-zone", "unknown-event-type")


REFUSED: list[tuple[bytes, str]] = [
    (b"", "not-json"),
    (b"{", "not-json"),
    (b"\xff\xfe{}", "not-json"),
    (b"[" * 10_000 + b"]" * 10_000, "too-deep"),
    (b"[]", "not-an-object"),
    (b"{}", "no-shape"),
    (raw(eventTime=None), "missing:eventTime"),
    (raw(eventTime="soon"), "invalid:eventTime"),
    (raw(job=None), "missing:job"),
    (raw(job={"namespace": "x"}), "missing:job.name"),
    (b'"' + b"x" * (10 * 2**20) + b'"', "too-large"),
]


@pytest.mark.parametrize(("body", "code"), REFUSED, ids=[f"{code}-{len(body)}" for body, code in REFUSED])
def test_what_cannot_be_read_is_refused_with_a_remedy_and_its_beginning_kept(
    door: Door, database: Database, body: bytes, code: str
) -> None:
    acks = door.write([raw(1), body, body, raw(2)])
    assert [ack.state for ack in acks] == [ACCEPTED, REJECTED, REJECTED, ACCEPTED]
    assert (acks[1].code, bool(acks[1].sentence), bool(acks[1].remedy)) == (code, True, True)
    ((kept, length, times, head),) = rows(database, "select code, length, times, head from core.rejected")
    assert (kept, length, times) == (code, len(body), 2)
    assert len(head) <= 64 * 1024


def test_rejections_are_kept_under_a_quota(door: Door, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "REJECTED_QUOTA", 10)
    door.write([b"not json %d" % number for number in range(250)])
    kept = rows(database, "select convert_from(head, 'UTF8') from core.rejected")
    assert len(kept) == 10
    door.write([b"one more"])
    kept = rows(database, "select convert_from(head, 'UTF8') from core.rejected order by id")
    assert (len(kept), kept[-1]) == (10, ("one more",))


def test_a_parked_entry_that_comes_again_stays_parked_with_the_earliest_receipt(
    door: Door, fake: LogOnly, database: Database
) -> None:
    fake.before = poison  # type: ignore[assignment]
    states = [door.submit(raw(producer="poison"), received=when).result(30).state for when in (20, 10, 30)]
    assert states == [PARKED] * 3
    assert rows(database, "select received, state from core.entry") == [(10, PARKED)]


def test_a_parked_entry_that_comes_again_when_it_can_be_applied_is_parked_no_more(
    door: Door, fake: LogOnly, database: Database
) -> None:
    fake.before = poison  # type: ignore[assignment]
    assert door.submit(raw(producer="poison"), received=20).result(30).state == PARKED
    fake.before = None
    door.submit(raw(producer="poison"), received=30).result(30)
    assert rows(database, "select received, state, problem from core.entry") == [(20, ACCEPTED, None)]
