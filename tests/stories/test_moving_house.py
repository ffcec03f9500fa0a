"""A catalog moves: its export, taken in elsewhere, gives the same state, edits, ids and answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import servers
from commands import headwater, told
from running import running
from samples import event

from headwater_catalog.database.engine import Database
from headwater_web import composition

EVERYTHING = """
{ datasets(first: 100) { nodes { id ref retracted zone description
    descriptions { text source by at effective revision } owners { name } tags { name value } properties { name value }
    terms { status term { id iri } } fields { nodes { id path } } } }
  jobs(first: 100) { nodes { id ref retracted } }
  runs(first: 100) { nodes { id state } }
  terms(first: 100) { nodes { id iri } }
  resolve(refs: ["demo/orders", "demo/scratch"]) { status node { id retracted } } }
"""
ORDERS = ["dataset", "demo", "orders"]
CUSTOMER = "https://example.org/customer"
CHANGES: list[list[dict[str, Any]]] = [
    [{"describe": {"node": ORDERS, "text": "Line one\nline two\r\n\u2028 and \U0001f600"}}],
    [{"putTerm": {"iri": CUSTOMER, "prefLabel": {"en": "Customer"}}}],
    [{"assign": {"node": ORDERS, "term": CUSTOMER}}, {"own": {"node": ORDERS, "owner": "ada"}}],
    [
        {"tag": {"node": ORDERS, "tag": "pii", "value": "yes"}},
        {"property": {"node": ORDERS, "name": "p", "value": [1.0]}},
    ],
    [{"zoneRules": {"rules": [{"zone": "trusted", "pattern": "demo/o*"}]}}],
    [{"retract": {"target": ["run", "00000000-0000-4000-8000-000000000003", "", ""], "reason": "wrong day"}}],
    [{"retract": {"target": ["dataset", "demo", "scratch"]}}],
    [{"retract": {"target": ["job", "demo", "gone"]}}],
    [{"restore": {"target": ["job", "demo", "gone"]}}],
    [{"describe": {"node": ORDERS, "text": None}}],
    [{"describe": {"node": ORDERS, "text": "Orders"}}],
]


@pytest.fixture
def new_house(database_server: str, database_template: str) -> Iterator[str]:
    url = servers.create_database(database_server, database_template)
    yield url
    servers.drop_database(url)


def live_in(url: str) -> None:
    """Events of all kinds, odd ones too, and edits."""
    fields = {"schema": {"fields": [{"name": "id", "type": "INT"}]}, "acme_custom": {"n": [1.0, 1e300]}}
    with (
        running(Database.from_url(url), composition.translators().here) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as http,
    ):
        for number in range(8):
            outputs = [{"namespace": "demo", "name": "orders", "facets": fields}]
            http.post("/api/v1/lineage", json=event(number, outputs=outputs)).raise_for_status()
        http.post("/api/v1/lineage", content=json.dumps(event(3), indent=4)).raise_for_status()
        for name in ("gone", "scratch"):
            job, outputs = {"namespace": "demo", "name": name}, [{"namespace": "demo", "name": name}]
            http.post("/api/v1/lineage", json=event(20, job=job, outputs=outputs)).raise_for_status()
        http.post("/api/v1/lineage", json={"eventTime": "2024-05-01", "run": {}})
        for changes in CHANGES:
            answer = http.post("/api/v1/edits", json={"changes": changes})
            assert {one["status"] for one in answer.json()["outcomes"]} == {"APPLIED"}, answer.text


def everything(url: str) -> Any:
    """All nodes with their ids and what is said of them."""
    with running(Database.from_url(url), composition.translators().here) as address:
        answer = httpx.post(address + "/graphql", json={"query": EVERYTHING}, trust_env=False, timeout=60).json()
    assert "errors" not in answer, answer
    return answer["data"]


def test_an_export_taken_in_elsewhere_is_the_same_catalog(fresh_database: str, new_house: str, tmp_path: Path) -> None:
    live_in(fresh_database)
    box = tmp_path / "box.ndjson"
    assert headwater(fresh_database, "export", "--openlineage", "-o", str(box))[0] == 0
    taken = told(new_house, "ingest", str(box))
    assert (taken["rejected"], taken["parked"]) == (0, 0)
    old = told(fresh_database, "digest")
    assert told(new_house, "digest") == old
    before = everything(fresh_database)
    assert [one["node"]["retracted"] for one in before["resolve"]] == [False, True]
    assert everything(new_house) == before
    again = tmp_path / "again.ndjson"
    headwater(new_house, "export", "--openlineage", "-o", str(again))
    assert sorted(again.read_bytes().splitlines()) == sorted(box.read_bytes().splitlines())
    assert told(new_house, "rebuild")["catalog"] == old["catalog"]
    assert everything(new_house) == before


def test_the_order_of_what_is_carried_does_not_matter(fresh_database: str, new_house: str, tmp_path: Path) -> None:
    """Edits before the events that they speak of, retractions before what they take back."""
    live_in(fresh_database)
    box = tmp_path / "box.ndjson"
    headwater(fresh_database, "export", "--openlineage", "-o", str(box))
    box.write_bytes(b"\n".join(reversed(box.read_bytes().splitlines())))
    assert told(new_house, "ingest", str(box))["rejected"] == 0
    assert told(new_house, "digest") == told(fresh_database, "digest")
    assert everything(new_house) == everything(fresh_database)
