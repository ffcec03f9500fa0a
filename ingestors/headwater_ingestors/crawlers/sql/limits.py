"""A bound on time for work that asks no clock itself."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

DEEP: Final = 5_000
"""Calls within calls: sqlglot takes some twenty for a pair of parentheses, and Python allows 1,000 in all."""


class TooSlow(BaseException):
    """The work took longer than it may."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TooSlow in the block after so many seconds; calls may nest deeper in it than elsewhere.

    Signals reach the main thread alone: elsewhere, and where somebody else uses the alarm, time is not bounded here:
    whoever runs crawls in a server gives them a process of their own.
    """
    with _room(), _alarm(seconds):
        yield


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, stop)
    # Again each second: what is raised in a callback of the garbage collector is lost.
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _room() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, DEEP))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
