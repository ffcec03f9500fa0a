"""Paths over GraphQL: names and ids as ends, stories with evidence, questions that cannot be answered."""

from __future__ import annotations

import catalogs
import pytest
import signs
from shop import CLEAN, CUSTOMERS, MART, RAW, mapping, run, table

from headwater_catalog.lineage.paths import MOST_PATHS

QUERY = """
query ($from: ID!, $to: ID!, $through: [ID!], $avoiding: [ID!], $limit: Int, $at: At) {
  paths(from: $from, to: $to, through: $through, avoiding: $avoiding, limit: $limit, at: $at) {
    granularity count complete sentence cut { reason sentence remedy }
    paths { length ids story nodes { __typename ref }
      steps { from to edges { status method via { ref } seenIn ofRuns transformations { type subtype } } } }
  }
}
"""
COUNTED = QUERY[: QUERY.index("granularity")] + "count } }"
REFS = [f"{name[0]}/{name[1]}" for name in (RAW, CLEAN, MART)]


async def test_columns_are_told_as_a_story(shop_asked: catalogs.Asking) -> None:
    found = (await shop_asked.ask(QUERY, **{"from": "raw.orders#total", "to": "mart.sales#revenue"}))["paths"]
    [path] = found["paths"]
    story = [f"{REFS[0]}#total", "direct by shop/clean", f"{REFS[1]}#amount", "direct by shop/sales"]
    assert path["story"] == [*story, f"{REFS[2]}#revenue"]
    assert (found["granularity"], found["count"], found["complete"], path["length"]) == ("COLUMN", 1, True, 2)
    [step] = path["steps"][:1]
    [edge] = step["edges"]
    assert (edge["seenIn"], edge["ofRuns"], edge["via"]) == (2, 2, [{"ref": "shop/clean"}])
    assert [step["from"], step["to"]] == path["ids"][:2]


async def test_ends_are_names_ids_jobs_and_columns_of_datasets(shop_asked: catalogs.Asking) -> None:
    by_name = (await shop_asked.ask(QUERY, **{"from": "raw.orders", "to": "mart.sales"}))["paths"]
    [path] = by_name["paths"]
    assert [node["ref"] for node in path["nodes"]] == REFS
    by_id = (await shop_asked.ask(QUERY, **{"from": path["ids"][0], "to": path["ids"][-1]}))["paths"]
    assert by_id["paths"] == by_name["paths"]
    fine = (await shop_asked.ask(QUERY, **{"from": "raw.orders", "to": "mart.sales#revenue"}))["paths"]
    assert [one["story"][0] for one in fine["paths"]] == [f"{REFS[0]}#total"]
    fields = fine["paths"][0]["ids"]
    assert (await shop_asked.ask(QUERY, **{"from": fields[0], "to": fields[-1]}))["paths"]["count"] == 1
    jobs = (await shop_asked.ask(QUERY, **{"from": "job:clean", "to": "job:report"}))["paths"]
    assert [node["ref"] for node in jobs["paths"][0]["nodes"]] == ["shop/clean", *REFS[1:], "shop/report"]


async def test_through_and_avoiding(shop_asked: catalogs.Asking) -> None:
    ends = {"from": "raw.orders", "to": "mart.sales"}
    for through in (["trusted.orders"], ["job:sales"], ["job:sales", "trusted.orders"]):
        assert (await shop_asked.ask(QUERY, **ends, through=through))["paths"]["count"] == 1
    for avoiding in (["trusted.orders"], ["job:sales"]):
        found = (await shop_asked.ask(QUERY, **ends, avoiding=avoiding))["paths"]
        assert (found["count"], found["sentence"]) == (0, "No path was found from raw.orders to mart.sales.")
    fine = {"from": "raw.orders#total", "to": "mart.sales#revenue"}
    assert (await shop_asked.ask(QUERY, **fine, through=["trusted.orders"]))["paths"]["count"] == 1
    assert (await shop_asked.ask(QUERY, **fine, avoiding=["trusted.orders#amount"]))["paths"]["count"] == 0
    assert (await shop_asked.ask(QUERY, **ends, through=["raw.customers"]))["paths"]["count"] == 0


async def test_another_moment_has_other_paths(shop_asked: catalogs.Asking) -> None:
    ends = {"from": "raw.orders", "to": "mart.sales"}
    before = {"asOf": "2024-05-01T10:02:30Z"}
    assert (await shop_asked.ask(QUERY, **ends, at={"asOf": "2024-05-01T10:03:30Z"}))["paths"]["count"] == 1
    assert (await shop_asked.ask(QUERY, **ends, at=before))["paths"]["count"] == 0


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"from": "raw.orders", "to": "raw.orders"}, "same_ends"),
        ({"from": "raw.orders", "to": "no.such"}, "not_found"),
        ({"from": "raw.orders", "to": "dataset:" + "0" * 32}, "not_found"),
        ({"from": "field:" + "0" * 32, "to": "raw.orders"}, "not_found"),
        ({"from": "orders", "to": "mart.sales"}, "ambiguous_name"),
        ({"from": "raw.orders+", "to": "mart.sales"}, "invalid_end"),
        ({"from": "raw.orders", "to": "mart.sales", "limit": 0}, "invalid_limit"),
        ({"from": "raw.orders", "to": "mart.sales", "limit": -5}, "invalid_limit"),
        ({"from": "raw.orders", "to": "mart.sales", "limit": MOST_PATHS + 1}, "invalid_limit"),
        ({"from": "raw.orders", "to": "mart.sales", "avoiding": ["mart.sales"]}, "avoids_end"),
        ({"from": "raw.orders", "to": "mart.sales", "through": ["raw.orders"] * 21}, "too_many"),
        ({"from": "x" * 100_000, "to": "mart.sales"}, "invalid_selector"),
        ({"from": "", "to": "mart.sales"}, "invalid_selector"),
        ({"from": "raw.orders\0", "to": "mart.sales"}, "invalid_selector"),
        ({"from": "job:report#x", "to": "mart.sales"}, "invalid_selector"),
        ({"from": "job:report", "to": "mart.sales#revenue"}, "no_columns"),
    ],
)
async def test_questions_that_cannot_be_answered(shop_asked: catalogs.Asking, asked: dict[str, str], code: str) -> None:
    said = await shop_asked.fails(COUNTED, **asked)
    assert said["code"] == code
    assert said["remedy"]


async def test_names_with_every_unicode_category(edited: catalogs.Asking) -> None:
    """One sign of each category, but surrogates, which no name can hold."""
    strange = f"a{signs.every()}z"
    made = table(CUSTOMERS, columnLineage=mapping(RAW, ("total", strange)))
    odd = (CLEAN[0], strange)
    assert (
        edited.tell(run(7, strange, [table(RAW)], [made]), run(8, "odd", [table(CUSTOMERS)], [table(odd)]))
        == ["accepted"] * 2
    )

    def quoted(name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    fine = {"from": "raw.orders#total", "to": f"raw.customers#{quoted(strange)}", "through": [f"job:{quoted(strange)}"]}
    found = (await edited.ask(QUERY, **fine))["paths"]
    assert found["paths"][0]["story"][1] == f"direct by shop/{strange}"
    assert (await edited.ask(QUERY, **{"from": "raw.customers", "to": quoted(strange)}))["paths"]["count"] >= 1
