"""What a running server holds, and how the handlers get at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import psycopg
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp

from headwater_catalog.database.engine import Database
from headwater_catalog.door import Door
from headwater_web.bodies import Room
from headwater_web.security import Pool
from headwater_web.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one process; made by the lifespan, closed by it."""

    settings: Settings
    database: Database
    pool: Pool
    door: Door
    room: Room
    graphql: ASGIApp

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
