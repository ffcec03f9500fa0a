"""Profiles against counts by brute force in Python: files through DuckDB, tables through SQL."""

from __future__ import annotations

import datetime
import json
import math
import sqlite3
import statistics
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater_catalog.errors import HeadwaterError
from headwater_catalog.facets.opening import Connection, Format
from headwater_catalog.facets.profile import ColumnProfile, Profile
from headwater_catalog.facets.shape import read, write
from headwater_catalog.templates.opening import Field, Told, opening
from headwater_ingestors.profiling.bounds import Bounds
from headwater_ingestors.profiling.subject import Subject
from headwater_ingestors.profiling.telling import Failure, event, profiles

pytest.importorskip("duckdb")
pyarrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")
BOUNDS = Bounds(seconds=120)


def profiled(folder: Path, table: Any, personal: tuple[str, ...] = (), bounds: Bounds = BOUNDS) -> Profile:
    path = folder / "t.parquet"
    parquet.write_table(table, path)
    told = Told("file", str(path), format=Format(name="parquet"))
    ((_, found),) = profiles([Subject(opening(told), personal)], bounds)
    assert isinstance(found, Profile), found
    return found


def column(profile: Profile, name: str) -> ColumnProfile:
    return next(one for one in profile.columns if one.name == name)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "whole": st.none() | st.integers(-(2**63), 2**63 - 1) | st.sampled_from([1, 2, 3]),
            "real": st.none() | st.floats() | st.sampled_from([1e308, -1e308, math.nan, math.inf, 0.5]),
            "word": st.none()
            | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=4)
            | st.sampled_from(["A1", "b2"]),
            "day": st.none() | st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 1, 1)),
            "flag": st.none() | st.booleans(),
            "nothing": st.none(),
        }
    ),
    max_size=12,
)
SCHEMA = pyarrow.schema(
    [
        ("whole", pyarrow.int64()),
        ("real", pyarrow.float64()),
        ("word", pyarrow.string()),
        ("day", pyarrow.date32()),
        ("flag", pyarrow.bool_()),
        ("nothing", pyarrow.null()),
    ]
)


@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(rows=ROWS)
def test_counts_are_those_of_brute_force(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    found = profiled(tmp_path, pyarrow.Table.from_pylist(rows, SCHEMA))
    assert (found.rows, found.sampled) == (len(rows), None)
    for name in SCHEMA.names:
        one, values = column(found, name), [row[name] for row in rows if row[name] is not None]
        assert one.nulls == len(rows) - len(values)
        told = {"NaN" if isinstance(value, float) and math.isnan(value) else value for value in values}
        assert one.distinct == len(told)
        assert sum(bar.count or 0 for bar in one.histogram) == (
            len(_finite(values)) if name in ("whole", "real", "day") else 0
        )
    numbers(column(found, "whole"), [row["whole"] for row in rows if row["whole"] is not None])
    real = [row["real"] for row in rows if row["real"] is not None and not math.isnan(row["real"])]
    if real:
        assert float(column(found, "real").minimum or "") == min(real)
        assert float(column(found, "real").maximum or "") == max(real)
    words = [row["word"] for row in rows if row["word"] is not None]
    if words:
        word = column(found, "word")
        assert {top.value: top.count for top in word.top}.items() <= Counter(words).items()
        assert (word.shortest, word.longest) == (min(map(len, words)), max(map(len, words)))
        assert (word.minimum, word.maximum) == (min(words), max(words))
    keys = {one.columns for one in found.key_candidates}
    for name in SCHEMA.names:
        values = [row[name] for row in rows]
        unique = bool(rows) and None not in values and len(set(map(str, values))) == len(values)
        assert ((name,) in keys) == unique
    assert read(Profile, json.loads(json.dumps(write(found), allow_nan=False))) is not None


def numbers(one: ColumnProfile, values: list[int]) -> None:
    if not values:
        assert (one.minimum, one.mean, one.histogram) == (None, None, ())
        return
    assert (one.minimum, one.maximum) == (str(min(values)), str(max(values))), "no digit is lost"
    assert one.mean == pytest.approx(statistics.fmean(values), rel=1e-9, abs=2**12)
    if len(values) > 1:
        assert one.deviation == pytest.approx(statistics.stdev(values), rel=1e-6, abs=2**12)
    for quantile in one.quantiles:
        place = max(math.ceil((quantile.share or 0) * len(values)) - 1, 0)
        assert abs(sorted(values).index(int(quantile.value or "")) - place) <= 1 or len(set(values)) < len(values)


def _finite(values: list[Any]) -> list[Any]:
    return [value for value in values if not isinstance(value, float) or math.isfinite(value)]


def test_an_empty_table(tmp_path: Path) -> None:
    found = profiled(tmp_path, pyarrow.Table.from_pylist([], SCHEMA))
    assert (found.rows, found.key_candidates) == (0, ())
    assert {(one.nulls, one.distinct, one.top, one.histogram) for one in found.columns} == {(0, 0, (), ())}


def test_a_thousand_columns(tmp_path: Path) -> None:
    found = profiled(tmp_path, pyarrow.table({f"c {n}": [n, n + 1] for n in range(1000)}), bounds=Bounds(seconds=300))
    assert [one.name for one in found.columns] == [f"c {n}" for n in range(1000)]
    assert column(found, "c 999").maximum == "1000"
    assert len(json.dumps(event(("file", "/x"), found))) < 10_000_000


def test_nested_values_and_moments(tmp_path: Path) -> None:
    zone = pyarrow.timestamp("us", tz="Europe/Berlin")
    table = pyarrow.table(
        {
            "list": pyarrow.array([[1, 2], [1, 2], None], pyarrow.list_(pyarrow.int64())),
            "record": [{"a": 1}, {"a": 2}, {"a": 2}],
            "at": pyarrow.array([0, 1_000_000, None], pyarrow.int64()).cast(zone),
            "bytes": [b"\0\xff", b"a", b"a"],
            "A": [1, 2, 3],
            "a": [1, 1, 1],
        }
    )
    found = profiled(tmp_path, table)
    assert (column(found, "list").distinct, column(found, "list").nulls) == (1, 1)
    assert column(found, "record").top[0].count == 2
    assert column(found, "at").minimum == "1970-01-01 00:00:00+00"
    assert (column(found, "bytes").distinct, column(found, "bytes").minimum) == (2, None)
    assert [one.name for one in found.columns][-2:] == ["A", "a"] or {one.distinct for one in found.columns[-2:]} == {
        3,
        1,
    }


def test_of_personal_columns_no_value_is_copied(tmp_path: Path) -> None:
    table = pyarrow.table({"email": ["ann@example.org", "bob@example.org"], "age": [41, 57], "n": [1, 2]})
    found = profiled(tmp_path, table, ("email", "age"))
    email = column(found, "email")
    assert (email.withheld, email.nulls, email.distinct) == (True, 0, 2)
    for one in (email, column(found, "age")):
        assert (one.minimum, one.maximum, one.mean, one.quantiles, one.top, one.patterns, one.histogram) == (
            None,
            None,
            None,
            (),
            (),
            (),
            (),
        )
    said = json.dumps(event(("file", "/x"), found, 1_700_000_000_000_000))
    assert not any(value in said for value in ("ann@", "bob@", "41", "57"))


def test_a_sample_says_so(tmp_path: Path) -> None:
    found = profiled(tmp_path, pyarrow.table({"n": list(range(5000))}), bounds=Bounds(rows=100))
    assert (found.rows, found.sampled, column(found, "n").distinct) == (5000, 100, 100)


def test_many_distinct_values_are_estimated_and_it_says_so(tmp_path: Path) -> None:
    one = column(profiled(tmp_path, pyarrow.table({"n": list(range(250_000))})), "n")
    assert one.approximate
    assert one.distinct == pytest.approx(250_000, rel=0.1)


def test_a_table_in_its_database_and_what_includes_what(tmp_path: Path) -> None:
    base = tmp_path / "shop.db"
    with sqlite3.connect(base) as connection:
        connection.execute("create table orders (id integer, shop text, customer integer)")
        connection.execute("create table customers (id integer, name text)")
        connection.executemany("insert into orders values (?, ?, ?)", [(n % 4, f"s{n // 4}", n % 3) for n in range(8)])
        connection.executemany("insert into customers values (?, ?)", [(n, f"C-{n}") for n in range(5)])
    ruled = Connection(driver="sqlite", database=str(base))
    subjects = [
        Subject(opening(Told("sqlite://shop", name, None, [Field(f) for f in fields], ruled=ruled)), ())
        for name, fields in (("orders", ("id", "shop", "customer")), ("customers", ("id", "name")), ("gone", ("id",)))
    ]
    found = {one.name[1] if isinstance(one, Failure) else one[0][1]: one for one in profiles(subjects, BOUNDS)}
    failed = found["gone"]
    assert isinstance(failed, Failure)
    assert isinstance(failed.error, HeadwaterError)
    orders, customers = found["orders"][1], found["customers"][1]
    assert isinstance(orders, Profile)
    assert isinstance(customers, Profile)
    assert (orders.method, orders.rows) == ("sql", 8)
    assert ("id", "shop") in {one.columns for one in orders.key_candidates}
    assert (("customer",), "customers", ("id",)) in {(o.columns, o.dataset, o.of_columns) for o in orders.inclusions}
    assert column(customers, "name").patterns[0].value == "A-9"


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"nothing of the kind")
    for told, code in (
        (Told("file", str(path), format=Format(name="parquet")), "unreadable_data"),
        (Told("file", str(tmp_path / "none.csv"), storage="csv"), "no_files"),
        (Told("file", str(path), format=Format(name="klingon")), "unknown_format"),
        (Told("kafka://h", "topic"), "no_connection"),
        (Told("postgres://127.0.0.1:1", "shop.public.orders"), "database_refuses"),
    ):
        (failed,) = profiles([Subject(opening(told), ())], BOUNDS)
        assert isinstance(failed, Failure)
        assert (failed.error.code, bool(failed.error.remedy)) == (code, True)
    assert "No connection rule says how postgres://127.0.0.1:1 is reached" in str(failed.error.remedy)
