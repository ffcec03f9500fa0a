"""Kafka's topics, as the settings name them, into a door: for the command, and beside a server's HTTP."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from headwater_catalog.door import Door
from headwater_catalog.errors import HeadwaterError
from headwater_ingestors.kafka import Cluster, joining
from headwater_web.settings import Settings

if TYPE_CHECKING:
    from headwater_ingestors.kafka.member import Member

AGAIN_SECONDS: Final = 30.0
QUIET_SECONDS: Final = 60.0
STOP_SECONDS: Final = 10.0
_log = logging.getLogger(__name__)


def cluster_of(settings: Settings) -> Cluster:
    """The cluster that the settings name."""
    return Cluster(
        bootstrap=settings.kafka_bootstrap,
        topics=settings.kafka_topics,
        group=settings.kafka_group,
        protocol=settings.kafka_security_protocol,
        mechanism=settings.kafka_sasl_mechanism,
        username=settings.kafka_username,
        password=settings.kafka_password,
        ca_file=settings.kafka_ca_file,
        cert_file=settings.kafka_cert_file,
        key_file=settings.kafka_key_file,
    )


def consuming(settings: Settings) -> Callable[[Door], AbstractAsyncContextManager[None]]:
    """What reads the topics of the settings, if there are any, into a door, for as long as a block lasts.

    Where Kafka cannot be reached or refuses us, that is logged and tried again: HTTP goes on beside it. Raises
    InvalidRequest for settings that cannot be right, and Unavailable without Kafka's client.
    """
    if not settings.kafka_topics:
        return lambda _: nullcontext()
    join = joining(cluster_of(settings))
    quieten()
    return lambda door: _reading(join(partial(_take, door)))


async def _take(door: Door, entries: Sequence[bytes]) -> list[dict[str, object]]:
    # In a thread, since to read them is work; it waits for room, which is what keeps us from polling more.
    futures = await asyncio.to_thread(door.submit_many, entries, edits=False, patience=None)
    acks = await asyncio.gather(*map(asyncio.wrap_future, futures))
    return [ack.document() for ack in acks]


@asynccontextmanager
async def _reading(member: Member) -> AsyncIterator[None]:
    task = asyncio.create_task(_read(member))
    try:
        yield
    finally:
        member.stop()
        # What is in hand then comes again: the database is away, and whoever stops us would not wait for it.
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await task


async def _read(member: Member) -> None:
    while not member.stopped:
        try:
            await member.run()
        except HeadwaterError as error:
            _log.error("Kafka is not read: %s Trying again.", error)
        except Exception:  # noqa: BLE001 - a fault in reading Kafka must not take HTTP with it
            _log.exception("Kafka is not read; trying again")
        await member.wait(AGAIN_SECONDS)


def quieten() -> None:
    """Let Kafka's client say the same only once a minute: while a broker is away it would several times a second."""
    library = logging.getLogger("aiokafka")
    if not any(isinstance(handler, _Seldom) for handler in library.handlers):
        library.addHandler(_Seldom())
        library.propagate = False


class _Seldom(logging.Handler):
    """Passes on to the root's handlers what was not said within the last minute."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, int], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        place = (record.pathname, record.lineno)
        if time.monotonic() - self._said.get(place, float("-inf")) >= QUIET_SECONDS:
            self._said[place] = time.monotonic()
            logging.getLogger().handle(record)
