"""A member of a consumer group, with a consumer of our own: what is committed when, and what stops it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    GroupAuthorizationFailedError,
    IllegalStateError,
    KafkaConnectionError,
    KafkaError,
    UnknownTopicOrPartitionError,
)
from aiokafka.structs import ConsumerRecord

from headwater_catalog.errors import Forbidden, HeadwaterError, NotFound, Unauthorized, Unavailable
from headwater_catalog.sizes import MAX_ENTRY
from headwater_ingestors.kafka import Cluster, member
from headwater_ingestors.kafka.member import Member

CLUSTER = Cluster("127.0.0.1:9", ("t",), "g")
AWAY = Unavailable("database_unavailable", "The database is away.", "Wait.")


def record(offset: int, value: bytes | None = b"{}", partition: int = 0) -> ConsumerRecord[Any, Any]:
    return ConsumerRecord("t", partition, offset, 0, 0, None, value, None, 0, 0, ())


class Consumer:
    """What of aiokafka's consumer is used, over polls that a test lists: records, an error, or a call."""

    def __init__(self, *polls: Any, start: KafkaError | None = None, commit: Exception | None = None) -> None:
        self.polls = list(polls)
        self.fails_to_start, self.fails_to_commit = start, commit
        self.commits: list[dict[int, int]] = []
        self.ends: dict[int, int] = {0: 0}
        self.positions: dict[int, int] = defaultdict(int)
        self.rewound: list[int] = []
        self.left = False
        self.listener: Any = None

    def subscribe(self, topics: Sequence[str], listener: object) -> None:
        assert topics == ("t",)
        self.listener = listener

    async def start(self) -> None:
        if self.fails_to_start:
            raise self.fails_to_start

    async def stop(self) -> None:
        self.left = True

    async def getmany(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Any]]:
        await asyncio.sleep(0)
        step = self.polls.pop(0) if self.polls else []
        if isinstance(step, Exception):
            raise step
        if callable(step):
            step = await step()
        found: dict[TopicPartition, list[Any]] = defaultdict(list)
        for one in step or []:
            found[TopicPartition(one.topic, one.partition)].append(one)
            self.positions[one.partition] = one.offset + 1
        return found

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        if self.fails_to_commit:
            raise self.fails_to_commit
        self.commits.append({place.partition: offset for place, offset in offsets.items()})

    def assignment(self) -> set[TopicPartition]:
        return {TopicPartition("t", partition) for partition in self.ends}

    async def end_offsets(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {place: self.ends[place.partition] for place in places}

    async def position(self, place: TopicPartition) -> int:
        return self.positions[place.partition]

    async def seek_to_beginning(self, *places: TopicPartition) -> bool:
        self.rewound += [place.partition for place in places]
        return True


class Catalog:
    """Takes entries in; fails with the errors that a test lists, first of all."""

    def __init__(self, *errors: HeadwaterError) -> None:
        self.errors = list(errors)
        self.tries = 0
        self.taken: list[bytes] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Event()

    async def take(self, entries: Sequence[bytes]) -> list[dict[str, str]]:
        self.tries += 1
        self.entered.set()
        await self.gate.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.taken += entries
        return [{"state": "accepted"} if one else {"state": "rejected", "code": "not-json"} for one in entries]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long."""
    monkeypatch.setattr(member, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(member, "LONGEST_PAUSE", 0.002)


def joined(catalog: Catalog, *consumers: Consumer, **more: Any) -> Member:
    """A member that makes these consumers, one after the other, and ends when the last has nothing more."""
    left = list(consumers)

    def make(**options: object) -> Any:
        assert options["enable_auto_commit"] is False
        return left.pop(0)

    more.setdefault("until_caught_up", True)
    return Member(CLUSTER, catalog.take, make=make, **more)


async def test_an_offset_is_committed_after_its_acknowledgement_and_the_group_is_left() -> None:
    catalog, consumer = Catalog(), Consumer([record(4), record(5), record(9, partition=1)], [record(6)])
    catalog.gate.clear()
    running = asyncio.create_task(joined(catalog, consumer).run())
    await catalog.entered.wait()
    await asyncio.sleep(0.01)
    assert consumer.commits == []
    catalog.gate.set()
    await running
    assert consumer.commits == [{0: 6, 1: 10}, {0: 7}]
    assert consumer.left


async def test_while_the_database_is_away_nothing_is_committed_and_the_same_is_sent_again() -> None:
    catalog, consumer = Catalog(AWAY, AWAY, AWAY), Consumer([record(0, b"a"), record(1, b"b")], [record(2, b"c")])
    await joined(catalog, consumer).run()
    assert (catalog.tries, catalog.taken) == (5, [b"a", b"b", b"c"])
    assert consumer.commits == [{0: 2}, {0: 3}]


async def test_what_will_never_go_well_ends_it_without_a_commit() -> None:
    consumer = Consumer([record(0)])
    with pytest.raises(Unauthorized):
        await joined(Catalog(Unauthorized("unknown_key", "No.", "Ask.")), consumer).run()
    assert (consumer.commits, consumer.left) == ([], True)


async def test_what_is_no_event_is_passed_on_told_and_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    huge = b" " * (MAX_ENTRY + 100)
    consumer, catalog = Consumer([record(7, b"x"), record(8, None), record(9, b"", 3), record(10, huge)]), Catalog()
    await joined(catalog, consumer).run()
    assert [one[:1] for one in catalog.taken] == [b"x", b"", b" ", b""]
    assert len(catalog.taken[2]) == MAX_ENTRY + 1, "the door still sees that it is too large"
    assert consumer.commits == [{0: 11, 3: 10}]
    assert "2 of 4 messages are rejected, the first of t, partition 0, offset 8: not-json" in caplog.text


async def test_a_rebalance_waits_for_what_is_in_hand() -> None:
    catalog, consumer = Catalog(), Consumer([record(0)])
    catalog.gate.clear()
    running = asyncio.create_task(joined(catalog, consumer).run())
    await catalog.entered.wait()
    letting_go = asyncio.create_task(consumer.listener.on_partitions_revoked({TopicPartition("t", 0)}))
    await asyncio.sleep(0.01)
    assert not letting_go.done()
    catalog.gate.set()
    await letting_go
    assert consumer.commits == [{0: 1}], "committed before it is let go of"
    await running


async def test_a_rebalance_does_not_wait_for_ever_and_what_was_taken_away_is_not_committed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(member, "LET_GO_SECONDS", 0.01)
    catalog, consumer = Catalog(), Consumer([record(0)], [record(5)])
    catalog.gate.clear()
    running = asyncio.create_task(joined(catalog, consumer).run())
    await catalog.entered.wait()
    await consumer.listener.on_partitions_revoked({TopicPartition("t", 0)})
    catalog.gate.set()
    await running
    assert consumer.commits == [{0: 6}], "others may have gone further than offset 1"


@pytest.mark.parametrize("error", [CommitFailedError("gone"), IllegalStateError("gone")])
async def test_a_commit_that_comes_too_late_is_no_failure(error: Exception) -> None:
    consumer = Consumer([record(0)], commit=error)
    await joined(Catalog(), consumer).run()


async def test_a_commit_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member, "COMMIT_SECONDS", 0.01)
    consumer = Consumer([record(0)], [record(1)])
    real, consumer.commit = consumer.commit, lambda _: asyncio.sleep(60)  # type: ignore[method-assign]

    async def mend() -> list[Any]:
        consumer.commit = real  # type: ignore[method-assign]
        return [record(2)]

    consumer.polls.append(mend)
    await joined(Catalog(), consumer).run()
    assert consumer.commits == [{0: 3}]


async def test_a_consumer_that_fails_is_left_and_made_anew() -> None:
    catalog = Catalog()
    first, second, third = Consumer([record(0)], KafkaError("lost")), Consumer(start=KafkaConnectionError()), Consumer()
    third.polls = [[record(1)]]
    await joined(catalog, first, second, third).run()
    assert len(catalog.taken) == 2
    assert all(one.left for one in (first, second, third))


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (KafkaConnectionError("no"), Unavailable, "kafka_unreachable"),
        (UnknownTopicOrPartitionError(), NotFound, "kafka_no_topic"),
        (GroupAuthorizationFailedError("g"), Forbidden, "kafka_refused"),
    ],
)
async def test_what_is_wrong_from_the_start_is_said(error: KafkaError, kind: type[HeadwaterError], code: str) -> None:
    consumer = Consumer(start=error)
    with pytest.raises(kind) as raised:
        await joined(Catalog(), consumer).run()
    assert raised.value.code == code
    assert consumer.left


async def test_a_service_waits_for_a_kafka_that_is_not_there_yet() -> None:
    catalog, consumers = Catalog(), [Consumer(start=KafkaConnectionError("no")) for _ in range(3)]
    last = Consumer([record(0)], lambda: asyncio.sleep(60))
    one = joined(catalog, *consumers, last, until_caught_up=False)
    running = asyncio.create_task(one.run())
    await catalog.entered.wait()
    one.stop()
    await running
    assert last.commits == [{0: 1}]


async def test_rights_that_are_taken_back_end_it() -> None:
    with pytest.raises(Forbidden):
        await joined(Catalog(), Consumer([record(0)], GroupAuthorizationFailedError("g"))).run()


async def test_stopped_while_it_polls_it_leaves_at_once() -> None:
    consumer = Consumer(lambda: asyncio.sleep(60))
    one = joined(Catalog(), consumer, until_caught_up=False)
    running = asyncio.create_task(one.run())
    await asyncio.sleep(0.01)
    one.stop()
    await running
    assert consumer.left


async def test_stopped_with_something_in_hand_it_finishes_and_commits() -> None:
    catalog, consumer = Catalog(), Consumer([record(0)], [record(1)])
    catalog.gate.clear()
    one = joined(catalog, consumer, until_caught_up=False)
    running = asyncio.create_task(one.run())
    await catalog.entered.wait()
    one.stop()
    await asyncio.sleep(0.01)
    catalog.gate.set()
    await running
    assert (consumer.commits, consumer.left) == ([{0: 1}], True)


@pytest.mark.parametrize("times", [1, 2], ids=["between tries", "a second time"])
async def test_stopped_while_the_database_is_away_it_leaves_without_a_commit(
    times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog, consumer = Catalog(AWAY, AWAY), Consumer([record(0)])
    if times == 1:
        monkeypatch.setattr(member, "FIRST_PAUSE", 60)
        monkeypatch.setattr(member, "LONGEST_PAUSE", 60)
    else:
        catalog.gate.clear()
    one = joined(catalog, consumer, until_caught_up=False)
    running = asyncio.create_task(one.run())
    await catalog.entered.wait()
    await asyncio.sleep(0.01)
    for _ in range(times):
        one.stop()
    await running
    assert (consumer.commits, consumer.left, catalog.tries) == ([], True, 1)


async def test_stopped_while_it_waits_to_join_again_it_ends() -> None:
    one = joined(Catalog(), Consumer([record(0)], KafkaError("lost")), until_caught_up=False)

    async def pause(_: int) -> bool:
        return await one.wait(60)

    one._pause = pause  # type: ignore[method-assign]
    running = asyncio.create_task(one.run())
    await asyncio.sleep(0.01)
    one.stop()
    await running


async def test_a_cancellation_from_elsewhere_is_not_swallowed() -> None:
    running = asyncio.create_task(joined(Catalog(), Consumer(lambda: asyncio.sleep(60))).run())
    await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_caught_up_is_when_all_partitions_are() -> None:
    consumer = Consumer([record(0)], [], [record(0, partition=1)], [])
    consumer.ends = {0: 1, 1: 1}
    await joined(Catalog(), consumer).run()
    assert (consumer.polls, consumer.commits) == ([], [{0: 1}, {1: 1}])


async def test_from_the_beginning_goes_back_once_for_each_partition() -> None:
    consumer = Consumer([record(0)], [record(1)])

    async def more() -> list[Any]:
        consumer.ends[1] = 0
        return []

    consumer.polls += [more]
    await joined(Catalog(), consumer, from_beginning=True).run()
    assert consumer.rewound == [0, 1]


def test_the_options_that_nothing_may_lose_or_double() -> None:
    options = CLUSTER.options()
    assert options["auto_offset_reset"] == "earliest"
    assert options["isolation_level"] == "read_committed", "what a transaction took back was never said"


@pytest.mark.parametrize(
    "more",
    [
        {"bootstrap": " "},
        {"topics": ()},
        {"group": ""},
        {"protocol": "plain"},
        {"mechanism": "GSSAPI"},
        {"username": "u"},
        {"protocol": "SASL_SSL"},
        {"protocol": "SSL", "ca_file": "/nowhere"},
        {"protocol": "SSL", "cert_file": "/nowhere"},
    ],
)
def test_settings_that_cannot_be_right(more: dict[str, Any]) -> None:
    said: dict[str, Any] = {"bootstrap": "h:1", "topics": ("t",), "group": "g"} | more
    with pytest.raises(HeadwaterError) as raised:
        Cluster(**said).options()
    assert raised.value.code == "kafka_settings"
    assert raised.value.remedy


def test_the_password_is_shown_nowhere() -> None:
    cluster = Cluster("h:1", ("t",), "g", "SASL_SSL", "PLAIN", "u", "hush")
    assert cluster.options()["sasl_plain_password"] == "hush"
    assert "hush" not in repr(cluster)
