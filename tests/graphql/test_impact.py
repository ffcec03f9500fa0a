"""Impact over GraphQL: effects, reasons, expressions, owners, terms; questions that cannot be answered."""

from __future__ import annotations

from typing import Any

import catalogs
import pytest
import signs
from shop import CLEAN, MART, PG, RAW, mapping, run, table

from headwater_catalog.edits.document import compose

QUERY = """
query ($select: String, $changes: [SchemaChange!], $limit: Int, $at: At) {
  impact(select: $select, changes: $changes, limit: $limit, at: $at) {
    sentence breaks mayChange complete cut { reason }
    changes { kind known sentence node { ref } writers { ref } }
    affected { effect depth node { ref } dataset { ref }
      because { breaks expression from { ref } job { ref } method status transformations { type } } }
    datasets { effect holds whole owners { name } dataset { ref } breaks { ref } mayChange { ref } }
    terms { effect iri nodes { ref } }
    owners { name effect nodes { ref } }
  }
}
"""
COUNTED = QUERY[: QUERY.index("sentence")] + "breaks } }"
SALES = f"{PG}/shop.mart.sales"


async def test_what_a_selector_names_is_dropped(shop_asked: catalogs.Asking) -> None:
    found = (await shop_asked.ask(QUERY, select="raw.orders#total"))["impact"]
    assert (found["breaks"], found["mayChange"], found["complete"]) == (2, 1, True)
    assert [(one["effect"], one["depth"], one["node"]["ref"]) for one in found["affected"]] == [
        ("BREAKS", 1, f"{PG}/shop.trusted.orders#amount"),
        ("BREAKS", 2, f"{SALES}#revenue"),
        ("MAY_CHANGE", 3, "shop/report"),
    ]
    [reason] = found["affected"][1]["because"]
    assert (reason["breaks"], reason["job"]["ref"], reason["from"]["ref"]) == (
        True,
        "shop/sales",
        f"{PG}/shop.trusted.orders#amount",
    )
    assert found["affected"][2]["because"][0]["from"]["ref"] == SALES
    assert found["changes"] == [
        {
            "kind": "COLUMN_DROPPED",
            "known": "FOUND",
            "sentence": None,
            "node": {"ref": f"{PG}/shop.raw.orders#total"},
            "writers": [],
        }
    ]
    assert found["owners"] == [{"name": "team:finance", "effect": "BREAKS", "nodes": [{"ref": SALES}]}]


@pytest.mark.parametrize(
    ("select", "breaks", "may_change"),
    [
        ("raw.orders", 3, 1),
        ("raw.orders#id", 1, 0),
        ("raw.customers", 0, 1),
        ("job:clean", 1, 1),
        ("raw.orders#id trusted.orders#amount", 2, 1),
        ("raw.orders#id trusted.orders", 1, 1),
        ("raw.orders trusted.orders,namespace:none", 3, 1),
        ("raw.orders#id namespace:none", 1, 0),
    ],
)
async def test_selectors(shop_asked: catalogs.Asking, select: str, breaks: int, may_change: int) -> None:
    found = (await shop_asked.ask(QUERY, select=select))["impact"]
    assert (found["breaks"], found["mayChange"]) == (breaks, may_change)


async def test_changes_and_what_the_catalog_does_not_have(shop_asked: catalogs.Asking) -> None:
    changes = [
        {"kind": "TYPE_NARROWED", "dataset": "raw.orders", "column": "TOTAL"},
        {"kind": "COLUMN_DROPPED", "dataset": "raw.orders", "column": "none"},
        {"kind": "DATASET_DROPPED", "dataset": "no.such"},
        {"kind": "DATASET_ADDED", "dataset": "trusted.orders"},
        {"kind": "COLUMN_ADDED", "dataset": "SHOP.Raw.Orders", "column": "new"},
    ]
    found = (await shop_asked.ask(QUERY, changes=changes))["impact"]
    assert [one["known"] for one in found["changes"]] == ["FOUND", "NO_COLUMN", "NO_DATASET", "FOUND", "FOUND"]
    assert [bool(one["sentence"]) for one in found["changes"]] == [False, True, True, False, False]
    assert [one["ref"] for one in found["changes"][3]["writers"]] == ["shop/clean"]
    assert (found["breaks"], found["mayChange"]) == (2, 1)
    told = "2 break in 2 datasets, 1 may change. Of 2 changes the catalog knows no such name."
    assert found["sentence"] == told
    nothing = (await shop_asked.ask(QUERY, changes=[]))["impact"]
    assert (nothing["breaks"], nothing["affected"], nothing["complete"]) == (0, [], True)
    assert nothing["sentence"] == "Nothing changes."


async def test_terms_owners_holdings_and_expressions(edited: catalogs.Asking) -> None:
    model = table((PG, "ml.model"), datasetType={"datasetType": "MODEL"}, columnLineage=mapping(MART, ("revenue", "w")))
    sql = {"query": "INSERT INTO ml.model SELECT fit(revenue) AS w FROM shop.mart.sales", "dialect": "postgres"}
    trained = run(6, "train", [table(MART)], [model])
    trained["job"]["facets"] = {"sql": sql}
    told = mapping(CLEAN, ("amount", "score"))
    told["fields"]["score"]["inputFields"][0]["transformations"] = [{"type": "DIRECT", "description": "amount ** 2"}]
    deployed = table((PG, "ml.live"), datasetType={"datasetType": "TABLE", "subType": "deployment"}, columnLineage=told)
    assert edited.tell(trained, run(7, "deploy", [table(CLEAN)], [deployed])) == ["accepted"] * 2
    field = ["field", PG, "shop.trusted.orders", "amount"]
    edits = [
        {"putTerm": {"iri": "urn:money", "prefLabel": {"en": "money"}}},
        {"assign": {"term": "urn:money", "node": field}},
        {"own": {"node": ["job", "shop", "report"], "owner": "user:rea"}},
    ]
    await edit(edited, edits)
    found = (await edited.ask(QUERY, select="raw.orders#total"))["impact"]
    expressions = {
        one["node"]["ref"].rpartition(".")[2]: use["expression"] for one in found["affected"] for use in one["because"]
    }
    assert expressions["model#w"] == "FIT(revenue) AS w"
    assert expressions["live#score"] == "amount ** 2"
    assert expressions["orders#amount"] is None
    assert {one["dataset"]["ref"].rpartition(".")[2]: one["holds"] for one in found["datasets"]} == {
        "orders": None,
        "sales": None,
        "model": "MODEL",
        "live": "DEPLOYMENT",
    }
    [term] = found["terms"]
    assert (term["effect"], term["iri"], [one["ref"] for one in term["nodes"]]) == (
        "BREAKS",
        "urn:money",
        [f"{PG}/shop.trusted.orders#amount"],
    )
    assert [(one["name"], one["effect"]) for one in found["owners"]] == [
        ("team:finance", "BREAKS"),
        ("user:rea", "MAY_CHANGE"),
    ]


async def edit(asked: catalogs.Asking, changes: list[Any]) -> None:
    assert asked.tell(compose("ada", changes, 1_760_000_000_000_000, nonce="once")) == ["accepted"]


async def test_a_tag_of_a_column_drops_that_column_alone(edited: catalogs.Asking) -> None:
    """The sales are made of the total of raw.orders: that its `id` goes does not break them."""
    clean = f"{PG}/shop.trusted.orders"
    changes = [
        {"tag": {"node": ["field", *RAW, "id"], "tag": "key"}},
        {"tag": {"node": ["dataset", *CLEAN], "tag": "key"}},
        {"tag": {"node": ["field", *RAW, "id"], "tag": "raw key"}},
    ]
    await edit(edited, changes)
    for select, dropped, broken in (
        ('tag:"raw key"', [f"{PG}/shop.raw.orders#id"], [f"{clean}#id"]),
        ('tag:"raw key",path:*raw*', [f"{PG}/shop.raw.orders#id"], [f"{clean}#id"]),
        ('raw.orders,tag:"raw key"', [f"{PG}/shop.raw.orders#id"], [f"{clean}#id"]),
        ("tag:key", [f"{PG}/shop.raw.orders#id", clean], [f"{SALES}#revenue"]),
        ("tag:key raw.orders", [f"{PG}/shop.raw.orders", clean], [f"{SALES}#revenue"]),
    ):
        found = (await edited.ask(QUERY, select=select))["impact"]
        assert sorted(one["node"]["ref"] for one in found["changes"]) == dropped, select
        assert [one["node"]["ref"] for one in found["affected"] if one["effect"] == "BREAKS"] == broken, select


async def test_nothing_passes_along_an_edge_that_was_taken_back(edited: catalogs.Asking) -> None:
    await edit(edited, [{"retract": {"target": ["edge", "dataset", *RAW, "dataset", *CLEAN]}}])
    assert (await edited.ask(QUERY, select="raw.orders"))["impact"]["affected"] == []
    paths = '{ paths(from: "raw.orders", to: "mart.sales") { count } }'
    assert (await edited.ask(paths))["paths"]["count"] == 0


async def test_another_moment(shop_asked: catalogs.Asking) -> None:
    before = {"asOf": "2024-05-01T10:02:30Z"}
    found = (await shop_asked.ask(QUERY, select="raw.orders#total", at=before))["impact"]
    assert [one["node"]["ref"] for one in found["affected"]] == [f"{PG}/shop.trusted.orders#amount"]


LONG = {"kind": "COLUMN_DROPPED", "dataset": "raw.orders", "column": "x" * 5_000}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "nothing_changes"),
        ({"select": "no.such"}, "not_found"),
        ({"select": "orders"}, "ambiguous_name"),
        ({"select": "zone:none"}, "no_zone"),
        ({"select": "namespace:none"}, "not_found"),
        ({"select": "x" * 100_000}, "invalid_selector"),
        ({"select": "raw.orders+"}, "invalid_end"),
        ({"select": "raw.orders", "limit": 0}, "invalid_limit"),
        ({"select": "raw.orders", "limit": -1}, "invalid_limit"),
        ({"select": "raw.orders", "limit": 10_001}, "invalid_limit"),
        ({"changes": [{"kind": "COLUMN_DROPPED", "dataset": "raw.orders"}]}, "invalid_change"),
        ({"changes": [{"kind": "DATASET_DROPPED", "dataset": "raw.orders", "column": "x"}]}, "invalid_change"),
        ({"changes": [{"kind": "DATASET_DROPPED", "dataset": " "}]}, "invalid_change"),
        ({"changes": [{"kind": "DATASET_DROPPED", "dataset": "orders"}]}, "ambiguous_name"),
        ({"changes": [{"kind": "COLUMN_DROPPED", "dataset": "a", "column": "b\0"}]}, "invalid_change"),
        ({"changes": [LONG]}, "invalid_change"),
        ({"changes": [{"kind": "DATASET_DROPPED", "dataset": f"t{n}"} for n in range(1_001)]}, "too_many"),
        ({"select": "term:Revenue", "at": {"asOf": "2024-05-01T10:02:30Z"}}, "moment_not_answered"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_questions_that_cannot_be_answered(shop_asked: catalogs.Asking, asked: dict[str, Any], code: str) -> None:
    said = await shop_asked.fails(COUNTED, **asked)
    assert (said["code"], bool(said["remedy"])) == (code, True)


async def test_names_with_every_unicode_category(edited: catalogs.Asking) -> None:
    strange = f"a{signs.every()}z"
    odd = table((PG, strange), columnLineage=mapping(RAW, ("total", strange)))
    assert edited.tell(run(7, strange, [table(RAW)], [odd])) == ["accepted"]
    change = {"kind": "COLUMN_DROPPED", "dataset": "raw.orders", "column": "total"}
    found = (await edited.ask(QUERY, changes=[change]))["impact"]
    assert any(strange in one["node"]["ref"] for one in found["affected"])
    itself = {"kind": "COLUMN_DROPPED", "dataset": f"{PG}/{strange}", "column": strange}
    assert (await edited.ask(QUERY, changes=[itself]))["impact"]["changes"][0]["known"] == "FOUND"
