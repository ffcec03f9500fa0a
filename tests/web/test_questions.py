"""Commands that ask: their GraphQL is the schema's, and their answers are the catalog's, in process and over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from graphql import parse, validate
from running import running
from samples import event

from headwater_catalog.database.engine import Database
from headwater_graphql.schema import schema
from headwater_web.cli.client import Client
from headwater_web.cli.lineage import QUERY as LINEAGE
from headwater_web.cli.local import local
from headwater_web.cli.remote import Answered, Remote, reached
from headwater_web.cli.search import QUERY as SEARCH
from headwater_web.composition import translators
from headwater_web.settings import Settings


@pytest.mark.parametrize("query", [LINEAGE, SEARCH])
def test_the_operations_are_the_schemas(query: str) -> None:
    assert validate(schema._schema, parse(query)) == []


@pytest.fixture(params=["in process", "over HTTP"])
def client(request: pytest.FixtureRequest, fresh_database: str) -> Iterator[Client]:
    """A catalog that holds raw → orders → report."""
    if request.param == "in process":
        with local(Settings(database_url=fresh_database)) as found:
            yield filled(found)
    else:
        with running(Database.from_url(fresh_database), translators().here) as address, reached(address, "") as http:
            yield filled(Remote(http))


def filled(client: Client) -> Client:
    report = event(
        2,
        job={"namespace": "demo", "name": "report"},
        inputs=[{"namespace": "demo", "name": "orders"}],
        outputs=[{"namespace": "demo", "name": "report"}],
    )
    acks = list(client.ingest([json.dumps(one).encode() for one in (event(1), report)]))
    assert [ack["state"] for ack in acks] == ["accepted", "accepted"]
    return client


def test_lineage_walks_both_ways(client: Client) -> None:
    variables = {"select": "orders", "direction": "BOTH", "depth": 3, "granularity": "DATASET", "history": "CURRENT"}
    found = client.graphql(LINEAGE, variables)["lineage"]
    assert {one["node"]["ref"].split("/")[-1].split(".")[-1] for one in found["nodes"]} >= {"raw", "orders", "report"}
    assert found["complete"]


def test_an_unknown_name_is_told_with_code_and_remedy(client: Client) -> None:
    variables = {"select": "nothing.like.that", "direction": "BOTH", "granularity": "DATASET", "history": "CURRENT"}
    with pytest.raises(Answered) as refused:
        client.graphql(LINEAGE, variables)
    assert refused.value.code
    assert refused.value.remedy


def test_search_finds_a_dataset(client: Client) -> None:
    found = client.graphql(SEARCH, {"text": "orders", "first": 5})["search"]["edges"]
    assert any("orders" in edge["node"]["node"]["ref"] for edge in found)


def test_edits_are_signed_by_whoever_asks_and_told_in_order(client: Client) -> None:
    changes = [{"describe": {"node": ["dataset", "demo", "orders"], "text": "All orders."}}, {"nonsense": {}}]
    assert [one["status"] for one in client.edit(changes, source="PERSON", dry_run=False)["outcomes"]] == [
        "SKIPPED",
        "INVALID",
    ]
    assert client.digest()["edits"] == client.digest()["edits"]
    done = client.edit(changes[:1], source="PERSON", dry_run=False)
    assert done["edit"]
    lines = [json.loads(line) for line in client.export()]
    assert [line["event"]["author"] for line in lines if line["event"].get("headwater") == "edit"] == ["local"]
