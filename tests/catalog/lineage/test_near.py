"""Names that are nearly what was typed."""

from __future__ import annotations

import pytest

from headwater_catalog.lineage.near import nearest

NAMES = [
    *("postgres://db:5432/shop.trusted.orders", "postgres://db:5432/shop.raw.orders", "postgres://db:5432/shop.mart.sales"),
    *("file//srv/lake/people.csv", "file//srv/lake/gone.csv", "etl/clean_orders"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("trusted.ordrs", ["postgres://db:5432/shop.trusted.orders"]),
        ("Trustd.Orders", ["postgres://db:5432/shop.trusted.orders"]),
        ("ordesr", ["postgres://db:5432/shop.raw.orders", "postgres://db:5432/shop.trusted.orders"]),
        ("postgres://db/shop.mart.sale", ["postgres://db:5432/shop.mart.sales"]),
        ("/srv/lake/peple.csv", ["file//srv/lake/people.csv"]),
        ("clean_order", ["etl/clean_orders"]),
        ("nobody", []),
        ("", []),
        ("/", []),
        ("dataset:0123456789abcdef0123456789abcdef", []),
    ],
)
def test_a_slip_is_near_and_another_name_is_not(typed: str, meant: list[str]) -> None:
    assert nearest(typed, NAMES) == meant
