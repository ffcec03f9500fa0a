"""What the names of landed files say."""

from __future__ import annotations

import pytest

from headwater_catalog.times import show
from headwater_ingestors.openlineage.file_names import stamp_of


@pytest.mark.parametrize(
    ("path", "time", "source"),
    [
        ("2026-11-20T10-00-00_orders.csv", "2026-11-20T10:00:00", "orders"),
        ("in/2026/20261120T100000Z.jsonl.gz", "2026-11-20T10:00:00", None),
        ("2026-11-20T10:30_web-shop.v2.csv", "2026-11-20T10:30:00", "web-shop"),
        ("2026-11-20_orders.csv", "2026-11-20T00:00:00", "orders"),
        ("2026-11-20-orders", "2026-11-20T00:00:00", "orders"),
        ("20261120.csv", "2026-11-20T00:00:00", None),
        ("2026-11-20_10-15-00_orders.csv", "2026-11-20T10:15:00", "orders"),
    ],
)
def test_a_stamped_name(path: str, time: str, source: str | None) -> None:
    at, found = stamp_of(path)
    assert at is not None
    assert (show(at)[:19], found) == (time, source)


@pytest.mark.parametrize("path", ["orders.csv", "2026-13-20.csv", "20261120123", "orders_2026-11-20.csv", "", "/"])
def test_a_name_without_a_time(path: str) -> None:
    assert stamp_of(path) == (None, None)
