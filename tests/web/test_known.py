"""What crawlers know of a catalog: loaded once in pages, with names that go and come back, and of several sources."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from headwater_catalog.canonical import canonical
from headwater_catalog.database.engine import Database
from headwater_catalog.names import public_id
from headwater_catalog.times import show
from headwater_ingestors.crawlers.crawler import Crawled, Document, Finding, Known, Standing, Subject
from headwater_ingestors.crawlers.facets import DATASET_EVENT, GONE, JOB_EVENT, producer
from headwater_ingestors.crawlers.snapshot import Report, snapshot
from headwater_web.cli.client import Client, connect
from headwater_web.cli.known import CatalogKnown
from headwater_web.settings import load

NAMESPACE = "postgres://shop:5432"
START = 1_790_000_000_000_000


class Tables:
    """A source with these tables, each of a description, and a job."""

    kind = "postgres"
    whole = True

    def __init__(self, source: str, tables: Mapping[str, str]) -> None:
        self.source = source
        self._tables = tables

    def crawl(self, known: Known) -> Iterator[Finding]:
        by = producer(self.kind)
        for name, text in self._tables.items():
            facet = {"documentation": {"_producer": by, "_schemaURL": "s", "description": text}} if text else {}
            about = {"namespace": NAMESPACE, "name": name, "facets": facet}
            yield Standing({"producer": by, "schemaURL": DATASET_EVENT, "dataset": about}, 2**62)
        job = {"namespace": "etl", "name": f"job of {self.source}"}
        yield Standing({"producer": by, "schemaURL": JOB_EVENT, "job": job, "inputs": [], "outputs": []}, 2**62)


class Counting:
    """A client that counts questions."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.asked: list[str] = []

    def graphql(self, query: str, variables: Mapping[str, object]) -> Document:
        self.asked.append(query)
        return self._client.graphql(query, variables)


@pytest.fixture
def client(catalog: Database) -> Iterator[Client]:
    with connect(load({})) as client:
        yield client


def crawl(client: Client, crawler: Tables, minute: int = 0) -> tuple[Report, list[str]]:
    """A crawl at a minute, told to the catalog; what it asked."""
    report, counting = Report(), Counting(client)
    known = CatalogKnown(counting)  # type: ignore[arg-type] # it only asks
    events = [canonical(event) for event in snapshot(crawler, known, report, START + minute * 60_000_000)]
    assert all(ack["state"] == "accepted" for ack in client.ingest(iter(events)))
    return report, counting.asked


def counts(report: Report) -> tuple[int, int, int]:
    return report.told, report.unchanged, report.gone


def dropped(client: Client, name: str) -> Any:
    query = "query($name: String!) { datasets(select: $name) { nodes { dropped } } }"
    (node,) = client.graphql(query, {"name": f"{NAMESPACE}/{name}"})["datasets"]["nodes"]
    return node["dropped"]


def test_it_is_known_again_goes_and_comes_back(client: Client) -> None:
    both = {"db.s.a": "one", "db.s.b": "two"}
    assert counts(crawl(client, Tables("shop", both))[0]) == (3, 0, 0)
    assert counts(crawl(client, Tables("shop", both), 1)[0]) == (0, 3, 0)
    assert counts(crawl(client, Tables("shop", {"db.s.a": "one"}), 2)[0]) == (0, 2, 1)
    assert dropped(client, "db.s.b") is True
    known = CatalogKnown(client)
    standing = {subject.name for subject in known.standing("postgres", "shop")}
    assert standing == {"db.s.a", "job of shop"}
    gone = Subject("dataset", NAMESPACE, "db.s.b")
    assert known.crawled("postgres", "shop", [gone]) == {gone: Crawled(GONE, START + 120_000_000)}
    assert counts(crawl(client, Tables("shop", {"db.s.a": "one"}), 3)[0]) == (0, 2, 0)
    assert counts(crawl(client, Tables("shop", both), 4)[0]) == (1, 2, 0)
    assert dropped(client, "db.s.b") is False
    assert counts(crawl(client, Tables("shop", {**both, "db.s.a": "other"}), 5)[0]) == (1, 2, 0)


def test_of_two_sources_each_takes_back_its_own(client: Client) -> None:
    crawl(client, Tables("one", {"db.s.a": "x", "db.s.shared": "x"}))
    report, _ = crawl(client, Tables("two", {"db.s.shared": "x", "db.s.c": "x"}), 1)
    assert counts(report) == (2, 1, 0)  # what one source told, another need not tell again
    assert counts(crawl(client, Tables("two", {}), 2)[0]) == (0, 1, 1)
    assert dropped(client, "db.s.shared") is False
    assert counts(crawl(client, Tables("one", {"db.s.a": "x"}), 3)[0]) == (0, 2, 1)
    assert dropped(client, "db.s.shared") is True


def test_all_that_is_told_of_a_table_by_producers_and_crawlers(client: Client) -> None:
    crawl(client, Tables("shop", {"db.s.a": "of the crawl"}))
    name = Subject("dataset", NAMESPACE, "db.s.a")
    text = {"documentation": {"_producer": "urn:spark", "_schemaURL": "s", "description": "of spark"}}
    dataset = {"namespace": NAMESPACE, "name": "db.s.a", "facets": text}
    spark = {"eventTime": show(START + 60_000_000), "producer": "urn:spark", "dataset": dataset}
    assert all(ack["state"] == "accepted" for ack in client.ingest(iter([canonical(spark)])))
    known = CatalogKnown(client)
    told = known.told([name, Subject("dataset", NAMESPACE, "nothing")])
    found = [(one.facet, one.value.get("description")) for one in told[name] if one.facet == "documentation"]
    assert found == [("documentation", "of spark"), ("documentation", "of the crawl")]
    assert set(told) == {name}
    own = known.facets(["documentation"], [name[1:]])[name[1:]]["documentation"]
    assert own["description"] == "of the crawl", "a crawl goes on from what crawls told"


def test_what_stands_is_asked_for_a_thousand_at_a_time(client: Client) -> None:
    many = {f"db.s.t{number}": "x" for number in range(2_300)}
    assert counts(crawl(client, Tables("shop", many))[0]) == (2_301, 0, 0)
    report, asked = crawl(client, Tables("shop", many), 1)
    assert counts(report) == (0, 2_301, 0)
    assert len(asked) == 3
    few = dict(list(many.items())[:5])
    report, asked = crawl(client, Tables("shop", few), 2)
    assert counts(report) == (0, 6, 2_295)
    assert len(asked) == 3 + 23  # who else knows what is gone


def test_the_query_pages_and_looks_at_other_moments(client: Client) -> None:
    crawl(client, Tables("shop", {"db.s.a": "x", "db.s.b": "x"}))
    crawl(client, Tables("shop", {"db.s.a": "x"}), 1)
    odd = {"headwater_crawl_postgres": {"source": "shop", "digest": "x", "share": float("nan")}}  # of anybody
    about = {"namespace": NAMESPACE, "name": "odd", "facets": odd}
    [ack] = client.ingest([canonical({"eventTime": show(START), "producer": "urn:x", "dataset": about})])
    assert ack["state"] == "accepted"
    query = """query($after: String, $at: At) {
        crawled(crawler: "postgres", source: "shop", first: 1, after: $after, at: $at) {
        nodes { kind namespace name digest at } pageInfo { hasNextPage endCursor } } }"""
    found, after, more = [], None, True
    while more:
        page = client.graphql(query, {"after": after, "at": None})["crawled"]
        found += page["nodes"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert {(one["kind"], one["name"], one["digest"] == GONE, one["at"]) for one in found} == {
        ("DATASET", "db.s.a", False, show(START)),
        ("DATASET", "db.s.b", True, show(START + 60_000_000)),
        ("JOB", "job of shop", False, show(START)),
    }
    before = client.graphql(query.replace("first: 1", "first: 9"), {"after": None, "at": {"asOf": show(START)}})
    assert all(one["digest"] != GONE for one in before["crawled"]["nodes"])


def said(client: Client, name: str) -> list[tuple[str, str]]:
    """(producer, text) of what is said of a table."""
    query = "query($id: ID!) { node(id: $id) { ... on Dataset { facets } } }"
    found = client.graphql(query, {"id": public_id("dataset", NAMESPACE, name)})["node"]["facets"]
    docs = [one["value"] for one in found if one["facet"] == "documentation"]
    return [(one["_producer"], one["description"]) for one in docs]


def test_what_a_source_does_not_say_any_more_goes_and_what_others_say_stays(client: Client) -> None:
    by = producer("postgres")
    crawl(client, Tables("shop", {"db.s.a": "customers", "db.s.b": ""}))
    text = {"documentation": {"_producer": "urn:spark", "_schemaURL": "s", "description": "of spark"}}
    dataset = {"namespace": NAMESPACE, "name": "db.s.a", "facets": text}
    spark = {"eventTime": show(START + 1), "producer": "urn:spark", "dataset": dataset}
    assert all(ack["state"] == "accepted" for ack in client.ingest(iter([canonical(spark)])))
    assert said(client, "db.s.a") == [("urn:spark", "of spark"), (by, "customers")]
    assert counts(crawl(client, Tables("shop", {"db.s.a": "", "db.s.b": "x"}), 1)[0]) == (2, 1, 0)
    assert said(client, "db.s.a") == [("urn:spark", "of spark")]
    assert said(client, "db.s.b") == [(by, "x")]
    assert counts(crawl(client, Tables("shop", {"db.s.a": "", "db.s.b": "x"}), 2)[0]) == (0, 3, 0)
    crawl(client, Tables("shop", {"db.s.a": ""}), 3)
    crawl(client, Tables("shop", {"db.s.a": "", "db.s.b": ""}), 4)
    assert said(client, "db.s.b") == [], "it came back without what was said of it when it went"


@pytest.mark.parametrize("minute", [-10, 0])
def test_what_a_clock_told_that_was_ahead_is_followed_by_what_is_so_now(client: Client, minute: int) -> None:
    crawl(client, Tables("shop", {"db.s.a": "old", "db.s.b": "x"}))
    assert counts(crawl(client, Tables("shop", {"db.s.a": "new"}), minute)[0]) == (1, 1, 1)
    assert said(client, "db.s.a") == [(producer("postgres"), "new")]
    assert dropped(client, "db.s.b") is True
    assert counts(crawl(client, Tables("shop", {"db.s.a": "new"}), minute + 1)[0]) == (0, 2, 0)


HALF = """
import sys, time
from test_known import START, Tables
from headwater_catalog.canonical import canonical
from headwater_ingestors.crawlers.snapshot import Report, snapshot
from headwater_web.cli.client import connect
from headwater_web.cli.known import CatalogKnown
from headwater_web.settings import load
tables = Tables("shop", {f"db.s.t{number}": "x" for number in range(2_300)})
with connect(load({})) as client:
    events = snapshot(tables, CatalogKnown(client), Report(), START)
    for ack in client.ingest(canonical(event) for event in events):
        print(ack["state"], flush=True)
        time.sleep(600)
"""


def test_a_crawl_that_is_killed_between_two_commits_is_completed_by_the_next(client: Client) -> None:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    with subprocess.Popen([sys.executable, "-c", HALF], stdout=subprocess.PIPE, text=True, env=environ) as half:
        assert half.stdout is not None
        assert half.stdout.readline() == "accepted\n"
        half.send_signal(signal.SIGKILL)
    committed = len(list(CatalogKnown(client).standing("postgres", "shop")))
    assert 0 < committed < 2_301
    tables = Tables("shop", {f"db.s.t{number}": "x" for number in range(2_300)})
    assert counts(crawl(client, tables, 1)[0]) == (2_301 - committed, committed, 0)
    assert counts(crawl(client, tables, 2)[0]) == (0, 2_301, 0)
