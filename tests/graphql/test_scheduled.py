"""What a scheduled crawl does now, and when it is next."""

from __future__ import annotations

from headwater_catalog.reading.scheduled import Scheduled
from headwater_catalog.schedule import SECOND, UNATTENDED_SECONDS
from headwater_graphql.types.scheduled import CrawlState, made

NOW = 1_800_000_000 * SECOND


def crawl(*, following: int, seen: int = NOW, running: bool = False) -> Scheduled:
    return Scheduled("shop", "postgres", "s", 3_600, seen, following, *[None] * 6, 0, running)


def test_a_crawl_whose_time_is_past_is_due_now() -> None:
    due = made(crawl(following=NOW - 90 * SECOND), NOW)
    assert (due.state, due.next) == (CrawlState.DUE, NOW)
    waiting = made(crawl(following=NOW + SECOND), NOW)
    assert (waiting.state, waiting.next) == (CrawlState.WAITING, NOW + SECOND)


def test_a_crawl_that_runs_or_that_nobody_runs_is_next_at_no_time() -> None:
    assert made(crawl(following=NOW - SECOND, running=True), NOW).next is None
    lost = made(crawl(following=NOW + SECOND, seen=NOW - (UNATTENDED_SECONDS + 1) * SECOND), NOW)
    assert (lost.state, lost.next) == (CrawlState.UNATTENDED, None)
