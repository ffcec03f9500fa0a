"""What a crawl tells of a table that it does not find any more, by who else knows the table."""

from __future__ import annotations

from typing import Any

import pytest

from headwater_ingestors.crawlers.crawler import Finding, Known, Subject, Told
from headwater_ingestors.crawlers.facets import GONE, crawl_facet, producer
from headwater_ingestors.crawlers.gone import taken_back

TABLE = Subject("dataset", "n", "t")
NOW = 1_000_000


class Source:
    """A crawler of a kind."""

    source = "here"
    whole = True

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def crawl(self, known: Known) -> Any:
        found: list[Finding] = []
        return iter(found)


def told(kind: str, digest: str, *facets: str) -> list[Told]:
    """What a crawl left."""
    signed = {"_producer": producer(kind), "_schemaURL": "s"}
    return [*(Told(facet, signed) for facet in facets), Told(crawl_facet(kind), {**signed, "digest": digest})]


def ended(kind: str, *others: Told) -> dict[str, Any]:
    """The facets of the event, what a crawl knows itself by left out."""
    ours = told(kind, "d", "schema", "documentation")
    event = taken_back(Source(kind), TABLE, [*ours, *others], NOW)
    assert (event["producer"], event["dataset"]["name"]) == (producer(kind), "t")
    facets: dict[str, Any] = event["dataset"]["facets"]
    assert facets.pop(crawl_facet(kind))["digest"] == GONE
    return facets


@pytest.mark.parametrize("kind", ["dbt", "postgres"])
def test_what_nobody_else_knows_is_dropped_as_it_was(kind: str) -> None:
    forgotten = told("files", GONE, "schema")
    spark = Told("schema", {"_producer": "urn:spark"})
    assert set(ended(kind)) == set(ended(kind, *forgotten, spark)) == {"lifecycleStateChange"}


@pytest.mark.parametrize(("kind", "other", "drops"), [("dbt", "postgres", False), ("postgres", "dbt", True)])
def test_where_another_crawl_knows_it_own_words_go_and_only_who_looks_drops(kind: str, other: str, drops: bool) -> None:
    found = ended(kind, *told(other, "d", "headwater_size"), Told("tags", {"_producer": "urn:spark"}))
    dropped = found.pop("lifecycleStateChange", {}).get("lifecycleStateChange")
    assert dropped == ("DROP" if drops else None)
    deleted = {"_producer": producer(kind), "_schemaURL": "s", "_deleted": True}
    assert found == {"schema": deleted, "documentation": deleted}


def test_a_facet_that_both_told_is_deleted_of_the_one_only() -> None:
    both = told("postgres", "d", "documentation", "schema")
    found = ended("dbt", *both)
    assert {one["_producer"] for one in found.values()} == {producer("dbt")}
