"""What differs between schemas: each kind of change, and properties of any two."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.schemas.diff import ChangeKind, compare, differences
from headwater_catalog.schemas.model import Column, Schema, Table
from headwater_catalog.schemas.types import read_type


def table(*columns: str, name: str = "t") -> Table:
    """`path TYPE`, with a `!` where it may not be null."""
    found = []
    for text in columns:
        path, _, kind = text.rstrip("!").partition(" ")
        found.append(Column(path, read_type(kind), not text.endswith("!"), kind))
    return Table(name, tuple(found))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (["a INT", "b TEXT"], ["a INT", "b TEXT"], []),
        (["a INT", "b TEXT"], ["b TEXT", "a INT"], []),
        (["a INT", "b TEXT"], ["a INT"], [("COLUMN_DROPPED", "b", None)]),
        (["a INT"], ["a INT", "b TEXT"], [("COLUMN_ADDED", "b", None)]),
        (["a INT", "b TEXT"], ["a INT", "c TEXT"], [("COLUMN_RENAMED", "b", "c")]),
        (["a INT", "b TEXT"], ["a INT", "c INT"], [("COLUMN_DROPPED", "b", None), ("COLUMN_ADDED", "c", None)]),
        (["a INT", "b"], ["a INT", "c"], [("COLUMN_DROPPED", "b", None), ("COLUMN_ADDED", "c", None)]),
        (["a BIGINT"], ["a INT"], [("TYPE_NARROWED", "a", None)]),
        (["a INT"], ["a BIGINT"], [("TYPE_WIDENED", "a", None)]),
        (["a INT"], ["a"], []),
        (["a INT"], ["a INT!"], [("NULLABILITY_TIGHTENED", "a", None)]),
        (["a INT!"], ["a INT"], [("NULLABILITY_LOOSENED", "a", None)]),
        (["A INT"], ["a INT"], []),
        (["A INT", "a INT"], ["a INT"], [("COLUMN_DROPPED", "A", None)]),
        (["r STRUCT", "r.x INT"], ["r STRUCT", "r.y INT"], [("COLUMN_RENAMED", "r.x", "r.y")]),
    ],
)
def test_changes_of_a_table(old: list[str], new: list[str], told: list[tuple[str, str, str | None]]) -> None:
    found = compare(table(*old), table(*new))
    assert [(one.kind.value, one.column, one.to) for one in found] == told


def test_tables_are_paired_by_name() -> None:
    old = Schema("SQL", (table("a INT", name="Shop.A"), table("a INT", name="b")))
    new = Schema("SQL", (table("a INT", name="shop.a"), table("a INT", name="c")))
    found = [(one.kind, one.dataset) for one in differences(old, new)]
    assert found == [(ChangeKind.DATASET_DROPPED, "b"), (ChangeKind.DATASET_ADDED, "c")]


@pytest.mark.parametrize(
    ("old", "new", "paired"),
    [
        ("", "a", True),
        ("a", "", True),
        ("shop.A", "a", True),
        ("a", "db.shop.a", True),
        ("a", "b", False),
        ("shop.a", "mall.a", False),
        ("a", "extra", False),
    ],
)
def test_a_table_that_becomes_another_one_is_dropped(old: str, new: str, paired: bool) -> None:
    before, after = Schema("SQL", (table("x INT", name=old),)), Schema("SQL", (table("x INT", name=new),))
    dropped = [ChangeKind.DATASET_ADDED, ChangeKind.DATASET_DROPPED]
    assert sorted(one.kind.value for one in differences(before, after)) == (
        [] if paired else [one.value for one in dropped]
    )
    assert differences(before, after, one=True) == []


COLUMN = st.builds(
    lambda path, kind, null: Column(path, read_type(kind), null, kind),
    st.sampled_from("abcdef"),
    st.sampled_from(["INT", "BIGINT", "TEXT", "VARCHAR(3)", ""]),
    st.sampled_from([True, False, None]),
)
TABLE = st.lists(COLUMN, max_size=6, unique_by=lambda one: one.path).map(lambda found: Table("t", tuple(found)))


@given(TABLE, TABLE, st.randoms())
def test_any_two_tables(old: Table, new: Table, dice: random.Random) -> None:
    found = compare(old, new)
    gone = {one.path for one in old.columns} - {one.path for one in new.columns}
    come = {one.path for one in new.columns} - {one.path for one in old.columns}
    renamed = {one.column: one.to for one in found if one.kind is ChangeKind.COLUMN_RENAMED}
    assert {one.column for one in found if one.kind is ChangeKind.COLUMN_DROPPED} | renamed.keys() == gone
    assert {one.column for one in found if one.kind is ChangeKind.COLUMN_ADDED} | set(renamed.values()) == come
    back = compare(new, old)
    opposite = {"TYPE_WIDENED": "TYPE_NARROWED", "NULLABILITY_LOOSENED": "NULLABILITY_TIGHTENED"}
    for kind, other in opposite.items():
        widened = {one.column for one in found if one.kind.value == kind}
        assert widened <= {one.column for one in back if one.kind.value == other}
    assert compare(old, old) == []
