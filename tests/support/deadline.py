"""Waiting for something to become true, with an end to it: the one place in the tests that sleeps."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], seconds: float = 10.0, what: str = "the condition") -> T:
    """Poll `condition` until it returns something true, and return that; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s"
        time.sleep(0.01)
    return found


def promised(seconds: float) -> float:
    """What a promise of so many seconds may take here: beside other workers or on a busy machine, twice as long."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ and os.getloadavg()[0] < 1
    return seconds if alone else 2 * seconds
