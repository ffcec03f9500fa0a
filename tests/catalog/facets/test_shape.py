"""Shapes: what is understood of a facet's JSON, and that nothing odd breaks it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater_catalog.facets import physical, process
from headwater_catalog.facets.row import Row
from headwater_catalog.facets.shape import MOST_ITEMS, Moment, item_of, members, read
from headwater_catalog.facets.table import ROWS, find

SHAPED = [row for row in ROWS if row.shape]
KEYS = sorted({key for row in SHAPED for member in members(row.shape) for key in (*member.keys, member.by)} - {""})
odd = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(
        ["2024-05-01T10:00:00Z", "binary", "partition", "location", "compare", "literal", -(2**63), 2**64]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=20,
)


def fits(hint: object, value: object) -> bool:
    """Whether a member holds what its hint says."""
    item = item_of(hint)
    if item is not None:
        return isinstance(value, tuple) and all(whole(item, one) for one in value)
    if get_origin(hint) is tuple:
        return isinstance(value, tuple) and all(isinstance(one, str) for one in value)
    if value is None:
        return True
    if get_origin(hint) is Mapping:
        return isinstance(value, Mapping)
    if hint in (str, float, bool):
        return type(value) is hint
    return type(value) is int and -(2**63) <= value < 2**63 if hint in (int, Moment) else whole(hint, value)


def whole(shape: object, value: object) -> bool:
    """Whether a shape's members all do, and one of them says something."""
    return type(value) is shape and all(fits(one.hint, getattr(value, one.name)) for one in members(type(value)))


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(SHAPED), odd)
def test_whatever_comes_is_read_or_is_nothing(row: Row, value: object) -> None:
    for one in (value, {row.facet: value, row.listed: value}, *[{key: value} for key in ("inputCondition", "tests")]):
        said = row.read(one)
        items = said if row.listed and said is not None else () if said is None else (said,)
        assert all(whole(row.shape, item) for item in items)
        assert said != ()


def test_an_odd_member_is_none_and_the_others_are_read() -> None:
    value = {"rowCount": "many", "size": 1024.0, "fileCount": True, "lastUpdated": "soon", "columnMetrics": {"a": 7}}
    assert read(process.Measures, value) == process.Measures(
        None, 1024, None, None, None, (process.ColumnMeasures("a", *[None] * 7),)
    )
    assert read(process.Sql, {"query": " ", "dialect": 3}) == process.Sql(None, "3")
    assert read(process.Sql, {"query": None, "other": 1}) is None
    assert read(process.Sql, ["query"]) is None


def test_older_spellings_are_understood() -> None:
    report = read(physical.IcebergScanReport, {"filter": "a > 1"})
    assert report
    assert report.filter_description == "a > 1"
    errors = find("run", "extractionError")
    assert errors
    assert errors.read({"totalElements": 3}) == process.ExtractionErrors(3, None, ())


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"type": "location", "locations": ["s3://a", 5]}, "s3://a or 5"),
        ({"type": "partition", "partitions": [{"dimensions": {"day": "1", "n": 2}}, {}]}, "day=1/n=2 or …"),
        ({"type": "compare", "left": {"type": "field", "field": "a"}, "comparison": "LESS_THAN"}, "a < …"),
        ({"type": "binary", "left": {}, "operator": "OR", "right": None}, "(… OR …)"),
        ({"type": "new"}, "…"),
    ],
)
def test_a_condition_as_people_read_it(condition: dict[str, object], text: str) -> None:
    said = physical.subset({"outputCondition": condition})
    assert said
    assert said.text == text
    assert said.condition == condition


def test_parts_are_found_wherever_they_stand() -> None:
    day = {"type": "partition", "partitions": [{"identifier": "x", "dimensions": {"day": "1"}}]}
    place = {"type": "location", "locations": ["s3://a"]}
    said = physical.subset({"inputCondition": {"type": "binary", "operator": "AND", "left": day, "right": place}})
    assert said
    assert said.locations == ("s3://a",)
    assert said.partitions == (physical.Partition("x", {"day": "1"}),)
    assert said.text == "(day=1 AND s3://a)"


def test_every_test_keeps_its_place() -> None:
    found = process.assertions({"assertions": [{"odd": 1}, 7, {"assertion": "unique", "success": True}]})
    assert [one.assertion for one in found] == [None, "unique"]
    assert process.assertions(json.loads("[]")) == ()


def test_a_list_without_end_is_read_to_its_bound() -> None:
    many = {"environmentVariables": [{"name": "a"}] * 5_000}
    row = find("run", "environmentVariables")
    assert row
    said = row.read(many)
    assert isinstance(said, tuple)
    assert len(said) == MOST_ITEMS
    report = read(physical.IcebergScanReport, {"projectedFieldNames": ["a"] * 5_000})
    assert report
    assert len(report.projected_field_names) == MOST_ITEMS
