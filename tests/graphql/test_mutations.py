"""Edits: outcomes in order, all or nothing, dry runs, conflicts that show the other's text."""

from __future__ import annotations

import itertools
import time
from typing import Any

import shop
from catalogs import Asking

from headwater_catalog.times import show

EDIT = """
mutation($changes: [Edit!]!, $mode: EditMode! = ALL_OR_NOTHING, $dryRun: Boolean! = false, $key: ID) {
  edit(changes: $changes, mode: $mode, dryRun: $dryRun, key: $key) {
    outcomes { status code message remedy current
      node { id ref ... on Dataset { description descriptions { revision text source } } } }
    position changeSet
  } }
"""
IRI = "https://example.org/terms/revenue"
TERM = {
    "putTerm": {
        "iri": IRI,
        "prefLabel": {"en": "Revenue"},
        "definition": {"en": "What comes in."},
        "status": "APPROVED",
    }
}


def describe(text: str | None, node: str = "mart.sales", **more: Any) -> dict[str, Any]:
    """A change of a description."""
    return {"describe": {"node": node, "text": text, **more}}


async def edit(asked: Asking, *changes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make changes."""
    return (await asked.ask(EDIT, changes=list(changes), **more))["edit"]


async def test_a_person_speaks_before_producers_and_gives_way_again(edited: Asking) -> None:
    said = await edit(edited, describe("What we sold."))
    [outcome] = said["outcomes"]
    assert outcome["status"] == "APPLIED"
    assert outcome["node"]["description"] == "What we sold."
    assert [one["source"] for one in outcome["node"]["descriptions"]] == ["PERSON", "PRODUCER"]
    assert said["changeSet"]
    back = await edit(edited, describe(None))
    assert back["outcomes"][0]["node"]["description"] == "Sales by customer."


async def test_terms_are_made_assigned_and_found(edited: Asking) -> None:
    said = await edit(edited, TERM, {"assign": {"node": "mart.sales#revenue", "term": IRI}})
    assert [one["status"] for one in said["outcomes"]] == ["APPLIED", "APPLIED"]
    data = await edited.ask("""{
      term(ref: "revenue") { iri label definition status labels { text language kind }
        assignments { nodes { status by node { ref ... on Field { terms { term { label } } } } } } }
      terms(text: "rev") { nodes { iri } }
      datasets(select: "term:Revenue") { nodes { label } }
      runs: search(text: "revenue", kinds: [RUN]) { nodes { node { id } } }
      meaning(fields: ["mart.sales#revenue"]) { terms { status term { label definition } } }
    }""")
    assert data["term"]["definition"] == "What comes in."
    [assigned] = data["term"]["assignments"]["nodes"]
    assert assigned["node"]["ref"].endswith("shop.mart.sales#revenue")
    assert assigned["node"]["terms"] == [{"term": {"label": "Revenue"}}]
    assert data["terms"]["nodes"] == [{"iri": IRI}]
    assert data["datasets"]["nodes"] == [{"label": "mart.sales"}]
    assert data["runs"]["nodes"] == []
    assert data["meaning"][0]["terms"] == [
        {"status": "ACCEPTED", "term": {"label": "Revenue", "definition": "What comes in."}}
    ]


async def test_a_column_knows_what_was_said_of_it_and_not_of_its_neighbours(edited: Asking) -> None:
    await edit(edited, describe("What came in.", "mart.sales#revenue"), describe("Who bought.", "mart.sales#customer"))
    await edit(edited, describe("All that came in.", "mart.sales#revenue"), describe("What we sold."))
    data = await edited.ask("""{ datasets(select: "mart.sales") { nodes { fields { nodes {
      path history { nodes { kind node { label } detail } } newest: history(first: 1) { pageInfo { hasNextPage } }
    } } } } }""")
    customer, revenue = data["datasets"]["nodes"][0]["fields"]["nodes"]
    assert [one["detail"]["fields"] for one in revenue["history"]["nodes"]] == [["revenue"], ["customer", "revenue"]]
    assert [one["detail"]["fields"] for one in customer["history"]["nodes"]] == [["customer", "revenue"]]
    assert {one["node"]["label"] for one in revenue["history"]["nodes"]} == {"mart.sales"}
    assert [one["newest"]["pageInfo"]["hasNextPage"] for one in (customer, revenue)] == [False, True]


async def test_one_bad_change_keeps_all_out_unless_asked_for(edited: Asking) -> None:
    bad = describe("x", node="no.such.table")
    said = await edit(edited, describe("One."), bad)
    assert [one["status"] for one in said["outcomes"]] == ["SKIPPED", "INVALID"]
    assert said["outcomes"][1]["code"]
    assert said["outcomes"][1]["remedy"]
    assert said["changeSet"] is None
    kept = await edited.ask('{ datasets(select: "mart.sales") { nodes { description } } }')
    assert kept["datasets"]["nodes"] == [{"description": "Sales by customer."}]
    some = await edit(edited, describe("One."), bad, mode="BEST_EFFORT")
    assert some["changeSet"]
    assert some["outcomes"][0]["node"]["description"] == "One."


async def test_a_dry_run_changes_nothing(edited: Asking) -> None:
    said = await edit(edited, describe("Dry."), dryRun=True)
    assert said["outcomes"][0]["status"] == "APPLIED"
    assert said["changeSet"] is None
    assert said["outcomes"][0]["node"]["description"] == "Sales by customer."


async def test_a_conflict_shows_the_others_text(edited: Asking) -> None:
    first = await edit(edited, describe("Ada's."))
    seen = first["outcomes"][0]["node"]["descriptions"][0]["revision"]
    await edit(edited, describe("Ben's.", ifRevision=seen))
    late = await edit(edited, describe("Cleo's.", ifRevision=seen))
    [outcome] = late["outcomes"]
    assert outcome["status"] == "CONFLICT"
    assert outcome["current"][0]["value"] == "Ben's."
    assert outcome["node"]["description"] == "Ben's."


async def test_owners_tags_properties_and_zone_rules(edited: Asking) -> None:
    rules = [{"zone": zone, "pattern": f"shop.{zone}.*"} for zone in ("raw", "trusted", "mart")]
    said = await edit(
        edited,
        {"own": {"node": "raw.orders", "owner": "ada", "role": "steward"}},
        {"tag": {"node": "raw.orders#total", "tag": "money", "value": "eur"}},
        {"property": {"node": "raw.orders", "name": "cost", "value": {"a": 1}}},
        {"zoneRules": {"rules": rules}},
    )
    assert {one["status"] for one in said["outcomes"]} == {"APPLIED"}
    data = await edited.ask("""{
      datasets(select: "zone:raw,owner:ada") { nodes {
        label zone owners { name role source by } properties { name value }
        field(path: "total") { tags { name value } } } }
      zones { name patterns datasets } flows { fromZone toZone jobs failing lastRun { state } }
    }""")
    [orders] = data["datasets"]["nodes"]
    assert (orders["label"], orders["zone"]) == ("raw.orders", "raw")
    assert orders["owners"] == [{"name": "ada", "role": "steward", "source": "PERSON", "by": "local"}]
    assert orders["properties"] == [{"name": "cost", "value": {"a": 1}}]
    assert orders["field"]["tags"] == [{"name": "money", "value": "eur"}]
    assert data["zones"][0] == {"name": "raw", "patterns": ["shop.raw.*"], "datasets": 2}
    flows = {(one["fromZone"], one["toZone"]): one for one in data["flows"]}
    assert flows["raw", "trusted"]["jobs"] == 1
    assert flows["trusted", "mart"]["failing"] == 1


async def test_meaning_speaks_the_language_that_is_asked_for(edited: Asking) -> None:
    words = {"prefLabel": {"en": "Revenue", "de": "Umsatz"}, "definition": {"en": "What comes in.", "de": "Einnahmen."}}
    await edit(
        edited, {"putTerm": {**TERM["putTerm"], **words}}, {"assign": {"node": "mart.sales#revenue", "term": IRI}}
    )
    query = """query($languages: [String!]) {
      meaning(fields: ["mart.sales#revenue"], languages: $languages) { terms { term { label definition } } } }"""

    async def said(*languages: str) -> list[Any]:
        [found] = (await edited.ask(query, languages=list(languages)))["meaning"]
        return [one["term"] for one in found["terms"]]

    assert await said("de") == [{"label": "Umsatz", "definition": "Einnahmen."}]
    assert await said("fr", "DE") == [{"label": "Umsatz", "definition": "Einnahmen."}]
    assert await said() == await said("fr") == [{"label": "Revenue", "definition": "What comes in."}]


async def test_what_is_retracted_is_not_passed(edited: Asking) -> None:
    query = '{ lineage(select: "mart.sales", direction: UP, depth: null) { nodes { node { label retracted } } } }'
    assert len((await edited.ask(query))["lineage"]["nodes"]) == 3
    await edit(edited, {"retract": {"node": "trusted.orders", "reason": "wrong"}})
    assert len((await edited.ask(query))["lineage"]["nodes"]) == 1
    gone = await edited.ask('{ resolve(refs: ["trusted.orders"]) { node { retracted } } }')
    assert gone["resolve"][0]["node"] == {"retracted": True}
    await edit(edited, {"retract": {"node": "trusted.orders", "undo": True}})
    assert len((await edited.ask(query))["lineage"]["nodes"]) == 3


async def test_a_job_is_taken_back_by_its_name(edited: Asking) -> None:
    query = (
        '{ resolve(refs: ["job:etl/clean", "job:clean", "dataset:trusted.orders"]) { status node { ref retracted } } }'
    )
    by_name = (await edited.ask(query))["resolve"]
    assert [one["status"] for one in by_name][1:] == ["FOUND", "FOUND"]
    [outcome] = (await edit(edited, {"retract": {"node": f"job:{by_name[1]['node']['ref']}"}}))["outcomes"]
    assert outcome["status"] == "APPLIED"
    assert [one["node"]["retracted"] for one in (await edited.ask(query))["resolve"][1:]] == [True, False]


async def test_a_run_that_is_taken_back_comes_back_by_the_id_it_had(edited: Asking) -> None:
    query = "{ runs(first: 50) { nodes { id outputs { label } } } }"
    runs = (await edited.ask(query))["runs"]["nodes"]
    retract = {"node": runs[0]["id"], "reason": "a test"}
    [outcome] = (await edit(edited, {"retract": retract}))["outcomes"]
    assert outcome["status"] == "APPLIED"
    assert (await edited.ask(query))["runs"]["nodes"] == runs[1:]
    [outcome] = (await edit(edited, {"retract": {**retract, "undo": True}}))["outcomes"]
    assert outcome["status"] == "APPLIED"
    assert (await edited.ask(query))["runs"]["nodes"] == runs


async def test_an_id_that_nothing_has_is_no_term(edited: Asking) -> None:
    for kind, of in itertools.product(("run", "dataset", "job", "field"), ("0" * 32, "shop/nothing")):
        [outcome] = (await edit(edited, {"retract": {"node": f"{kind}:{of}", "undo": True}}))["outcomes"]
        assert (outcome["status"], outcome["code"]) == ("INVALID", "invalid-node"), (kind, of)
        assert outcome["remedy"]


async def test_a_column_is_the_same_however_it_is_spelled(edited: Asking) -> None:
    whole = "postgres://db:5432/shop.raw.orders#total"
    spelled = [whole, f"column:{whole}", f"field:{whole}", "column:raw.orders.total", "dataset:raw.orders#total"]
    found = await edited.ask("query($refs: [String!]!) { resolve(refs: $refs) { node { ref } } }", refs=spelled)
    assert [one["node"] for one in found["resolve"]] == [{"ref": whole}] * len(spelled)
    said = await edit(edited, *({"tag": {"node": one, "tag": f"t{n}"}} for n, one in enumerate(spelled)))
    assert [(one["status"], one["code"], one["node"]["ref"]) for one in said["outcomes"]] == [
        ("APPLIED", None, whole)
    ] * len(spelled)
    meaning = "query($fields: [String!]!) { meaning(fields: $fields) { field { status } } }"
    assert (await edited.ask(meaning, fields=[f"column:{whole}"]))["meaning"] == [{"field": {"status": "FOUND"}}]


async def test_what_nothing_told_of_yet_is_said_to_be_unseen_and_is_no_term(edited: Asking) -> None:
    at = "postgres://db:5432/shop"
    names = [f"{at}.raw.orders#emial", f"column:{at}.new.people#email", f"{at}.new.people", "https://example.org/t"]
    said = await edit(edited, *({"tag": {"node": one, "tag": "pii"}} for one in names))
    assert [(one["status"], one["code"]) for one in said["outcomes"]] == [("APPLIED", "not-seen-yet")] * len(names)
    assert "has no column emial" in said["outcomes"][0]["message"]
    edited.tell(shop.run(9, "hire", [], [shop.table(("postgres://db:5432", "shop.new.people"), "email")]))
    data = await edited.ask('{ resolve(refs: ["new.people#email"]) { node { ... on Field { tags { name } } } } }')
    assert data["resolve"][0]["node"] == {"tags": [{"name": "pii"}]}, "it holds from when the column is there"
    for nothing in ("column:no.such#x", f"column:{at}.new.people", "sqlite:///tmp/x.db/main.a#b", "tag:pii"):
        [outcome] = (await edit(edited, {"tag": {"node": nothing, "tag": "pii"}}))["outcomes"]
        assert (outcome["status"], outcome["code"]) == ("INVALID", "invalid-node"), nothing


async def test_an_edge_that_is_taken_back_is_not_passed_and_comes_back(edited: Asking) -> None:
    lineage = (
        "{ lineage(select: %s, direction: UP, depth: null%s) { nodes { node { label } } edges { from } complete } }"
    )
    of_columns = lineage % ('"mart.sales"', ", granularity: COLUMN")
    edge = {"source": "trusted.orders", "target": "mart.sales"}
    before = [await edited.ask(query) for query in (lineage % ('"mart.sales"', ""), of_columns)]
    assert len(before[0]["lineage"]["nodes"]) == 3
    assert before[1]["lineage"]["edges"]
    dated = 'query($at: At) { lineage(select: "mart.sales", direction: UP, depth: null, at: $at) { nodes { depth } } }'
    downstream = '{ lineage(select: "trusted.orders", direction: DOWN) { nodes { depth moreDownstream } } }'
    known = show(time.time_ns() // 1_000)
    await edit(edited, {"retract": {"edge": edge, "reason": "never read"}})
    gone = [await edited.ask(query) for query in (lineage % ('"mart.sales"', ""), of_columns)]
    assert len(gone[0]["lineage"]["nodes"]) == 1
    assert gone[0]["lineage"]["complete"]
    assert len((await edited.ask(dated, at={"knownAt": known}))["lineage"]["nodes"]) == 3, "that was not known then"
    assert len((await edited.ask(dated, at={"asOf": "2100-01-01T00:00:00Z"}))["lineage"]["nodes"]) == 1
    assert gone[1]["lineage"]["edges"] == []
    assert (await edited.ask(downstream))["lineage"]["nodes"] == [{"depth": 0, "moreDownstream": 0}]
    above = '{ lineage(select: "trusted.orders", direction: UP) { nodes { depth } } }'
    assert len((await edited.ask(above))["lineage"]["nodes"]) == 2, "another edge is as it was"
    await edit(edited, {"retract": {"edge": edge, "undo": True}})
    assert [await edited.ask(query) for query in (lineage % ('"mart.sales"', ""), of_columns)] == before


async def test_of_one_key_a_list_is_applied_once(edited: Asking) -> None:
    first = await edit(edited, describe("Once."), key="k1")
    again = await edit(edited, describe("Once."), key="k1")
    assert first["outcomes"][0]["status"] == "APPLIED"
    assert again["outcomes"][0]["status"] == "APPLIED", "told as the first time"


async def test_an_edit_without_changes_is_refused(edited: Asking) -> None:
    assert (await edited.fails(EDIT, changes=[]))["code"] == "too_many"
