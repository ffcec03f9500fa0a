"""Ctrl-C for commands that go on until it comes: what runs ends first, and none is lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stopped() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second one interrupts what runs. Main thread only.

    asyncio cancels what it runs when Ctrl-C comes, and forgets of it where that ends before it is cancelled.
    """
    stop = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            signal.default_int_handler(number, frame)
        stop.set()

    before = signal.signal(signal.SIGINT, ask)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
