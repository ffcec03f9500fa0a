"""Which columns are made of which, per pair of zones: what is told, declared against observed, pages."""

from __future__ import annotations

import shop
from catalogs import Asking

SHEET = """
query($from: String, $to: String, $dataset: String, $first: Int = 100, $after: String) {
  mappings(fromZone: $from, toZone: $to, dataset: $dataset, first: $first, after: $after) {
    nodes {
      source { ref name field zone dataset { label } } target { ref name field zone } job { name }
      transformations { type subtype masking } expression status agreement
    }
    pageInfo { hasNextPage endCursor }
  }
}
"""
SET_RULES = "mutation($changes: [Edit!]!) { edit(changes: $changes) { outcomes { status message } } }"


def pairs(found: dict) -> list[tuple[str, str]]:
    """Source and target of each row, without the database that holds them."""
    return [
        tuple(f"{one[end]['name'].removeprefix('shop.')}#{one[end]['field'] or '*'}" for end in ("source", "target"))
        for one in found["mappings"]["nodes"]
    ]


async def in_zones(asked: Asking) -> None:
    """Raw and trusted are zones of the shop; the mart is in none."""
    rules = [{"zone": "raw", "pattern": "shop.raw.*"}, {"zone": "trusted", "pattern": "shop.trusted.*"}]
    done = await asked.ask(SET_RULES, changes=[{"zoneRules": {"rules": rules}}])
    assert done["edit"]["outcomes"] == [{"status": "APPLIED", "message": None}]


async def test_a_sheet_tells_columns_transformation_and_job(shop_asked: Asking) -> None:
    found = await shop_asked.ask(SHEET)
    assert pairs(found) == [
        ("trusted.orders#amount", "mart.sales#revenue"),
        ("raw.orders#total", "trusted.orders#amount"),
        ("raw.orders#id", "trusted.orders#id"),
    ]
    [revenue, *_] = found["mappings"]["nodes"]
    assert revenue["source"]["ref"] == "postgres://db:5432/shop.trusted.orders#amount"
    assert revenue["source"]["dataset"] == {"label": "trusted.orders"}
    assert (revenue["job"], revenue["status"], revenue["agreement"]) == ({"name": "sales"}, "OBSERVED", "ONLY_OBSERVED")
    assert [one["type"] for one in revenue["transformations"]] == ["DIRECT"]


async def test_pages_join_to_the_whole_sheet(shop_asked: Asking) -> None:
    whole, told, after = pairs(await shop_asked.ask(SHEET)), [], None
    while True:
        found = await shop_asked.ask(SHEET, first=1, after=after)
        told += pairs(found)
        after = found["mappings"]["pageInfo"]["endCursor"]
        if not found["mappings"]["pageInfo"]["hasNextPage"]:
            break
    assert told == whole
    assert (await shop_asked.fails(SHEET, after="bm8"))["code"] == "invalid_cursor"
    assert (await shop_asked.fails(SHEET, first=1001))["code"] == "invalid_first"


async def test_a_pair_of_zones_and_a_dataset_narrow_it(edited: Asking) -> None:
    await in_zones(edited)
    to_trusted = [("raw.orders#total", "trusted.orders#amount"), ("raw.orders#id", "trusted.orders#id")]
    to_mart = [("trusted.orders#amount", "mart.sales#revenue")]
    for asked, wanted in [
        ({"from": "raw", "to": "trusted"}, to_trusted),
        ({"from": "trusted"}, to_mart),
        ({"to": ""}, to_mart),
        ({"from": "", "to": "trusted"}, []),
        ({"dataset": "mart.sales"}, to_mart),
        ({"dataset": "raw.orders"}, to_trusted),
        ({"dataset": "trusted.orders"}, to_mart + to_trusted),
    ]:
        assert pairs(await edited.ask(SHEET, **asked)) == wanted, asked
    assert (await edited.fails(SHEET, dataset="nothing.such"))["code"] == "not_found"


async def test_declared_against_observed(edited: Asking) -> None:
    """A job whose runs, which come later, do some of what it declares, and a run that did not end."""
    declared = shop.mapping(shop.RAW, ("total", "amount"), ("customer", "customer"))
    edited.tell(
        {
            "eventTime": "2024-05-01T08:00:00Z",
            "producer": "urn:shop",
            "job": {"namespace": "shop", "name": "clean"},
            "inputs": [shop.table(shop.RAW)],
            "outputs": [shop.table(shop.CLEAN, columnLineage=declared)],
        },
        shop.run(9, "loose", [shop.table(shop.CUSTOMERS)], [
            shop.table(shop.CLEAN, columnLineage=shop.mapping(shop.CUSTOMERS, ("name", "who")))
        ], "START"),
    )  # fmt: skip
    found = await edited.ask(SHEET, dataset="trusted.orders")
    told = {pair[0]: one["agreement"] for pair, one in zip(pairs(found), found["mappings"]["nodes"], strict=True)}
    assert told == {
        "trusted.orders#amount": "ONLY_OBSERVED",
        "raw.orders#id": "ONLY_OBSERVED",
        "raw.orders#total": "BOTH",
        "raw.orders#customer": "ONLY_DECLARED",
        "raw.customers#name": "UNCONFIRMED",
    }


async def test_expressions_are_of_the_job_s_sql(edited: Asking) -> None:
    query = {"query": "INSERT INTO shop.mart.sales SELECT sum(amount) AS revenue FROM shop.trusted.orders"}
    event = shop.run(20, "sales", [shop.table(shop.CLEAN)], [
        shop.table(shop.MART, columnLineage=shop.mapping(shop.CLEAN, ("amount", "revenue")))
    ])  # fmt: skip
    event["job"]["facets"] = {"sql": query}
    edited.tell(event)
    [row] = (await edited.ask(SHEET, dataset="mart.sales"))["mappings"]["nodes"]
    assert row["expression"] == "SUM(amount) AS revenue"


VIEW = """
{ lineage(select: "+mart.big") { edges { from byDefinition seenIn ofRuns via { ref } } }
  columns: lineage(select: "+mart.big#revenue") { edges { byDefinition seenIn ofRuns } }
  runs: lineage(select: "+mart.sales") { edges { byDefinition seenIn } } }
"""


async def test_a_view_is_mapped_by_its_own_definition(edited: Asking) -> None:
    """As a crawl tells of it: no job makes it, so no run was seen to; its SQL gives the expressions."""
    view = (shop.PG, "shop.mart.big")
    inputs = [{"namespace": shop.PG, "name": "shop.mart.sales", "type": "DATASET", "field": "revenue"}]
    facets = {
        "columnLineage": shop.mapping(shop.MART, ("revenue", "revenue"), ("customer", "who")),
        "lineage": {"inputs": [], "fields": {"revenue": {"inputs": inputs}}},
        "headwater_relation": {
            "dialect": "postgres",
            "definition": " SELECT sales.customer AS who, sales.revenue * 2 AS revenue FROM shop.mart.sales;",
        },
    }
    edited.tell({
        "eventTime": "2024-05-01T11:00:00Z", "producer": "urn:headwater:crawler:postgres",
        "dataset": shop.table(view, "who", "revenue", **facets),
    })  # fmt: skip
    rows = (await edited.ask(SHEET, dataset="mart.big"))["mappings"]["nodes"]
    assert [(one["expression"], one["job"], one["agreement"]) for one in rows] == [
        ("sales.revenue * 2 AS revenue", None, "ONLY_DECLARED")
    ]
    found = await edited.ask(VIEW)
    nobody = {"byDefinition": True, "seenIn": None, "ofRuns": None}
    edges = {one.pop("from").rpartition(":")[2]: one for one in found["lineage"]["edges"]}
    assert {**nobody, "via": []} in edges.values()
    assert nobody in found["columns"]["edges"]
    assert {one["byDefinition"] for one in found["runs"]["edges"]} == {False}
    assert all(one["seenIn"] for one in found["runs"]["edges"])


async def test_an_edge_that_is_taken_back_is_no_mapping(edited: Asking) -> None:
    edge = {"source": "raw.orders", "target": "trusted.orders"}
    await edited.ask(SET_RULES, changes=[{"retract": {"edge": edge, "reason": "a mistake"}}])
    assert pairs(await edited.ask(SHEET)) == [("trusted.orders#amount", "mart.sales#revenue")]
