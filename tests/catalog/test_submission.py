"""Sending edits: outcomes in order, all or nothing, best effort, dry runs, repetitions, races."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import psycopg
import pytest
from edits import AMOUNT, ORDERS, Desk, catalog

from headwater_catalog.canonical import read_json
from headwater_catalog.database.engine import Database
from headwater_catalog.edits.submission import BEST_EFFORT, Submitted, submit
from headwater_catalog.errors import Conflict, HeadwaterError
from headwater_catalog.said import NEVER


class Counter:
    """Where edits are sent to: a desk as the door would keep it, and somebody who may be faster."""

    def __init__(self, desk: Desk, reading: psycopg.AsyncConnection[object]) -> None:
        self.desk, self.reading = desk, reading
        self.sent = 0
        self.faster: list[object] = []

    async def submit(self, *changes: object, now: int = 0, **options: object) -> Submitted:
        self.desk.clock += 1_000_000
        return await submit(self.reading, self._send, "ada", changes, now or self.desk.clock, **options)  # type: ignore[arg-type]

    async def _send(self, raw: bytes) -> tuple[str, Mapping[str, object]]:
        self.sent += 1
        if self.faster:
            self.desk.hand_in(self.faster.pop(), author="eve", time=self.sent)
            self.desk.connection.commit()
        try:
            return self.desk.take([read_json(raw)])[0], {}
        except HeadwaterError as error:
            return "rejected", error.data
        finally:
            self.desk.connection.commit()


@pytest.fixture
async def counter(fresh_database: str) -> AsyncIterator[Counter]:
    with catalog(fresh_database) as connection:
        async with await Database.from_url(fresh_database).writer() as reading:
            yield Counter(Desk(connection, fresh_database), reading)


def describe(text: str | None, revision: str | None = None, node: list[str] = ORDERS) -> dict[str, object]:
    return {"describe": {"node": node, "text": text}, "ifRevision": revision}


def statuses(submitted: Submitted) -> list[str]:
    return [outcome.status for outcome in submitted.outcomes]


async def test_all_or_nothing_keeps_all_out_and_best_effort_lets_the_good_ones_in(counter: Counter) -> None:
    await counter.submit(describe("one"))
    changes = [describe("gross", node=AMOUNT), describe("two", NEVER), {"tag": {}}, describe("one")]
    told = ["APPLIED", "CONFLICT", "INVALID", "UNCHANGED"]
    whole = await counter.submit(*changes)
    assert (statuses(whole), whole.edit) == (["SKIPPED", *told[1:]], None)
    assert counter.desk.rows("select count(*) from domain.register") == [(1,)]
    partly = await counter.submit(*changes, mode=BEST_EFFORT)
    assert statuses(partly) == told
    assert counter.desk.rows("select value from domain.register order by s") == [("one",), ("gross",)]
    conflict = partly.outcomes[1].document()["current"]
    assert isinstance(conflict, list)
    assert (conflict[0]["value"], conflict[0]["source"]) == ("one", "PERSON")


async def test_a_dry_run_and_what_stands_already_send_nothing(counter: Counter) -> None:
    assert statuses(await counter.submit(describe("one"), dry_run=True)) == ["APPLIED"]
    assert counter.sent == 0
    await counter.submit(describe("one"))
    assert statuses(await counter.submit(describe("one"))) == ["UNCHANGED"]
    assert counter.sent == 1


async def test_somebody_faster_makes_a_conflict_and_not_a_lost_text(counter: Counter) -> None:
    counter.faster = [describe("faster")]
    submitted = await counter.submit(describe("mine", NEVER))
    assert statuses(submitted) == ["CONFLICT"]
    assert submitted.outcomes[0].current[0].author == "eve"
    assert counter.desk.rows("select value from domain.register") == [("faster",)]


async def test_who_is_always_too_late_is_told(counter: Counter) -> None:
    counter.faster = [describe(text, node=AMOUNT) for text in "abc"]
    changes = [{"tag": {"node": AMOUNT, "tag": "pii"}}, describe("mine")]
    assert statuses(await counter.submit(*changes)) == ["APPLIED", "APPLIED"]

    async def refuse(_raw: bytes) -> tuple[str, Mapping[str, object]]:
        return "rejected", {}

    with pytest.raises(Conflict, match="keep changing"):
        await submit(counter.reading, refuse, "ada", [describe("other")], counter.desk.clock)


async def test_the_same_nonce_applies_once_and_is_told_as_the_first_time(counter: Counter) -> None:
    first = await counter.submit(describe("one"), nonce="key")
    await counter.submit(describe("two"))
    again = await counter.submit(describe("one"), nonce="key")
    assert (statuses(again), again.edit) == (["APPLIED"], first.edit)
    assert counter.desk.rows("select value from domain.register") == [("two",)]
    assert counter.desk.rows("select encode(uuid_send(h), 'hex') from domain.edit order by s limit 1") == [
        (str(first.edit)[:32],)
    ]


async def test_a_list_of_which_a_part_applied_is_told_by_its_parts(counter: Counter) -> None:
    await counter.submit(describe("one"))
    changes = [describe("one"), describe("gross", node=AMOUNT), {"tag": {}}]
    first = await counter.submit(*changes, nonce="key", mode=BEST_EFFORT)
    await counter.submit(describe("other"), describe("net", node=AMOUNT))
    again = await counter.submit(*changes, nonce="key", mode=BEST_EFFORT)
    assert statuses(first) == statuses(again) == ["UNCHANGED", "APPLIED", "INVALID"]
    assert first.edit == again.edit


async def test_a_nonce_of_another_list_is_a_conflict(counter: Counter) -> None:
    await counter.submit(describe("one"), nonce="key")
    for changes, options in (
        ([describe("two")], {}),
        ([describe("one"), describe("gross", node=AMOUNT)], {}),
        ([describe("one")], {"source": "FILE"}),
    ):
        with pytest.raises(Conflict) as refused:
            await counter.submit(*changes, nonce="key", **options)
        assert refused.value.code == "key_reused"


async def test_who_sends_the_same_at_the_same_time_is_told_of_the_one_that_is_stored(counter: Counter) -> None:
    changes = [describe("one")]
    stored: list[Submitted] = []

    async def late(raw: bytes) -> tuple[str, Mapping[str, object]]:
        if not stored:
            stored.append(await counter.submit(*changes, nonce="key"))
        return await counter._send(raw)

    again = await submit(counter.reading, late, "ada", changes, counter.desk.clock + 7_000_000, nonce="key")
    assert (statuses(again), again.edit) == (["APPLIED"], stored[0].edit)


async def test_a_parked_edit_is_not_told_as_applied(counter: Counter) -> None:
    async def park(_raw: bytes) -> tuple[str, Mapping[str, object]]:
        return "parked", {}

    parked = await submit(counter.reading, park, "ada", [describe("one")], counter.desk.clock)
    assert (statuses(parked), parked.outcomes[0].code, parked.edit) == (["INVALID"], "parked", None)
    assert parked.outcomes[0].remedy
