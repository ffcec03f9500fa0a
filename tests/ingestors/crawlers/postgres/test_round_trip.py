"""A PostgreSQL with one of everything: crawled, shown, made elsewhere, crawled again: equal, as the server says too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import declared_postgres
import every_postgres
import psycopg
import pytest
import servers
import shown
from commands import headwater
from crawled import Memory

from headwater_catalog.database.engine import Database
from headwater_catalog.schemas.ddl.script import statements
from headwater_ingestors.crawlers.postgres.crawler import opened
from headwater_web.cli.client import connect
from headwater_web.settings import Settings

COMPARED = ("datasetType", "schema", "documentation", "headwater_relation", "columnLineage", "lineage")
UNTOLD: dict[str, Callable[[tuple[Any, ...]], tuple[Any, ...]]] = {
    "constraints": lambda row: (*row[:2], None, row[3]) if row[1] == "n" else row,  # names of NOT NULL constraints
    "foreign": lambda row: row[:2],  # options of foreign tables
    "inherited": lambda row: (*row[:2], row[3]),  # columns that only the parent declares: the child repeats them
}
"""What docs/crawlers/postgres.md says that no crawl tells: the rows of an aspect without it."""


@pytest.fixture
def source(empty_database: str) -> str:
    """One of everything."""
    with psycopg.connect(empty_database, autocommit=True) as connection:
        for statement in every_postgres.SERVER:
            connection.execute(statement)
        every_postgres.make(connection)
    return empty_database


@pytest.fixture
def elsewhere(database_server: str) -> Iterator[str]:
    url = servers.create_database(database_server)
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in every_postgres.SERVER:
            connection.execute(statement)
    yield url
    servers.drop_database(url)


def crawled(url: str) -> dict[str, Any]:
    """What a crawl tells of each dataset, without the name of the database."""
    events, report = Memory().crawl(opened(url, {}))
    assert [one.code for one in report.listed] == []
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    text = "\n".join(json.dumps(event["dataset"], ensure_ascii=False) for event in events).replace(f"{name}.", "")
    found = [json.loads(line) for line in text.splitlines()]
    return {one["name"]: {facet: one["facets"].get(facet) for facet in COMPARED} for one in found}


def test_made_elsewhere_it_is_equal(source: str, elsewhere: str, fresh_database: str) -> None:
    assert headwater(fresh_database, "snapshot", "postgres", source)[0] == 0
    with connect(Settings(database_url=fresh_database)) as client:
        declared = list(shown.declared(client.graphql))
    with psycopg.connect(elsewhere, autocommit=True) as connection:
        for statement in statements(declared):
            connection.execute(statement)
    before, after = crawled(source), crawled(elsewhere)
    assert list(after) == list(before)
    for name, told in before.items():
        assert after[name] == told, name
    had, has = declared_postgres.declared(source), declared_postgres.declared(elsewhere)
    for aspect in declared_postgres.ASPECTS:
        compared = UNTOLD.get(aspect, lambda row: row)
        assert had[aspect], f"the source has no {aspect}: nothing would be compared"
        assert set(map(compared, has[aspect])) == set(map(compared, had[aspect])), aspect


def test_every_base_type_is_there(source: str) -> None:
    attributes = crawled(source)["shop.types"]["headwater_relation"]["attributes"]
    with psycopg.connect(source) as connection:
        (known,) = connection.execute(f"SELECT count(*) FROM ({every_postgres.TYPES}) t").fetchone() or (0,)
    assert len(attributes) == known + len(every_postgres.BOUNDED)
    assert known > 150


def test_no_secret_is_told(source: str) -> None:
    events, _ = Memory().crawl(opened(source, {}))
    assert "hunter2" not in json.dumps(events)


def test_the_database_says_which_version(source: str) -> None:
    assert Database.from_url(source).check() >= 15
