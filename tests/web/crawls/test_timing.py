"""When a crawl is next: waits grow, stay within their bounds, and nothing that was missed is made up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.schedule import SECOND, Crawl
from headwater_web.crawls.timing import JITTER, LONGEST_WAIT, following, waiting

DAY = 86_400
shares = st.floats(0, 1)
crawls = st.builds(
    Crawl,
    name=st.just("shop"),
    kind=st.just("database"),
    source=st.just("sqlite:///shop.db"),
    every=st.integers(10, 31 * DAY),
    timeout=st.just(10),
    retries=st.integers(0, 100),
    retry_after=st.integers(1, DAY),
)


@given(crawls, st.integers(1, 10_000), shares)
def test_a_wait_is_bounded_and_half_of_it_drawn(crawl: Crawl, failures: int, share: float) -> None:
    most = min(LONGEST_WAIT, crawl.every)
    whole = min(most, crawl.retry_after * 2 ** (failures - 1)) * SECOND
    assert whole // 2 <= waiting(crawl, failures, share) <= whole


@given(crawls, st.integers(1, 60), shares, shares)
def test_no_wait_is_shorter_than_the_one_before_until_the_bound(
    crawl: Crawl, failures: int, one: float, other: float
) -> None:
    if crawl.retry_after * 2**failures <= min(LONGEST_WAIT, crawl.every):
        assert waiting(crawl, failures, one) <= waiting(crawl, failures + 1, other)


@given(crawls, st.integers(0, 10**16), st.integers(0, 10 * DAY * SECOND), st.integers(0, 1_000), shares)
def test_next_is_never_in_the_past_nor_later_than_the_regular_time(
    crawl: Crawl, began: int, took: int, failures: int, share: float
) -> None:
    ended = began + took
    found = following(crawl, began, ended, failures, share)
    latest = max(ended, began + int(crawl.every * SECOND * (1 + JITTER)))
    assert ended <= found <= latest
    if failures == 0 or failures > crawl.retries:
        assert found >= began + crawl.every * SECOND, "before its regular time only what failed is tried again"
    else:
        assert found <= ended + waiting(crawl, failures, share)


def test_an_hourly_crawl_with_two_retries_by_example() -> None:
    crawl = Crawl("shop", "database", "sqlite:///shop.db", every=3_600, timeout=600, retries=2, retry_after=30)
    after = [following(crawl, 0, 10 * SECOND, failures, 1.0) // SECOND for failures in range(4)]
    assert after == [3_780, 40, 70, 3_780]
