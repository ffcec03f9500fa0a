"""Where questions to the whole graph are worked on: one at a time, beside the event loop."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import ParamSpec, TypeVar

from headwater_catalog.errors import Overloaded

P = ParamSpec("P")
T = TypeVar("T")


class Desk:
    """One request at a time holds a whole graph in memory, and works on it in a thread. Of one event loop."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="analysis")
        self._holder: object = None
        self._working = 0

    @property
    def busy(self) -> bool:
        """Whether somebody holds it, or work of somebody who has gone goes on."""
        return self._holder is not None or self._working > 0

    @contextmanager
    def take(self, holder: object) -> Iterator[None]:
        """Hold the desk for the block; the same holder may take it again. Raises Overloaded where another has it.

        Work whose request was given up is ended first: a thread cannot be stopped.
        """
        again = self._holder is holder
        if self.busy and not again:
            raise Overloaded(
                "overloaded",
                "Another question to the whole graph is being answered.",
                "Ask again after the seconds that Retry-After names.",
                retry_after=5,
            )
        self._holder = holder
        try:
            yield
        finally:
            if not again:
                self._holder = None

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the work gives, done in the thread."""
        future = self._thread.submit(_uncollected, partial(work, *args, **kwargs))
        self._working += 1
        loop = asyncio.get_running_loop()

        def done(_: Future[T]) -> None:
            loop.call_soon_threadsafe(self._ended)

        future.add_done_callback(done)
        # Shielded: who gives up does not make the desk look free while its thread works on.
        return await asyncio.shield(asyncio.wrap_future(future))

    def _ended(self) -> None:
        self._working -= 1


def _uncollected(work: Callable[[], T]) -> T:
    """Work without looking for cyclic garbage: of millions of new objects none is any, and each look at them took as
    long as the work, and stopped all other threads for a second.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        return work()
    finally:
        if before:
            gc.enable()
