"""Profiles over GraphQL: what was counted, and nothing of columns that are personal by now."""

from __future__ import annotations

import shop
from catalogs import Asking

PROFILE = """
{ datasets(select: "raw.orders") { nodes {
  profileHistory { nodes { profile { columns {
    name nulls minimum maximum mean withheld top { value } patterns { value } quantiles { value } histogram { count }
  } } } }
  drift { columns { name newTop meanShift } } } } }
"""
TAG = "mutation($changes: [Edit!]!) { edit(changes: $changes) { outcomes { status } } }"


def told(minute: int, name: str) -> dict:
    """A profile of two columns; name: the one value of the first."""
    column = {
        "name": "who", "nulls": 0, "minimum": name, "maximum": name, "top": [{"value": name, "count": 3}],
        "patterns": [{"value": "AA", "count": 3}],
    }  # fmt: skip
    bars = [{"low": 1, "high": 2, "count": 3}]
    number = {"name": "total", "nulls": 1, "minimum": "1", "maximum": "2", "mean": 1.5, "histogram": bars,
              "quantiles": [{"share": 0.5, "value": "2"}]}  # fmt: skip
    facets = {"headwater_profile": {"rows": 3, "columns": [column, number]}}
    return {
        "eventTime": f"2024-05-01T11:{minute:02d}:00Z", "producer": "urn:shop", "dataset": shop.table(shop.RAW, "who", "total", **facets),
    }  # fmt: skip


async def test_a_column_that_is_tagged_later_shows_no_value_any_more(edited: Asking) -> None:
    edited.tell(told(0, "ada"), told(1, "grace"))
    [node] = (await edited.ask(PROFILE))["datasets"]["nodes"]
    assert [one["profile"]["columns"][0]["minimum"] for one in node["profileHistory"]["nodes"]] == ["grace", "ada"]
    assert node["drift"]["columns"][0]["newTop"] == ["grace"]
    column = "column:postgres://db:5432/shop.raw.orders#who"  # as answers and selectors spell it
    await edited.ask(TAG, changes=[{"tag": {"node": column, "tag": "pii"}}])
    [node] = (await edited.ask(PROFILE))["datasets"]["nodes"]
    for one in node["profileHistory"]["nodes"]:
        who, total = one["profile"]["columns"]
        assert who == {
            "name": "who", "nulls": 0, "withheld": True, "minimum": None, "maximum": None, "mean": None,
            "top": [], "patterns": [], "quantiles": [], "histogram": [],
        }  # fmt: skip
        assert (total["minimum"], total["withheld"]) == ("1", None)
    assert node["drift"]["columns"][0]["newTop"] == []
