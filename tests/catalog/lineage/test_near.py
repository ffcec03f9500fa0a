"""Names that are nearly what was typed."""

from __future__ import annotations

import json

import catalogs
import pytest
import shop

from headwater_catalog.lineage import near
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


def test_long_names_that_are_not_near_are_told_apart_without_comparing_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever mistypes a name of two hundred signs would wait a second and more."""
    compared: list[object] = []
    monkeypatch.setattr(near.SequenceMatcher, "ratio", lambda self: compared.append(self) or 0.0)
    names = [f"wh.{'ab' * 80}.{'cd' * (5 + number % 3)}{number:05d}" for number in range(300)]
    assert nearest(f"wh.{'ab' * 80}.zyxwvutsrq", names) == []
    assert compared == []


async def test_the_rare_end_of_a_name_is_looked_for_first(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many share its other parts."""
    monkeypatch.setattr(near, "MOST_SHARING", 100)
    tables = [shop.table((shop.PG, f"wh.area{n % 50}.customer_orders_{n:05d}")) for n in range(400)]
    tables.append(shop.table((shop.PG, "wh.odd.peple's things")))
    files = [*(f"raw/dt={n:05d}/export_{n % 97}.csv" for n in range(400)), "raw/zebra_quux.csv"]
    tables += [{"namespace": "s3://lake", "name": name, "facets": {}} for name in files]
    events = [{"eventTime": "2024-06-01T00:00:00Z", "producer": "urn:x", "dataset": one} for one in tables]
    catalogs.project(fresh_database, [(json.dumps(one).encode(), 1_800_000_000_000_000) for one in events], 400)
    asking = "query($name: String!) { template(dataset: $name, for: PANDAS) { code } }"
    async with catalogs.asking(fresh_database) as asked:
        for typed, meant in (
            ("wh.area49.customer_ordrs_00399", "area49.customer_orders_00399"),
            ("s3://lake/raw/zebra_qux.csv", "raw/zebra_quux.csv"),
            ("zebra_qux.csv", "raw/zebra_quux.csv"),
        ):
            assert meant in json.dumps(await asked.fails(asking, name=typed)), typed
        odd = await asked.fails("""{ lineage(select: "\\"wh.odd.people's things\\"") { nodes { id } } }""")
    whole = f"{shop.PG}/wh.odd.peple's things"
    assert json.dumps(whole)[1:-1] in json.dumps(odd)
    assert odd["meant"] == [f'"{whole}"'], "as a selector takes it"
