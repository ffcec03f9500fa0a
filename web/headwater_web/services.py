"""What a running server holds, and how the handlers get at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import psycopg
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp

from headwater_catalog.database.engine import Database
from headwater_catalog.door import Door
from headwater_catalog.errors import Overloaded
from headwater_catalog.lineage.analysis.desk import Desk
from headwater_catalog.projection.moments import Moments
from headwater_web.bodies import Room
from headwater_web.security import Pool
from headwater_web.settings import Settings

T = TypeVar("T")
MOST_HEAVY = 2
"""Requests at once that read the whole catalog: each holds a thread, a connection and what it makes in memory."""


class Turns:
    """What few may do at once; the others are told to come again instead of waiting. On the event loop only."""

    def __init__(self, free: int, busy: str = "Others read the whole catalog now.") -> None:
        self._free, self._busy = free, busy

    @contextmanager
    def take(self) -> Iterator[None]:
        """Hold a turn for the block; raises Overloaded where none is left."""
        if not self._free:
            raise Overloaded(
                "overloaded",
                self._busy,
                "Send it again after the seconds that Retry-After names.",
                retry_after=5,
            )
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one process; made by the lifespan, closed by it."""

    settings: Settings
    database: Database
    pool: Pool
    door: Door
    room: Room
    graphql: ASGIApp
    sockets: ASGIApp
    heavy: Turns
    moments: Moments
    desk: Desk

    async def of_everything(self, work: Callable[[psycopg.Connection], T]) -> T:
        """The same for work on the whole catalog, of which little is done at once. Raises Overloaded."""
        with self.heavy.take():
            return await self.in_transaction(work)

    async def in_transaction(self, work: Callable[[psycopg.Connection], T]) -> T:
        """Run `work` in a thread, in a transaction of its own connection: for what is rare and may write."""

        def run() -> T:
            with self.database.connect("headwater admin") as connection:
                return work(connection)

        return await run_in_threadpool(run)


def services(connection: HTTPConnection) -> Services:
    """The services of the server that got this request."""
    found = connection.app.state.services
    assert isinstance(found, Services)  # noqa: S101 - set by the lifespan before the first request
    return found
