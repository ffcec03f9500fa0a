"""When a crawl is next: pure functions of its schedule, of how it went, and of a number drawn by lot."""

from __future__ import annotations

from typing import Final

from headwater_catalog.schedule import SECOND, Crawl

LONGEST_WAIT: Final = 3_600
"""Seconds between two attempts at most."""
JITTER: Final = 0.05
"""Of the interval, by which a regular crawl comes later: crawls that began together part."""
_DOUBLINGS: Final = 20


def waiting(crawl: Crawl, failures: int, share: float) -> int:
    """Microseconds to wait after so many failures in a row (1 or more): doubled each time, half of it drawn by lot.

    share: 0 to 1. As long as the bound is not reached, no wait is shorter than the one before, whatever was drawn.
    """
    most = min(LONGEST_WAIT, crawl.every)
    grown = min(most, crawl.retry_after * 2 ** min(failures - 1, _DOUBLINGS))
    return int(grown * SECOND * (1 + share) / 2)


def following(crawl: Crawl, began: int, ended: int, failures: int, share: float) -> int:
    """When a crawl is next that ended like this (microseconds). failures: in a row, 0 after one that went well.

    While there are retries, soon; else at its regular time, counted from when it began. What was missed is not made up.
    """
    regular = max(ended, began + int(crawl.every * SECOND * (1 + JITTER * share)))
    if 0 < failures <= crawl.retries:
        return min(regular, ended + waiting(crawl, failures, share))
    return regular
