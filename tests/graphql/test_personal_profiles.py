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


SHOWN = """
{ datasets(select: "raw.orders") { nodes {
    profile { columns { name minimum top { value } } }
    metrics { nodes { facet value measures { columns { column nullCount min max sum quantiles } } } } facets } }
  runs(first: 10) { nodes { job { name }
    uses { nodes { ref dataQualityMetrics { columns { column nullCount min max sum quantiles } } } } } } }
"""


TESTED = """
{ datasets(select: "raw.orders") { nodes { tests { nodes {
    assertion details { assertion column expected actual content params } } } } }
  runs(first: 10) { nodes { uses { nodes {
    dataQualityAssertions { assertion column expected actual content params } } } } } }
"""


async def test_what_others_measured_of_a_withheld_column_is_not_shown_either(edited: Asking) -> None:
    """Of a column that is tagged, or named like a secret, by now: whoever measured it, whenever."""
    measures = {"nullCount": 2, "min": 1815.0, "max": 1815.5, "sum": 1815.25, "quantiles": {"0.5": 1815.75}}
    checks = [
        {"assertion": what, "success": True, "column": column, "expected": "who-value", "actual": "who-value",
         "content": "x = 'who-value'", "params": {"value_set": ["who-value"]}}
        for column in ("WHO", "total") for what in ("in_set", "in ('who-value')")
    ]  # fmt: skip
    checks.append({"assertion": {"in": "who-value"}, "success": True, "column": "who"})
    metrics = {"rowCount": 3, "columnMetrics": {"who": measures, "total": {**measures, "min": 7.0}}}
    event = told(0, "who-value")
    told_secret = {"name": "api_token", "nulls": 0, "minimum": "hunter2", "top": [{"value": "hunter2", "count": 1}]}
    event["dataset"]["facets"]["headwater_profile"]["columns"].append(told_secret)
    event["dataset"]["facets"]["dataQualityMetrics"] = metrics
    asserted = {"dataQualityAssertions": {"assertions": checks}}
    read = shop.table(shop.RAW) | {"inputFacets": {"dataQualityMetrics": metrics, **asserted}}
    edited.tell(event, shop.run(70, "read", [read], []))
    await edited.ask(TAG, changes=[{"tag": {"node": "raw.orders#who", "tag": "pii"}}])
    tests = await edited.ask(TESTED)
    for told_tests in ([one["details"] for one in tests["datasets"]["nodes"][0]["tests"]["nodes"]],
                       *(use["dataQualityAssertions"] for run in tests["runs"]["nodes"] for use in run["uses"]["nodes"]
                         if use["dataQualityAssertions"])):  # fmt: skip
        unsaid = {"column": "WHO", "expected": None, "actual": None, "content": None, "params": None}
        assert told_tests[:2] == [{"assertion": "in_set", **unsaid}, {"assertion": None, **unsaid}]
        assert [one["actual"] for one in told_tests[2:4]] == ["who-value"] * 2
    told_last = [one["assertion"] for one in tests["datasets"]["nodes"][0]["tests"]["nodes"]]
    assert told_last == ["in_set", None, "in_set", "in ('who-value')", None]
    found = await edited.ask(SHOWN)
    [node] = found["datasets"]["nodes"]
    who, total, token = node["profile"]["columns"]
    assert (who["minimum"], total["minimum"], token["minimum"], token["top"]) == (None, "1", None, [])
    bare = {"column": "who", "nullCount": 2, "min": None, "max": None, "sum": None, "quantiles": None}
    for one in node["metrics"]["nodes"]:
        if one["facet"] == "dataQualityMetrics":
            assert one["value"]["columnMetrics"]["who"] == {"nullCount": 2, "withheld": True}
            told_total, told_who = one["measures"]["columns"]
            assert (told_who, told_total["min"]) == (bare, 7.0)
    assert {one["facet"] for one in node["metrics"]["nodes"]} == {"dataQualityMetrics", "headwater_profile"}
    used = [use for run in found["runs"]["nodes"] for use in run["uses"]["nodes"] if use["dataQualityMetrics"]]
    assert [use["dataQualityMetrics"]["columns"][1] for use in used] == [bare]
    assert not [one for one in ("who-value", "hunter2") if one in str(found)]


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


async def test_a_tag_hides_what_is_within_its_column_and_other_cases_of_its_name(edited: Asking) -> None:
    """Measures may list the leaf alone, and spell it as another system does; a producer's tag is as good as a person's."""
    names = ("address.street", "EMAIL", "email.domain", "Phone", "total", "addresses")
    columns = [{"name": name, "nulls": 0, "minimum": f"{name}-value"} for name in names]
    facets = {
        "headwater_profile": {"rows": 3, "columns": columns},
        "tags": {"_producer": "urn:shop", "tags": [{"key": "pii", "value": "true", "field": "phone"}]},
    }
    event = told(0, "ada")
    event["dataset"] = shop.table(shop.RAW, "Email", "address", "total", **facets)
    edited.tell(event)
    tagged = [{"tag": {"node": f"raw.orders#{name}", "tag": "pii"}} for name in ("address", "Email")]
    assert {one["status"] for one in (await edited.ask(TAG, changes=tagged))["edit"]["outcomes"]} == {"APPLIED"}
    [node] = (await edited.ask(PROFILE))["datasets"]["nodes"]
    shown = {one["name"]: one["minimum"] for one in node["profileHistory"]["nodes"][0]["profile"]["columns"]}
    assert {name for name, value in shown.items() if value} == {"total", "addresses"}
    found = await edited.ask('{ openings(datasets: ["raw.orders"]) { personal } }')
    assert found["openings"][0]["personal"] == ["Email", "address", "phone"]
