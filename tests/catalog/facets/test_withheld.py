"""Measures without values of withheld columns."""

from __future__ import annotations

from typing import Any

import pytest

from headwater_catalog.facets.withheld import withheld


def test_under_the_name_of_a_count_only_counts_stay() -> None:
    odd = {"nullCount": {"v": "alice@x"}, "distinctCount": "alice@x", "nulls": ["bob"], "count": 3, "name": "alice"}
    shown = withheld({"columnMetrics": {"who": odd, "total": odd}}, {"who"})
    assert shown == {"columnMetrics": {"who": {"count": 3, "withheld": True}, "total": odd}}
    listed: Any = withheld(
        {"columns": [{"name": "who", "approximate": True, "meanLength": 2.5, "nulls": "alice"}]}, {"who"}
    )
    assert listed["columns"] == [{"name": "who", "approximate": True, "meanLength": 2.5, "withheld": True}]


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("VARCHAR(20)", True),
        ("DECIMAL(18,3)", True),
        ("timestamp with time zone", True),
        ("BIGINT[]", True),
        ("UINT8", True),
        ("alice@x", False),
        ("ENUM('alice')", False),
        ("int " * 9, False),
        (["text"], False),
    ],
)
def test_a_type_stays_where_it_is_spelled_as_one(kind: object, kept: bool) -> None:
    shown: Any = withheld({"columns": [{"name": "who", "type": kind}]}, {"who"})
    assert ("type" in shown["columns"][0]) is kept
