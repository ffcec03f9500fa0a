"""Facets without values of withheld columns."""

from __future__ import annotations

from typing import Any

import pytest

from headwater_catalog.facets.checks import says_only
from headwater_catalog.facets.withheld import Gate, plain_type, shown
from headwater_catalog.hidden import Hidden

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
