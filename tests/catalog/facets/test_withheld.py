"""Facets without values of withheld columns."""

from __future__ import annotations

from typing import Any

import pytest
from planted_values import Planted

from headwater_catalog.facets import withheld
from headwater_catalog.facets.checks import says_only, words
from headwater_catalog.facets.withheld import MEASURED, Gate, plain_type, shown
from headwater_catalog.hidden import WHOLE, Hidden

WHO = Gate(Hidden(["who"]), ("shop.users",))
OPEN = Gate(Hidden(()))


def test_under_the_name_of_a_count_only_counts_stay() -> None:
    odd = {"nullCount": {"v": "alice@x"}, "distinctCount": "alice@x", "nulls": ["bob"], "count": 3, "name": "alice"}
    told = shown("dataQualityMetrics", {"columnMetrics": {"who": odd, "total": odd}}, WHO)
    assert told == {"columnMetrics": {"who": {"count": 3, "withheld": True}, "total": odd}}
    listed: Any = shown(
        "headwater_profile",
        {"columns": [{"name": "who", "approximate": True, "meanLength": 2.5, "nulls": "alice"}]},
        WHO,
    )
    assert listed["columns"] == [{"name": "who", "approximate": True, "meanLength": 2.5, "withheld": True}]


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("VARCHAR(20)", "VARCHAR(20)"),
        ("DECIMAL(18,3)", "DECIMAL(18,3)"),
        ("timestamp with time zone", "timestamp with time zone"),
        ("BIGINT[]", "BIGINT[]"),
        ("UINT8", "UINT8"),
        ("alice@x", None),
        ("ENUM('alice')", "ENUM"),
        ("STRUCT(a ENUM('alice'))", "STRUCT"),
        ("enumalice", None),
        ("int " * 9, None),
        (["text"], None),
    ],
)
def test_a_type_stays_as_far_as_it_is_spelled_as_one(kind: object, kept: str | None) -> None:
    assert plain_type(kind) == kept


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("not_null", True),
        ("notNull", True),
        ("not_null_users_email", True),
        ("expect_column_values_to_be_between", True),
        ("accepted_values_users_email__ada__grace", False),
        ("values between 18 and 65", False),
        ("not null @ada", False),
        ("in ('ada')", False),
        ("ada", False),
        ("", False),
        ("null" * 60, False),
    ],
)
def test_a_name_is_told_that_consists_of_known_words(name: str, said: bool) -> None:
    assert says_only(name, {"users", "email"}) is said


@pytest.mark.parametrize(
    ("facet", "value"),
    [
        ("headwater_profile", {"columns": [{"name": "total", "minimum": "1"}], "odd": 1}),
        ("dataQualityMetrics", {"columnMetrics": {"total": {"min": 1}}, "rowCount": 3, "odd": "x"}),
        ("dataQualityAssertions", {"assertions": [{"assertion": "x = 1", "column": "total"}, 7], "odd": "x"}),
        ("dataQualityAssertions", {"assertions": "odd"}),
        ("test", {"tests": [{"name": "x = 1", "expected": "1"}]}),
        ("headwater_contract", {"schemaObject": {"properties": [{"name": "total", "examples": [1]}, 7]}}),
        ("anything", {"columns": [{"name": "who", "minimum": "ada"}]}),
        ("headwater_profile", ["odd"]),
    ],
)
def test_what_is_of_no_withheld_column_stays_whole(facet: str, value: object) -> None:
    assert shown(facet, value, OPEN) == value


def test_a_contract_loses_examples_of_withheld_columns_alone() -> None:
    def of(*more: str) -> dict[str, Any]:
        values = {name: ["ada"] for name in more}
        listed = [
            {"name": "a", "physicalName": "who", "description": "d", **values},
            {"name": "total", "examples": [1]},
        ]
        return {"schemaObject": {"properties": listed, "quality": [{"arguments": {"x": 1}}]}, "shared": {"x": [1]}}

    assert shown("headwater_contract", of("examples", "validValues"), WHO) == of()


@pytest.mark.parametrize(
    ("column", "gate"),
    [
        ("who", WHO),
        ("who", Gate(Hidden(["who.first"]))),
        ("first", Gate(Hidden(["who.first"]))),
        ("who", Gate(Hidden([WHOLE]))),
        ("api_token", OPEN),  # that no schema tells, but the facet itself
    ],
)
def test_however_a_column_is_spelled_no_value_of_it_stays(column: str, gate: Gate) -> None:
    planted = Planted(column, 1)
    facets = planted.facets()
    told = {facet: str(shown(facet, value, gate)) for facet, value in facets.items() if column in str(value)}
    assert {"headwater_profile", "dataQualityMetrics", "dataQuality", "dataQualityAssertions"} <= {*told}
    assert [facet for facet, said in told.items() if any(sign in said for sign in planted.signs)] == []


@pytest.mark.parametrize("column", ["id", "whole", '"id"', "t1.id", "lower(id)", "id, total", "knowho.id"])
def test_another_column_keeps_its_values_however_it_is_spelled(column: str) -> None:
    metrics = {"columnMetrics": {column: {"min": 1}}}
    assert shown("dataQualityMetrics", metrics, WHO) == metrics
    tests = {"assertions": [{"assertion": "in (1)", "column": column, "actual": "2"}]}
    assert shown("dataQualityAssertions", tests, WHO) == tests


@pytest.mark.parametrize("facet", sorted(MEASURED))
@pytest.mark.parametrize("value", [[{"min": "ada"}], "ada", 7])
def test_of_a_facet_that_is_no_object_nothing_stays(facet: str, value: object) -> None:
    assert shown(facet, value, WHO) == {"withheld": True}
    assert shown(facet, value, OPEN) == value


def test_names_of_many_datasets_are_read_once_for_many_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(withheld, "words", lambda name: read.append(name) or words(name))
    gate = Gate(WHO.hidden, tuple(f"shop.t{number}" for number in range(50)))
    shown("test", {"tests": [{"name": "not_null"}] * 20}, gate)
    assert sum(name.startswith("shop.") for name in read) == 50
