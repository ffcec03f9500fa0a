"""Keeps a schedule: begins what is due, few at once, and remembers what came of it (docs/decisions/0020)."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

import psycopg

from headwater_catalog import schedule
from headwater_catalog.errors import HeadwaterError
from headwater_catalog.schedule import SECOND, Connection, Crawl, Ended, Outcome, Row
from headwater_catalog.times import show
from headwater_web.crawls import child, outcome, timing
from headwater_web.crawls.command import arguments, environment
from headwater_web.crawls.file import Schedule

LOOK_SECONDS: Final = 10.0
"""How often what is remembered is read anew: another server may have crawled meanwhile."""
SHORTEST_SECONDS: Final = 0.2
AGAIN_SECONDS: Final = 30.0
WATCH_SECONDS: Final = 5.0
"""How often a crawl's session is asked whether it still holds its lock."""
FAILURES: Final = (Outcome.FAILED, Outcome.TIMED_OUT)
_log = logging.getLogger(__name__)


class Keeper:
    """A schedule beside a server. counts: how many crawls ended, by outcome; command: what runs one; draw: 0 to 1."""

    def __init__(
        self,
        said: Schedule,
        connect: Callable[[], Awaitable[Connection]],
        *,
        command: Callable[[Crawl], Sequence[str]] = arguments,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._environ: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self._crawls = {one.name: one for one in said.crawls}
        self._free = said.at_once
        self._connect, self._command, self._draw = connect, command, draw
        self._begun, self._stop = asyncio.Event(), asyncio.Event()
        self._running: dict[str, asyncio.Task[None]] = {}

    def begin(self, address: str, key: str, environ: Mapping[str, str]) -> None:
        """Crawls may reach their server from now on, there and with this key. On its event loop only."""
        self._environ = environment(address, key, environ)
        self._begun.set()

    def stop(self) -> None:
        """Begin no more, and end what runs. On the event loop only."""
        self._stop.set()

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Keep the schedule for as long as the block lasts; when it ends, no process of it is left."""
        task = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            self.stop()
            self._begun.set()
            await task

    async def _keep(self) -> None:
        await self._begun.wait()
        while not self._stop.is_set():
            try:
                await self._look_after()
            except (psycopg.Error, HeadwaterError) as error:
                _log.error("No crawl is begun: %s. Trying again.", str(error).strip().split("\n", 1)[0])
            except Exception:  # noqa: BLE001 - a fault in crawling must not take HTTP with it
                _log.exception("No crawl is begun; trying again")
            await self._pause(AGAIN_SECONDS)
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _look_after(self) -> None:
        async with await self._connect() as connection:
            await schedule.tell(connection, list(self._crawls.values()), _now())
            while not self._stop.is_set():
                rows = await schedule.look(connection, list(self._crawls), _now())
                if len(rows) < len(self._crawls):  # somebody emptied the table, or put an older one back
                    await schedule.tell(connection, list(self._crawls.values()), _now())
                await self._pause(self._begin_due(rows, _now()))

    def _begin_due(self, rows: list[Row], now: int) -> float:
        """Begin what is due as long as there is room; gives the seconds until it is worth to look again."""
        idle = [row for row in rows if not row.running and row.name not in self._running]
        due = [row for row in idle if row.next <= now]
        for row in due[: self._free - len(self._running)]:
            self._running[row.name] = asyncio.create_task(self._crawl(self._crawls[row.name], row.id))
        later = min((row.next - now for row in idle if row.next > now), default=LOOK_SECONDS * SECOND)
        return min(LOOK_SECONDS, max(SHORTEST_SECONDS, later / SECOND))

    async def _pause(self, seconds: float) -> None:
        """Until then, until a crawl ends, or until we are to stop."""
        stop = asyncio.create_task(self._stop.wait())
        await asyncio.wait({stop, *self._running.values()}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        with suppress(asyncio.CancelledError):
            await stop

    async def _crawl(self, crawl: Crawl, row: int) -> None:
        try:
            async with await self._connect() as session:
                await self._claimed(session, crawl, row)
        except (psycopg.Error, HeadwaterError) as error:
            self.counts[Outcome.INTERRUPTED.value] += 1
            _log.error("Crawl %s: what came of it is not kept: %s", crawl.name, str(error).strip().split("\n", 1)[0])
        except Exception:  # noqa: BLE001 - as above
            _log.exception("Crawl %s: what came of it is not known", crawl.name)
        finally:
            del self._running[crawl.name]

    async def _claimed(self, session: Connection, crawl: Crawl, row: int) -> None:
        """Run a crawl as the only one who does, and tell how it ended."""
        began, share = _now(), self._draw()
        # As if it failed at once: what is told only if nobody tells better.
        failures = await schedule.claim(session, row, began, began + timing.waiting(crawl, 1, share))
        if failures is None:
            return
        _log.info("Crawl %s begins", crawl.name)
        found = await self._run(session, crawl)
        ended = _now()
        if found.outcome is Outcome.STOPPED:
            failures, following = failures - 1, ended
        else:
            failures = failures if found.outcome in FAILURES else 0
            following = timing.following(crawl, began, ended, failures, share)
        self._tell(crawl, found, failures, following)
        await schedule.end(session, row, found, ended, failures=failures, following=following)

    async def _run(self, session: Connection, crawl: Crawl) -> Ended:
        until = {Outcome.STOPPED: self._stop.wait(), Outcome.FAILED: _lost(session)}
        try:
            process = await child.run(self._command(crawl), self._environ, crawl.timeout, until=until)
        except OSError as error:
            return outcome.failed(
                f"Its process cannot be started: {error.strerror}.",
                "See what memory and processes the machine has left.",
            )
        return outcome.read(process, crawl.timeout)

    def _tell(self, crawl: Crawl, found: Ended, failures: int, following: int) -> None:
        self.counts[found.outcome.value] += 1
        if found.outcome in (Outcome.DONE, Outcome.STOPPED):
            _log.info("Crawl %s: %s", crawl.name, found.outcome.value)
            return
        times = f" {failures} times in a row" if failures > 1 else ""
        said = (crawl.name, found.outcome.value, times, show(following), found.sentence, found.remedy or "")
        _log.warning("Crawl %s: %s%s, next at %s. %s %s", *said)


async def _lost(session: Connection) -> None:
    """Done when a session is gone, and its lock with it."""
    with suppress(psycopg.Error):
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            await session.execute("select 1")


def _now() -> int:
    return time.time_ns() // 1_000
