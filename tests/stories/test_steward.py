"""A steward describes a dataset; a hundred runs that bring another description do not take hers away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from running import running
from samples import event

from headwater_catalog.database.engine import Database
from headwater_web import composition

HERS = "One row an order, as the finance team counts them."
SAID = """
query($refs: [String!]!) { resolve(refs: $refs) { node { ... on Dataset {
  description descriptions { text source by effective revision } } } } }
"""


@pytest.fixture
def database(fresh_database: str) -> Database:
    return Database.from_url(fresh_database)


@pytest.fixture
def http(database: Database) -> Iterator[httpx.Client]:
    with (
        running(database, composition.translators().here) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as client,
    ):
        yield client


def run_of(number: int, words: str) -> dict[str, Any]:
    """A run that describes what it writes."""
    facets = {"documentation": {"description": words, "_producer": "urn:loader"}}
    return event(number, outputs=[{"namespace": "demo", "name": "orders", "facets": facets}])


def descriptions(http: httpx.Client) -> tuple[str | None, list[dict[str, Any]]]:
    """What counts, and all that is said."""
    answer = http.post("/graphql", json={"query": SAID, "variables": {"refs": ["demo/orders"]}}).json()
    assert "errors" not in answer, answer
    (found,) = answer["data"]["resolve"]
    return found["node"]["description"], found["node"]["descriptions"]


def describe(http: httpx.Client, text: str | None, revision: str | None = None) -> httpx.Response:
    change: dict[str, Any] = {"describe": {"node": ["dataset", "demo", "orders"], "text": text}}
    if revision is not None:
        change["ifRevision"] = revision
    return http.post("/api/v1/edits", json={"changes": [change]})


def outcome(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["outcomes"][0])


def check_hers(http: httpx.Client, theirs: str) -> None:
    counts, said = descriptions(http)
    assert counts == HERS
    assert [(one["source"], one["text"], one["effective"]) for one in said] == [
        ("PERSON", HERS, True),
        ("PRODUCER", theirs, False),
    ]


def test_a_description_stays_through_a_hundred_runs_and_gives_way_when_removed(
    http: httpx.Client, database: Database
) -> None:
    http.post("/api/v1/lineage", json=run_of(0, "orders table"))
    assert descriptions(http)[0] == "orders table"
    assert outcome(describe(http, HERS, "none"))["status"] == "APPLIED"
    check_hers(http, "orders table")

    sent = http.post("/api/v1/lineage/batch", json=[run_of(n, f"loaded {n}") for n in range(1, 60)]).json()
    assert sent["accepted"] == 59
    for number in range(60, 101):
        assert http.post("/api/v1/lineage", json=run_of(number, f"loaded {number}")).status_code == 201
    check_hers(http, "loaded 100")

    with database.connect() as connection:
        composition.rebuild(connection, lambda *_: None)
    check_hers(http, "loaded 100")

    assert outcome(describe(http, "Somebody else's words", "none"))["status"] == "CONFLICT"
    check_hers(http, "loaded 100")

    seen = descriptions(http)[1][0]["revision"]
    assert outcome(describe(http, None, seen))["status"] == "APPLIED"
    counts, said = descriptions(http)
    assert counts == "loaded 100"
    assert [(one["source"], one["effective"]) for one in said] == [("PRODUCER", True)]
