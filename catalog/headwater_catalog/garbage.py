"""Garbage collection of a long-lived process: seldom, and never again over what is there to stay."""

from __future__ import annotations

import gc

# Python's 700 makes a pass of every few events; a batch makes no cycles, so there is next to nothing to find.
_YOUNG, _MIDDLE, _OLD = 50_000, 20, 50


def collect_seldom() -> None:
    """Set aside all that was loaded so far, and look for garbage seldom: call it once the process is ready to work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, _MIDDLE, _OLD)
