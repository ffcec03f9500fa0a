"""Waiting for the feed: one short question for all who wait, none while nobody does."""

from __future__ import annotations

import asyncio
import logging
from types import TracebackType
from typing import Self

import psycopg

from headwater_catalog.reading import changes
from headwater_catalog.reading.snapshot import Pool

EVERY = 0.25
"""Seconds between two looks at the feed; also the pace of pages while changes keep coming (docs/decisions/0012)."""
_log = logging.getLogger(__name__)


class Watch:
    """Tells when the feed has grown beyond a place; of one event loop, as a context manager."""

    def __init__(self, pool: Pool, every: float = EVERY) -> None:
        self._pool, self._every = pool, every
        self._end = 0
        self._grown = asyncio.Condition()
        self._wanted = asyncio.Event()
        self._waiting = 0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def beyond(self, place: int) -> None:
        """Return once there is a change behind a place."""
        async with self._grown:
            self._waiting += 1
            self._wanted.set()
            try:
                await self._grown.wait_for(lambda: self._end > place)
            finally:
                self._waiting -= 1
                if not self._waiting:
                    self._wanted.clear()

    async def _look(self) -> None:
        while True:
            await self._wanted.wait()
            await asyncio.sleep(self._every)
            try:
                async with self._pool.connection() as connection:
                    end = await changes.end(connection)
            except psycopg.Error as error:  # whoever waits goes on waiting: the database may come back
                _log.warning("the feed cannot be looked at: %s", error)
                continue
            if end > self._end:
                async with self._grown:
                    self._end = end
                    self._grown.notify_all()
