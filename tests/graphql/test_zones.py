"""Zones: the rule that decides, what rules expect, what breaks it, and the scope of tests."""

from __future__ import annotations

import shop
from catalogs import Asking

SET_RULES = "mutation($changes: [Edit!]!) { edit(changes: $changes) { outcomes { status code message } } }"
BREACHES = """
query($zone: String, $first: Int = 100, $after: String) {
  zoneBreaches(zone: $zone, first: $first, after: $after) {
    nodes { ref expectation sentence remedy file rule { place kind } dataset { label } }
    pageInfo { hasNextPage endCursor }
  }
}
"""


async def rules(asked: Asking, *rules: dict) -> dict:
    """Let these rules hold; gives the outcome."""
    done = await asked.ask(SET_RULES, changes=[{"zoneRules": {"rules": list(rules)}}])
    return done["edit"]["outcomes"][0]


async def broken(asked: Asking, zone: str | None = None) -> list[tuple[str, str]]:
    """(label, expectation) of what breaks the expectations of a zone."""
    found = (await asked.ask(BREACHES, zone=zone))["zoneBreaches"]["nodes"]
    return [(one["dataset"]["label"], one["expectation"]) for one in found]


async def test_the_rule_that_decides_is_told(edited: Asking) -> None:
    query = (
        '{ datasets(select: "raw.orders mart.sales") { nodes { label zone zoneRule { place zone pattern kind } } } }'
    )
    assert [one["zoneRule"] for one in (await edited.ask(query))["datasets"]["nodes"]] == [None, None]
    await rules(
        edited,
        {"zone": "x", "pattern": "nothing*"},
        {"zone": "temporal landing", "pattern": "*/shop.raw.*"},
        {"zone": "trusted", "pattern": "shop.*.orders"},
    )
    told = {one["label"]: one["zoneRule"] for one in (await edited.ask(query))["datasets"]["nodes"]}
    assert told == {
        "raw.orders": {
            "place": 2, "zone": "temporal landing", "pattern": "*/shop.raw.*", "kind": "TEMPORAL_LANDING",
        },
        "mart.sales": None,
    }  # fmt: skip


async def test_a_selector_of_a_zone_that_no_rule_makes_is_refused_by_every_question(edited: Asking) -> None:
    await rules(edited, {"zone": "empty", "pattern": "nothing*"}, {"zone": "trusted", "pattern": "shop.trusted.*"})
    asks = {
        "datasets": "query($s: String!) { datasets(select: $s) { nodes { label } } }",
        "exclude": "query($s: String!) { datasets(exclude: $s) { nodes { label } } }",
        "lineage": "query($s: String!) { lineage(select: $s, depth: 0) { nodes { ref } } }",
        "columns": "query($s: String!) { lineage(select: $s, depth: 0, granularity: COLUMN) { nodes { ref } } }",
        "jobs": "query($s: String!) { jobs(select: $s) { nodes { label } } }",
        "changes": "query($s: String!) { changes(select: $s) { nodes { kind } } }",
        "analysis": "query($s: String!) { analysis(select: $s) { sinks { total } } }",
        "then": 'query($s: String!) { datasets(select: $s, at: { asOf: "2025-01-01T00:00:00Z" }) { nodes { label } } }',
    }
    for name, ask in asks.items():
        wrong = await edited.fails(ask, s="mart.sales zone:trustd")
        assert (wrong["code"], wrong["zone"], wrong["position"]) == ("no_zone", "trustd", 11), name
        assert "errors" not in (await edited.post(ask, s="zone:empty")).json(), name
    answer = await edited.post(asks["datasets"], s="zone:trustd")
    assert "Did you mean trusted?" in answer.text


async def test_each_kind_of_zone_expects_something_and_a_rule_may_say_else(edited: Asking) -> None:
    await rules(
        edited,
        {"zone": "landing", "pattern": "*raw.*"},
        {"zone": "trusted", "pattern": "shop.trusted.*"},
        {"zone": "exploitation", "pattern": "shop.mart.*"},
    )
    edited.tell(shop.run(20, "land", [], [shop.table(("kafka://b:9092", "raw.clicks"))]))
    # The clean orders have a schema and a test, the mart a schema and an owner; raw tables are opened in their database.
    assert await broken(edited) == [("raw.clicks", "FORMAT"), ("mart.sales", "TERM")]
    assert await broken(edited, "trusted") == []
    await rules(
        edited,
        {"zone": "landing", "pattern": "shop.raw.*", "expects": []},
        {"zone": "trusted", "pattern": "shop.trusted.*", "expects": ["INTEGRATION_TESTS", "MAPPING", "FLOW"]},
        {"zone": "mine", "pattern": "shop.mart.*", "kind": "PERSISTENT_LANDING"},
    )
    assert await broken(edited) == [
        ("mart.sales", "FILE_SOURCE"), ("mart.sales", "FILE_TIMESTAMP"), ("trusted.orders", "INTEGRATION_TESTS"),
    ]  # fmt: skip
    refused = await edited.post(
        SET_RULES, changes=[{"zoneRules": {"rules": [{"zone": "a", "pattern": "b", "kind": "C"}]}}]
    )
    assert "errors" in refused.json()


async def test_breaches_come_in_pages_that_join_to_the_whole(edited: Asking) -> None:
    everything = ["SCHEMA", "OWNER", "TERM", "PROFILE", "FORMAT", "FLOW", "TESTS"]
    await rules(edited, {"zone": "all", "pattern": "*", "expects": everything})
    whole, told, after = await broken(edited), [], None
    while True:
        found = (await edited.ask(BREACHES, first=2, after=after))["zoneBreaches"]
        told += [(one["dataset"]["label"], one["expectation"]) for one in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    assert told == whole
    assert ("raw.orders", "PROFILE") in whole
    assert ("raw.orders", "OWNER") in whole
    assert ("mart.sales", "OWNER") not in whole
    assert ("raw.orders", "SCHEMA") not in whole


async def test_names_of_files_tell_source_and_time(edited: Asking) -> None:
    """By the pattern that a facet states, or by the files that landed."""
    await rules(
        edited, {"zone": "persistent landing", "pattern": "lake/*", "expects": ["FILE_SOURCE", "FILE_TIMESTAMP"]}
    )
    files = {
        "good": ["crm_20240501T000000Z.csv", "crm-2024-05-02.csv.gz", "sub/crm_1714521600.csv"],
        "nameless": ["20240501T000000Z.csv"],
        "timeless": ["crm_20240501.csv", "crm_new.csv"],
        "silent": [],
    }
    for number, (name, landed) in enumerate(files.items()):
        told = {"files": [{"path": path} for path in landed]}
        facets = {"headwater_landing_files": told} if landed else {}
        edited.tell(shop.run(30 + number, f"land {name}", [], [shop.table(("file", f"lake/{name}"), **facets)]))
    location = {"fileName": "{source}/{timestamp:%Y%m%dT%H%M%SZ}.csv"}
    edited.tell(shop.run(40, "land said", [], [shop.table(("file", "lake/said"), headwater_location=location)]))
    assert await broken(edited) == [
        ("nameless", "FILE_SOURCE"), ("silent", "FILE_SOURCE"), ("silent", "FILE_TIMESTAMP"),
        ("timeless", "FILE_TIMESTAMP"),
    ]  # fmt: skip
    found = (await edited.ask(BREACHES))["zoneBreaches"]["nodes"]
    assert [one["file"] for one in found] == ["20240501T000000Z.csv", None, None, "crm_new.csv"]
    assert all(one["sentence"] and one["remedy"] for one in found)


async def test_tests_carry_their_scope(edited: Asking) -> None:
    query = '{ datasets(select: "mart.sales") { nodes { tests { nodes { assertion scope } } } } }'
    told = [
        {"assertion": "not_null", "column": "revenue", "success": True},
        {"assertion": "integration: sums agree", "success": True},
        {"assertion": "sums", "success": True, "params": {"scope": "integration"}},
        {"assertion": "generic: unique", "column": "customer", "success": True},
    ]

    async def scopes() -> list[str]:
        [page] = (await edited.ask(query))["datasets"]["nodes"]
        return [one["scope"] for one in page["tests"]["nodes"]]

    await rules(edited, {"zone": "exploitation", "pattern": "*", "expects": ["INTEGRATION_TESTS"]})
    odd = {
        "assertion": "generic: rate",
        "success": True,
        "actual": float("nan"),
        "params": {"of": [float("inf"), float("nan")]},
    }
    for number, tests in ((58, [odd]), (59, told[3:])):
        facet = {"assertions": tests}
        edited.tell(shop.run(number, "check", [], [shop.table(shop.MART, dataQualityAssertions=facet)]))
        assert ("mart.sales", "INTEGRATION_TESTS") in await broken(edited)
    await rules(edited, {"zone": "mine", "pattern": "*", "testScope": "GENERIC"})
    edited.tell(shop.run(60, "check", [], [shop.table(shop.MART, dataQualityAssertions={"assertions": told})]))
    assert (await scopes())[:4] == ["GENERIC", "AFTER_INTEGRATION", "AFTER_INTEGRATION", "GENERIC"]
    await rules(edited, {"zone": "exploitation", "pattern": "*", "expects": ["INTEGRATION_TESTS"]})
    assert (await scopes())[:4] == ["AFTER_INTEGRATION", "AFTER_INTEGRATION", "AFTER_INTEGRATION", "GENERIC"]
    assert ("mart.sales", "INTEGRATION_TESTS") not in await broken(edited)
    await rules(
        edited, {"zone": "exploitation", "pattern": "*", "testScope": "GENERIC", "expects": ["INTEGRATION_TESTS"]}
    )
    assert (await scopes())[0] == "GENERIC"
    assert ("mart.sales", "INTEGRATION_TESTS") not in await broken(edited)
    assert ("trusted.orders", "INTEGRATION_TESTS") in await broken(edited)
