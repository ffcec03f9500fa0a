"""The first Ctrl-C is kept, whatever runs when it comes; the second one interrupts."""

from __future__ import annotations

import asyncio
import signal

import pytest

from headwater_web.cli.stopping import stopped


def test_the_first_is_kept_and_the_second_interrupts() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stopped() as stop:
        assert not stop.wait(0)
        asyncio.run(_interrupted())  # asyncio's own handler would cancel, or forget it
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


async def _interrupted() -> None:
    signal.raise_signal(signal.SIGINT)
