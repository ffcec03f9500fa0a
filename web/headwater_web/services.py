"""What a running server holds, and how the handlers get at it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any, Final, TypeVar

import psycopg
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp

from headwater_catalog.database.engine import Database
from headwater_catalog.door import Door, Translator
from headwater_web.bodies import Room
from headwater_web.security import Pool
from headwater_web.settings import Settings

TRANSLATORS: Final = "headwater.translators"
FALLBACK: Final = "openlineage"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Services:
    """The parts of one process; made by the lifespan, closed by it."""

    settings: Settings
    database: Database
    pool: Pool
    door: Door
    room: Room
    graphql: ASGIApp | None

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


def installed_translators() -> Sequence[Translator[Any]]:
    """The translators that installed packages name, OpenLineage last: it is what an entry of no other shape must be."""
    named = {point.name: point.load() for point in entry_points(group=TRANSLATORS)}
    return [named[name] for name in sorted(named, key=lambda name: (name == FALLBACK, name))]
