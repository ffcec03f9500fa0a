"""SEMANTICS §14: what crawlers tell goes after what producers say, column by column, and all is shown."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import catalogs
import pytest
from catalogs import Asking
from telling import Event, change, run, schema, table, told

POSTGRES = "urn:headwater:crawler:postgres"
DBT = "urn:headwater:crawler:dbt"
SPARK = "urn:spark"
SAID = """query($at: At) { datasets(select: "orders", at: $at) { nodes {
  descriptions { text source by effective } owners { name source } tags { name source } facets dropped
  fields { nodes { path type descriptions { text source effective } } } } } }"""
EDIT = "mutation($changes: [Edit!]!) { edit(changes: $changes) { outcomes { status } } }"


@pytest.fixture
async def asked(fresh_database: str) -> Any:
    async with catalogs.asking(fresh_database) as found:
        yield found


def by(producer: str, at: str, **facets: Any) -> Event:
    """A DatasetEvent of a producer, its facets signed."""
    return {**told(at, "orders", **signed(producer, facets)), "producer": producer}


def signed(producer: str, facets: Event) -> Event:
    return {facet: {"_producer": producer, **value} for facet, value in facets.items()}


def words(text: str) -> Event:
    return {"documentation": {"description": text}}


def column(name: str, kind: str, text: str | None = None) -> Event:
    return {"name": name, "type": kind, **({"description": text} if text else {})}


async def orders(asked: Asking, **moment: str) -> Any:
    [found] = (await asked.ask(SAID, at=moment or None))["datasets"]["nodes"]
    return found


def said(one: Any) -> list[tuple[str, str, bool]]:
    return [(text["text"], text["source"], text["effective"]) for text in one["descriptions"]]


MANIFEST = by(
    DBT,
    "10:00",
    **words("of dbt"),
    **schema(column("id", "INTEGER", "the key"), column("amount", "INTEGER")),
    tags={"tags": [{"key": "pii", "field": "id"}, {"key": "gold"}]},
    ownership={"owners": [{"name": "ana"}]},
)
CRAWL = by(
    POSTGRES,
    "11:00",
    **words("of the database"),
    **schema(column("id", "bigint"), column("amount", "bigint", "in cents")),
    headwater_relation={"dialect": "postgres"},
    tags={"tags": [{"key": "seen"}]},
)
EARLIER = {**CRAWL, "eventTime": "2024-05-01T09:00:00Z"}


@pytest.mark.parametrize("crawl", [CRAWL, EARLIER], ids=["crawled later", "crawled before"])
@pytest.mark.parametrize("order", list(permutations(range(2))), ids=str)
async def test_s14_2_a_crawl_hides_no_word_of_a_project_whatever_came_first(
    asked: Asking, crawl: Event, order: tuple[int, ...]
) -> None:
    for place in order:
        asked.tell([MANIFEST, crawl][place])
    found = await orders(asked)
    assert said(found) == [("of dbt", "PRODUCER", True), ("of the database", "CRAWLER", False)]
    assert [one["by"] for one in found["descriptions"]] == [DBT, POSTGRES]
    fields = {one["path"]: one for one in found["fields"]["nodes"]}
    assert said(fields["id"]) == [("the key", "PRODUCER", True)]
    assert said(fields["amount"]) == [("in cents", "CRAWLER", True)], "where the project says none"
    assert {one["type"] for one in fields.values()} == {"bigint" if crawl is CRAWL else "INTEGER"}, "§10: the last"
    assert {(one["name"], one["source"]) for one in found["tags"]} == {("gold", "PRODUCER"), ("seen", "CRAWLER")}
    assert found["owners"] == [{"name": "ana", "source": "PRODUCER"}]


async def test_s14_2_a_person_goes_before_producer_and_crawler(asked: Asking) -> None:
    asked.tell(MANIFEST, CRAWL)
    edit = [{"describe": {"node": "orders", "text": "of ada"}}]
    await asked.ask(EDIT, changes=edit)
    sources = [(source, effective) for _, source, effective in said(await orders(asked))]
    assert sources == [("PERSON", True), ("PRODUCER", False), ("CRAWLER", False)]
    await asked.ask(EDIT, changes=[{"describe": {"node": "orders", "text": None}}])
    assert said(await orders(asked))[0] == ("of dbt", "PRODUCER", True)


async def test_s14_3_what_one_source_takes_back_gives_way_to_the_other(asked: Asking) -> None:
    asked.tell(MANIFEST, CRAWL, by(POSTGRES, "12:00", documentation={"_deleted": True}))
    assert said(await orders(asked)) == [("of dbt", "PRODUCER", True)]
    asked.tell(by(POSTGRES, "13:00", **words("again")), by(SPARK, "14:00", documentation={"_deleted": True}))
    assert said(await orders(asked)) == [("again", "CRAWLER", True)]
    asked.tell(by(POSTGRES, "15:00", **change("DROP")))
    found = await orders(asked)
    assert found["dropped"]
    assert {one["name"] for one in found["tags"]} == {"gold", "seen"}


async def test_s14_2_runs_are_producers_and_every_facet_shows_its_source(asked: Asking) -> None:
    asked.tell(CRAWL, run(1, "09:00", writes=[table("orders", **signed(SPARK, words("of spark")))]))
    found = await orders(asked)
    assert said(found) == [("of spark", "PRODUCER", True), ("of the database", "CRAWLER", False)]
    shown = [(one["facet"], one["source"]) for one in found["facets"] if one["facet"] != "schema"]
    assert shown == [
        ("documentation", "PRODUCER"),
        ("documentation", "CRAWLER"),
        ("headwater_relation", "CRAWLER"),
        ("tags", "CRAWLER"),
    ]


async def test_s14_2_a_physical_facet_of_a_producer_goes_before_that_of_a_crawler(asked: Asking) -> None:
    size = '{ datasets(select: "orders") { nodes { size { rows } relation { dialect } } } }'
    asked.tell(by(SPARK, "08:00", headwater_size={"rows": 1}), by(POSTGRES, "11:00", headwater_size={"rows": 2}))
    asked.tell(by(DBT, "09:00", headwater_relation={"dialect": "dbt"}), CRAWL)
    [found] = (await asked.ask(size))["datasets"]["nodes"]
    assert found == {"size": {"rows": 1}, "relation": {"dialect": "postgres"}}, "a project looks at no data"


async def test_s14_2_a_dated_question_sees_the_sources_of_then(asked: Asking) -> None:
    asked.tell(MANIFEST, CRAWL, by(POSTGRES, "12:00", **words("later")), by(SPARK, "13:00", **words("of spark")))
    at = "2024-05-01T11:30:00Z"
    assert said(await orders(asked, asOf=at)) == [("of dbt", "PRODUCER", True), ("of the database", "CRAWLER", False)]
    assert said(await orders(asked)) == [("of spark", "PRODUCER", True), ("later", "CRAWLER", False)]


async def test_s14_2_columns_that_dbt_documents_beside_somebody_elses_schema_are_described(asked: Asking) -> None:
    asked.tell(CRAWL, by(DBT, "12:00", headwater_dbt={"columns": [{"name": "id", "description": "the key"}, {}, 5]}))
    fields = {one["path"]: said(one) for one in (await orders(asked))["fields"]["nodes"]}
    assert fields == {"id": [("the key", "PRODUCER", True)], "amount": [("in cents", "CRAWLER", True)]}


async def test_s14_2_words_of_crawlers_are_found(asked: Asking) -> None:
    asked.tell(MANIFEST, CRAWL)
    query = "query($text: String!) { search(text: $text) { nodes { node { ref } } } }"
    for text in ("dbt", "cents"):
        assert len((await asked.ask(query, text=text))["search"]["nodes"]) == 1
    [found] = (await asked.ask('{ datasets(select: "tag:seen") { nodes { ref } } }'))["datasets"]["nodes"]
    assert found["ref"].endswith("orders")
