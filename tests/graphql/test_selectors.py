"""Selectors in GraphQL: what is left out, what was tagged then, and what errors say of the place."""

from __future__ import annotations

from typing import Any

import catalogs
import pytest
import shop
from catalogs import Asking

from headwater_catalog.canonical import canonical
from headwater_catalog.edits.document import compose
from headwater_catalog.times import parse_time

LISTED = "query($s: String, $x: String, $at: At) { datasets(select: $s, exclude: $x, at: $at) { nodes { label } } }"
IRI = "https://example.org/revenue"


def labels(data: Any, field: str = "datasets") -> set[str]:
    return {one["label"] for one in data[field]["nodes"]}


async def test_excluded_nodes_are_left_out_and_walks_pass_through_them(shop_asked: Asking) -> None:
    lineage = """query($s: String!, $x: String) { lineage(select: $s, exclude: $x, depth: null, direction: UP) {
      roots nodes { node { label } } edges { from to } } }"""
    found = (await shop_asked.ask(lineage, s="mart.sales", x="trusted.orders"))["lineage"]
    assert {one["node"]["label"] for one in found["nodes"]} == {"mart.sales", "raw.orders"}
    assert found["edges"] == []
    found = (await shop_asked.ask(lineage, s="mart.sales", x="+trusted.orders"))["lineage"]
    assert {one["node"]["label"] for one in found["nodes"]} == {"mart.sales"}
    assert (await shop_asked.ask(lineage, s="mart.sales", x="mart.sales"))["lineage"]["roots"] == []


async def test_what_looks_like_an_id_may_be_a_name(edited: Asking) -> None:
    """Files are called by their hashes, and so are jobs; an id that is known goes before."""
    digest = "d41d8cd98f00b204e9800998ecf8427e"
    listed = "query($s: String!) { datasets(select: $s) { nodes { id label } } jobs(select: $s) { nodes { label } } }"
    edited.tell(shop.run(40, digest, [], [shop.table(("s3://lake", digest)), shop.table(("s3://lake", "named"))]))
    assert labels(await edited.ask(listed, s=digest)) == {digest}
    assert labels(await edited.ask(listed, s=f"job:{digest}"), "jobs") == {digest}
    known = (await edited.ask(listed, s="named"))["datasets"]["nodes"][0]["id"].partition(":")[2]
    edited.tell(shop.run(41, "more", [], [shop.table(("s3://lake", known))]))
    assert labels(await edited.ask(listed, s=known)) == {"named"}
    assert labels(await edited.ask(listed, s=f"s3://lake/{known}")) == {known}


async def test_sets_leave_out_what_was_taken_back(edited: Asking) -> None:
    """By its own name it is still found."""
    roots = "query($s: String!, $at: At) { lineage(select: $s, depth: 0, at: $at) { nodes { ref } } }"
    job, changes = ["job", "shop", "clean"], [{"retract": {"target": ["job", "shop", "clean"]}}]
    tagged = [{"tag": {"node": job, "tag": "nightly"}}]
    sets = ("namespace:shop", "state:complete", "tag:nightly")
    at = {"asOf": "2025-01-01T00:00:00Z"}
    for number, said in enumerate((tagged, changes)):
        when = parse_time(f"2024-0{6 + number}-01T00:00:00Z")
        [ack] = edited.door.write([canonical(compose("ada", said, when, source="PERSON", nonce=str(number)))])
        assert ack.state == "accepted", ack
        for select in sets:
            for moment in (None, at):
                found = (await edited.ask(roots, s=select, at=moment))["lineage"]["nodes"]
                assert ({"ref": "shop/clean"} in found) == (number == 0), (select, moment)
    assert (await edited.ask(roots, s="job:clean"))["lineage"]["nodes"] == [{"ref": "shop/clean"}]


async def test_lists_leave_out_too(shop_asked: Asking) -> None:
    everything = labels(await shop_asked.ask(LISTED))
    assert labels(await shop_asked.ask(LISTED, x="path:*raw.*")) == everything - {"raw.orders", "raw.customers"}
    assert labels(await shop_asked.ask(LISTED, s="+mart.sales", x="raw.orders")) == {"mart.sales", "trusted.orders"}
    jobs = "query($x: String) { jobs(exclude: $x) { nodes { label } } }"
    assert labels(await shop_asked.ask(jobs, x="job:clean job:report"), "jobs") == {"sales"}


async def test_tags_owners_and_terms_are_those_of_the_moment(edited: Asking) -> None:
    """By event time, whoever said it: the shop's events speak in May, people in June and July."""
    node, column = ["dataset", *shop.CLEAN], ["field", *shop.MART, "revenue"]
    june, july = (parse_time(f"2024-{month}-01T00:00:00Z") for month in ("06", "07"))
    given = [{"putTerm": {"iri": IRI, "prefLabel": {"en": "revenue"}}}, {"tag": {"node": column, "tag": "gold"}}]
    given += [{"own": {"node": node, "owner": "ada"}}]
    meant = {"assign": {"node": node, "term": IRI, "status": "ACCEPTED"}}
    taken = [{"tag": {"node": column, "tag": "gold", "remove": True}}, {"unassign": {"node": node, "term": IRI}}]
    for number, (at, changes) in enumerate([(june, [*given, meant]), (july, taken)]):
        [ack] = edited.door.write([canonical(compose("ada", changes, at, source="PERSON", nonce=str(number)))])
        assert ack.state == "accepted", ack

    async def then(select: str, at: str) -> set[str]:
        return labels(await edited.ask(LISTED, s=select, at={"asOf": at}))

    for select, found in (("tag:gold", {"mart.sales"}), (f"term:{IRI}", {"trusted.orders"})):
        assert await then(select, "2024-05-20T00:00:00Z") == set()
        assert await then(select, "2024-06-02T00:00:00Z") == found
        assert await then(select, "2024-07-02T00:00:00Z") == set()
    assert await then("owner:ada", "2024-07-02T00:00:00Z") == {"trusted.orders"}
    assert await then("tag:pii", "2024-05-01T08:00:00Z") == set()
    assert await then("tag:pii owner:team:finance", "2024-05-01T09:30:00Z") == {"mart.sales"}
    assert labels(await edited.ask(LISTED, s="tag:gold")) == set()


async def test_what_producers_wrote_with_blanks_around_it_is_found_then(edited: Asking) -> None:
    """As now, and no word that it is a part of."""
    tags = [{"key": " two words\t", "field": "id"}, {"key": "\n  a.b(c)|"}, {"key": "two words more"}]
    owners = {"owners": [{"name": '\r\n team "x" '}]}
    edited.tell(shop.run(40, "land", [], [shop.table(shop.RAW, "id", tags={"tags": tags}, ownership=owners)]))
    edited.tell(shop.run(41, "more", [], [shop.table(shop.CUSTOMERS, tags={"tags": [{"key": "two words more"}]})]))
    for select in ('tag:"two words"', 'tag:"a.b(c)|"', 'owner:"team ""x"""'):
        for at in (None, {"asOf": "2024-06-01T00:00:00Z"}):
            assert labels(await edited.ask(LISTED, s=select, at=at)) == {"raw.orders"}, (select, at)


async def test_what_is_wrong_is_told_with_its_place(shop_asked: Asking) -> None:
    query = "query($s: String!) { lineage(select: $s) { complete } }"
    several = await shop_asked.fails(query, s="mart.sales +orders")
    assert (several["code"], several["position"]) == ("ambiguous_name", 11)
    assert several["candidates"] == [f"{shop.PG}/shop.raw.orders", f"{shop.PG}/shop.trusted.orders"]
    unknown = await shop_asked.fails(query, s="+mart.sales,nope")
    assert (unknown["code"], unknown["position"], unknown["near"]["at"]) == ("not_found", 12, 12)
    column = await shop_asked.fails(query, s="zone:gold mart.sales#revenu")
    assert (column["code"], column["position"], column["near"]["at"]) == ("no_such_column", 10, 10)
    assert "leave out" in column["remedy"]
    wrong = await shop_asked.fails(query, s='a "b')
    assert (wrong["code"], wrong["position"]) == ("invalid_selector", 2)


async def test_candidates_can_be_typed_as_they_are_shown(fresh_database: str) -> None:
    """Names and columns with blanks, commas and other signs, as selectors and as datasets of changes."""
    query = "query($s: String!) { lineage(select: $s, depth: 0) { nodes { ref } } }"
    changed = "query($d: String!) { impact(changes: [{ kind: DATASET_DROPPED, dataset: $d }]) { changes { known } } }"
    spaces = ("s3://old lake", "s3://new, lake+", "s3://hash#ed")
    async with catalogs.asking(fresh_database) as asked:
        made = [shop.table((space, "dir/my orders"), "the, total") for space in spaces]
        asked.tell(shop.run(1, "load", [], made))
        for select in ('"my orders"', '"my orders"#"the, total"'):
            several = (await asked.fails(query, s=select))["candidates"]
            found = [(await asked.ask(query, s=one))["lineage"]["nodes"] for one in several]
            assert sorted(node["ref"].partition("/dir")[0] for [node] in found) == sorted(spaces)
        several = (await asked.fails(changed, d="my orders"))["candidates"]
        assert len(several) == len(spaces)
        for one in several:
            assert (await asked.ask(changed, d=one))["impact"]["changes"] == [{"known": "FOUND"}]


@pytest.mark.parametrize("which", ["select", "exclude"])
@pytest.mark.parametrize("root", ["lineage", "datasets", "jobs"])
async def test_a_huge_selector_is_refused_by_every_question(shop_asked: Asking, which: str, root: str) -> None:
    rest = "" if which == "select" else ', select: "mart.sales"'
    query = f"query($s: String!) {{ {root}({which}: $s{rest}) {{ __typename }} }}"
    for huge in ("x" * 100_000, '"' * 100_000, "+" * 100_000, "a," * 50_000):
        assert (await shop_asked.fails(query, s=huge))["code"] == "invalid_selector"


async def test_a_tag_of_a_column_is_that_column_between_columns(edited: Asking) -> None:
    """Whoever said it, now and then, with walks and in exclude; between datasets it is the dataset."""
    columns = """query($s: String!, $x: String, $at: At, $g: Granularity = COLUMN) {
      lineage(select: $s, exclude: $x, at: $at, direction: DOWN, depth: 0, granularity: $g) { nodes { ref } } }"""
    told = [{"key": "secret", "field": "total"}, {"key": "secret", "field": "not a column of it"}]
    edited.tell(shop.run(40, "land", [], [shop.table(shop.RAW, "id", "total", tags={"tags": told})]))
    field, iri = ["field", *shop.CLEAN, "amount"], "urn:money"
    changes = [
        {"putTerm": {"iri": iri, "prefLabel": {"en": "money"}}},
        {"assign": {"node": field, "term": iri, "status": "ACCEPTED"}},
        {"tag": {"node": ["field", *shop.MART, "revenue"], "tag": "gold"}},
        {"tag": {"node": ["dataset", *shop.CUSTOMERS], "tag": "gold"}},
    ]
    assert edited.tell(compose("ada", changes, parse_time("2024-06-01T00:00:00Z"), nonce="once")) == ["accepted"]
    raw, clean, mart, bought = (f"{shop.PG}/{name}" for _, name in (shop.RAW, shop.CLEAN, shop.MART, shop.CUSTOMERS))
    for select, exclude, refs in (
        ("tag:secret", None, [f"{raw}#total"]),
        ("term:money", None, [f"{clean}#amount"]),
        (f"term:{iri}", None, [f"{clean}#amount"]),
        ("tag:gold", None, [f"{mart}#revenue", f"{bought}#id", f"{bought}#name"]),
        ("tag:gold,path:*mart*", None, [f"{mart}#revenue"]),
        ("tag:secret+", None, [f"{raw}#total", f"{clean}#amount", f"{mart}#revenue"]),
        ("raw.orders", "tag:secret", [f"{raw}#id"]),
    ):
        for at in (None, {"asOf": "2024-07-01T00:00:00Z"}):
            if at and select == "term:money":
                continue
            found = (await edited.ask(columns, s=select, x=exclude, at=at))["lineage"]["nodes"]
            assert [one["ref"] for one in found] == refs, (select, at)
    found = (await edited.ask(columns, s="tag:secret", g="DATASET"))["lineage"]["nodes"]
    assert [one["ref"] for one in found] == [raw]
