"""A member of a consumer group: polls, hands over, and commits offsets once all that was polled has met its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.structs import ConsumerRecord

from headwater_catalog.door import REJECTED
from headwater_catalog.errors import HeadwaterError
from headwater_catalog.sizes import MAX_ENTRY
from headwater_ingestors.kafka.cluster import Cluster
from headwater_ingestors.kafka.failures import refusal, unreachable

POLL_SECONDS: Final = 1.0
PORTION: Final = 500
"""Messages in hand at most: a few transactions of the door, and what is delivered twice after a kill."""
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 15.0
COMMIT_SECONDS: Final = 10.0
LET_GO_SECONDS: Final = 20.0
"""How long a rebalance waits for what is in hand; less than the group waits for us."""
LEAVE_SECONDS: Final = 10.0
TOO_MANY_REQUESTS: Final = 429

Record: TypeAlias = ConsumerRecord[bytes, bytes | None]
Take = Callable[[Sequence[bytes]], Awaitable[Sequence[Mapping[str, Any]]]]
"""Takes entries in and gives their acknowledgements in order, once each is accepted, duplicate, rejected or parked.

Raises HeadwaterError: of 500 and above where it may go well later, below where it never will.
"""
_log = logging.getLogger(__name__)


class Member(ConsumerRebalanceListener):
    """Reads topics until it is stopped: one portion in hand at a time, so that nothing piles up when writing is slow.

    An offset is committed after all before it was acknowledged, never earlier: what is killed in between comes again,
    and is a duplicate. `make` takes the place of aiokafka's consumer in tests.
    """

    def __init__(
        self,
        cluster: Cluster,
        take: Take,
        *,
        from_beginning: bool = False,
        until_caught_up: bool = False,
        make: Callable[..., AIOKafkaConsumer] = AIOKafkaConsumer,
    ) -> None:
        self._cluster, self._take, self._make = cluster, take, make
        self._options = cluster.options()
        self._from_beginning, self._until_caught_up = from_beginning, until_caught_up
        self._stopped = asyncio.Event()
        self._in_hand = asyncio.Lock()
        self._rebalances = self._failures = 0
        self._rewound: set[TopicPartition] = set()
        self._met = False
        self._task: asyncio.Task[Any] | None = None

    async def run(self) -> None:
        """Read until `stop` is called, or until caught up if so asked; a consumer that fails is made anew.

        Raises Forbidden, NotFound, and what `take` raises for good; to catch up, also Unavailable where Kafka was never
        reached: whoever waits for the end wants to know.
        """
        task = self._task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in one
        try:
            while not self.stopped:
                await self._read()
        except asyncio.CancelledError:
            if not self.stopped:
                raise
            task.uncancel()
        finally:
            self._task = None

    @property
    def stopped(self) -> bool:
        """Whether it was stopped, or had caught up."""
        return self._stopped.is_set()

    async def wait(self, seconds: float) -> bool:
        """Wait; whether it was stopped meanwhile."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopped.wait()
        return self.stopped

    def stop(self) -> None:
        """Finish what is in hand, commit, leave the group; called again: leave at once. On the event loop only."""
        again = self._stopped.is_set()
        self._stopped.set()
        if self._task is not None and (again or not self._in_hand.locked()):
            self._task.cancel()

    # aiokafka awaits what these two give, which its types do not say.
    async def on_partitions_revoked(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, revoked: Collection[TopicPartition]
    ) -> None:
        """Let go of partitions once what is in hand is done, or after a while: then others do it, too."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LET_GO_SECONDS), self._in_hand:
                pass
        self._rebalances += 1

    async def on_partitions_assigned(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, assigned: Collection[TopicPartition]
    ) -> None:
        """What is newly ours is seen by the next poll."""

    async def _read(self) -> None:
        """Read with one consumer, until stopped or until it fails."""
        try:
            async with self._joined() as consumer:
                await self._consume(consumer)
        except KafkaError as error:
            if (refused := refusal(error)) is not None:
                raise refused from error
            if self._until_caught_up and not self._met:
                raise unreachable(self._cluster.bootstrap, error) from error
            _log.warning("Kafka failed; joining the group again: %s", error)
            await self._pause(self._failures)
            self._failures += 1

    @asynccontextmanager
    async def _joined(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = self._make(**self._options)
        try:
            consumer.subscribe(self._cluster.topics, listener=self)
            await consumer.start()
            self._met = True
            yield consumer
        finally:
            with suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(LEAVE_SECONDS):
                    await consumer.stop()

    async def _consume(self, consumer: AIOKafkaConsumer) -> None:
        while not self._stopped.is_set():
            await self._rewind(consumer)
            polled = await consumer.getmany(timeout_ms=int(POLL_SECONDS * 1000), max_records=PORTION)
            # Nothing is awaited between the poll and the lock: a rebalance sees either neither or what is in hand.
            records = [record for portion in polled.values() for record in portion]
            if records:
                async with self._in_hand:
                    await self._handle(consumer, records)
                self._failures = 0
            elif self._until_caught_up and await self._caught_up(consumer):
                self._stopped.set()

    async def _handle(self, consumer: AIOKafkaConsumer, records: Sequence[Record]) -> None:
        rebalances = self._rebalances
        if not await self._handed_over(records):
            return
        if rebalances != self._rebalances:
            return  # others have them by now, and may have gone further
        offsets = {TopicPartition(one.topic, one.partition): one.offset + 1 for one in records}
        try:
            async with asyncio.timeout(COMMIT_SECONDS):
                await consumer.commit(offsets)
        except (CommitFailedError, IllegalStateError, TimeoutError) as error:
            # They come again, to us or to others, and are duplicates.
            _log.info("offsets were not committed: %s", type(error).__name__)

    async def _handed_over(self, records: Sequence[Record]) -> bool:
        """Hand over until all is acknowledged; False where we were stopped before."""
        entries = [_entry(record) for record in records]
        failures = 0
        while True:
            try:
                acks = await self._take(entries)
            except HeadwaterError as error:
                if error.http_status < 500 and error.http_status != TOO_MANY_REQUESTS:
                    raise
                _log.warning("%d messages wait: %s", len(entries), error.sentence)
                if await self._pause(failures):
                    return False
                failures += 1
            else:
                _tell_rejected(records, acks)
                return True

    async def _rewind(self, consumer: AIOKafkaConsumer) -> None:
        """Go back to the beginning of partitions that are ours for the first time, if so asked."""
        fresh = consumer.assignment() - self._rewound if self._from_beginning else set()
        with suppress(IllegalStateError):  # they were taken away meanwhile
            if fresh and await consumer.seek_to_beginning(*fresh):
                self._rewound |= fresh

    async def _caught_up(self, consumer: AIOKafkaConsumer) -> bool:
        """Whether everything up to the present end of our partitions is done."""
        rebalances = self._rebalances
        try:
            assigned = consumer.assignment()
            if self._from_beginning and assigned - self._rewound:
                return False
            ends = await consumer.end_offsets(assigned)
            reached = [await consumer.position(one) >= ends[one] for one in assigned]
        except IllegalStateError:  # they were taken away meanwhile
            return False
        return all(reached) and rebalances == self._rebalances

    async def _pause(self, failures: int) -> bool:
        """Wait, longer after each failure; whether it was stopped meanwhile."""
        return await self.wait(min(FIRST_PAUSE * 2**failures, LONGEST_PAUSE))


def _entry(record: Record) -> bytes:
    """A message's value; nothing for a tombstone, which the door rejects as no JSON.

    What is too large is cut to what the door still knows as too large: much more would be refused on the way there,
    and never get an answer.
    """
    return (record.value or b"")[: MAX_ENTRY + 1]


def _tell_rejected(records: Sequence[Record], acks: Sequence[Mapping[str, Any]]) -> None:
    """One line a portion: where the first rejected message stands, and how many there are."""
    bad = [(record, ack) for record, ack in zip(records, acks, strict=True) if ack["state"] == REJECTED]
    if bad:
        record, ack = bad[0]
        place = f"{record.topic}, partition {record.partition}, offset {record.offset}"
        _log.warning("%d of %d messages are rejected, the first of %s: %s", len(bad), len(acks), place, ack["code"])
