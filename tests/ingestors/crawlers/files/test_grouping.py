"""Which files are one dataset: dated folders, name=value, stamped names; and that each file decides for itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_ingestors.crawlers.files.grouping import Group, grouped, hidden
from headwater_ingestors.crawlers.files.partitions import HIVE, VALUE
from headwater_ingestors.crawlers.files.stamps import is_part, stamped
from headwater_ingestors.crawlers.files.stores import Entry

PATHS = [
    "orders/dt=2026-11-20/a.parquet",
    "orders/dt=2026-11-21/b.parquet",
    "orders/dt=2026-11-21/part-0.parquet",
    "landing/orders_20261120T0300.csv",
    "landing/orders_20261121T0300.csv",
    "landing/orders_20261122.csv.gz",
    "landing/customers-2026-11-20.csv",
    "landing/events/2026-01-31T11-00-00_shop.csv",
    "landing/events/2026-01-31T12-00-00_web.csv",
    "dated/2026-11-20/orders.csv",
    "dated/2026-11-21/orders.csv",
    "dated/2026-11-21/customers.csv",
    "calendar/2026/11/20/x.json",
    "calendar/2026/11/21/x.json",
    "daily/daily_20261120.csv",
    "spark/part-00000-0b1f.snappy.parquet",
    "spark/part-00001-0b1f.snappy.parquet",
    "spark/part-197001.snappy.parquet",
    "plain.csv",
    "v1.2.csv",
    "deep/er/one.avro",
]


def groups(*paths: str, **datasets: str) -> dict[str, Group]:
    return {group.path: group for group in grouped([Entry(path, 1) for path in paths], datasets)}


def test_files_become_the_datasets_that_people_would_name() -> None:
    found = groups(*PATHS)
    assert {path: len(group.files) for path, group in found.items()} == {
        "orders": 3,
        "landing/orders.csv": 3,
        "landing/customers.csv": 1,
        "landing/events": 2,
        "dated/orders.csv": 2,
        "dated/customers.csv": 1,
        "calendar/x.json": 2,
        "daily": 1,
        "spark": 3,
        "plain.csv": 1,
        "v1.2.csv": 1,
        "deep/er/one.avro": 1,
    }
    assert {path for path, group in found.items() if group.single} == {"plain.csv", "v1.2.csv", "deep/er/one.avro"}


def test_locations_say_where_and_which() -> None:
    found = groups(*PATHS)
    orders, landing, dated = found["orders"], found["landing/orders.csv"], found["dated/orders.csv"]
    assert (orders.folder, orders.pattern, orders.partition_columns, orders.partition_style) == (
        "orders",
        "*/*.parquet",
        ("dt",),
        HIVE,
    )
    assert (landing.folder, landing.pattern, landing.file_name) == (
        "landing",
        "orders_*.csv*",
        "orders_{timestamp:%Y%m%dT%H%M}.csv",
    )
    assert (dated.folder, dated.pattern, dated.partition_columns, dated.partition_style) == (
        "dated",
        "*/orders.csv",
        ("date",),
        VALUE,
    )
    assert found["landing/events"].file_name == "{timestamp:%Y-%m-%dT%H-%M-%S}_{source}.csv"
    assert found["calendar/x.json"].partition_columns == ("year", "month", "day")
    assert all(group.why.endswith(".") for group in found.values())


@given(st.sets(st.sampled_from(PATHS), min_size=1), st.data())
def test_a_file_that_lands_changes_no_other_dataset(paths: set[str], data: st.DataObject) -> None:
    before = groups(*paths)
    after = groups(*paths, data.draw(st.sampled_from(PATHS)))
    assert before.keys() <= after.keys()
    assert all({one.path for one in before[name].files} <= {one.path for one in after[name].files} for name in before)


def test_names_that_would_be_the_same_are_kept_apart() -> None:
    found = groups("x/orders.csv", "x/orders_20261120.csv", "h/dt=1/a.csv", "h/dt=1/a.parquet")
    assert sorted(found) == ["h/*.csv", "h/*.parquet", "x/orders.csv", "x/orders_*.csv"]


def test_a_folder_that_is_said_to_be_one_dataset_is_one() -> None:
    found = groups("a/x.csv", "a/y.csv", "a/z.json", "b/x.csv", a="*.csv")
    assert {path: len(group.files) for path, group in found.items()} == {"a": 2, "a/z.json": 1, "b/x.csv": 1}


@pytest.mark.parametrize(
    ("stem", "form", "source"),
    [
        ("orders_20261120T0300", "%Y%m%dT%H%M", "orders"),
        ("20261120T030000Z", "%Y%m%dT%H%M%SZ", None),
        ("2026-11-20 03.00.00 shop", "%Y-%m-%d %H.%M.%S", "shop"),
        ("orders_2026_11_20", "%Y_%m_%d", "orders"),
        ("orders-202611", "%Y%m", "orders"),
        ("log_20261120_007", "%Y%m%d", "log"),
        ("a_20260101_b_20261120", "%Y%m%d", "a_20260101_b"),
    ],
)
def test_times_in_names(stem: str, form: str, source: str | None) -> None:
    found = stamped(stem)
    assert found is not None
    assert (found.form, found.source) == (form, source)


@pytest.mark.parametrize(
    "stem", ["orders", "v20261340", "12345678901234567890", "report_2026", "20260231", "x_1999", "ip_10.0.0.1"]
)
def test_names_without_a_time(stem: str) -> None:
    assert stamped(stem) is None


@given(st.text(max_size=60))
def test_any_name_can_be_taken_apart(name: str) -> None:
    stamped(name)
    is_part(name)
    if name and "/" not in name:
        [group] = grouped([Entry(f"folder/{name}", 1)])
        assert group.files[0].path == f"folder/{name}"


def test_what_is_hidden_by_custom_is_no_data() -> None:
    assert [hidden(path) for path in ("_SUCCESS", "a/.x.csv", "_delta_log/1.json", "_p=1/x.csv", "a/b.csv")] == [
        True,
        True,
        True,
        False,
        False,
    ]
