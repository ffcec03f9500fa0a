"""A catalog moves: its export, taken in elsewhere, gives the same state, edits, ids and answers."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import servers
from commands import headwater, told
from running import running
from samples import event
from unable import plant, unable

from headwater_catalog.database.engine import Database
from headwater_web import composition

EVERYTHING = """
{ datasets(first: 100) { nodes { id ref retracted zone description
    descriptions { text source by at effective revision } owners { name } tags { name value } properties { name value }
    terms { status term { id iri } } fields { nodes { id path } } } }
  jobs(first: 100) { nodes { id ref retracted } }
  runs(first: 100) { nodes { id state } }
  terms(first: 100) { nodes { id iri } }
  resolve(refs: ["demo/orders", "demo/scratch"]) { status node { id retracted } }
  watermarks { job { id } dataset { id } value at run { id } previous { value run { id } } }
  landingFiles(dataset: "demo/orders") { nodes { path state landed entry loads { run { id } state } } } }
"""
THEN = """
query($at: At!) {
  datasets(first: 100, at: $at) { nodes { id ref retracted description descriptions { text source by } owners { name }
    tags { name value } fields { nodes { id path type } } } }
  jobs(first: 100, at: $at) { nodes { id ref retracted } }
  runs(first: 100, at: $at) { nodes { id state } }
  watermarks(at: $at) { job { id } dataset { id } value at run { id } previous { value } }
  lineage(select: "job:load+", granularity: JOB, at: $at) { nodes { id } edges { from to status } } }
"""
PARKED = unable(99)
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
    plant(url)
    yield url
    servers.drop_database(url)


def live_in(url: str) -> None:
    """Events of all kinds, odd ones too, and edits; one that the catalog fails with."""
    plant(url)
    read = {"namespace": "demo", "name": "raw"}
    landed = {"outputFacets": {"headwater_landing_files": {"files": [{"path": "a.csv"}, {"path": "b.csv"}]}}}
    loaded = {"inputFacets": {"headwater_landing_files": {"files": ["a.csv"]}}}
    fields = {"schema": {"fields": [{"name": "id", "type": "INT"}]}, "acme_custom": {"n": [1.0, 1e300]}}
    with (
        running(Database.from_url(url), composition.translators().here) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as http,
    ):
        for number in range(8):
            outputs = [{"namespace": "demo", "name": "orders", "facets": fields, **landed}]
            told = event(number, outputs=outputs)
            told["run"]["facets"] = {"headwater_watermark": {"watermarks": [{**read, "value": number}]}}
            http.post("/api/v1/lineage", json=told).raise_for_status()
        http.post("/api/v1/lineage", content=json.dumps(event(3), indent=4)).raise_for_status()
        for name in ("gone", "scratch"):
            job, outputs = {"namespace": "demo", "name": name}, [{"namespace": "demo", "name": name}]
            http.post("/api/v1/lineage", json=event(20, job=job, outputs=outputs)).raise_for_status()
        loader = {"namespace": "demo", "name": "read"}
        inputs = [{"namespace": "demo", "name": "orders", **loaded}]
        http.post("/api/v1/lineage", json=event(21, job=loader, inputs=inputs, outputs=[])).raise_for_status()
        http.post("/api/v1/lineage", json={"eventTime": "2024-05-01", "run": {}})
        assert http.post("/api/v1/lineage", content=PARKED).json()["state"] == "parked"
        for changes in CHANGES:
            answer = http.post("/api/v1/edits", json={"changes": changes})
            assert {one["status"] for one in answer.json()["outcomes"]} == {"APPLIED"}, answer.text


def asked(url: str, query: str, **variables: object) -> Any:
    """What a server of this database answers."""
    with running(Database.from_url(url), composition.translators().here) as address:
        body = {"query": query, "variables": variables}
        answer = httpx.post(address + "/graphql", json=body, trust_env=False, timeout=60).json()
    assert "errors" not in answer, answer
    return answer["data"]


def everything(url: str) -> Any:
    """All nodes with their ids and what is said of them."""
    return asked(url, EVERYTHING)


def test_an_export_taken_in_elsewhere_is_the_same_catalog(fresh_database: str, new_house: str, tmp_path: Path) -> None:
    live_in(fresh_database)
    box = tmp_path / "box.ndjson"
    assert headwater(fresh_database, "export", "--openlineage", "-o", str(box))[0] == 0
    taken = told(new_house, "ingest", str(box))
    assert (taken["rejected"], taken["parked"]) == (0, 1)
    old = told(fresh_database, "digest")
    assert told(new_house, "digest") == old
    before = everything(fresh_database)
    assert [one["node"]["retracted"] for one in before["resolve"]] == [False, True]
    assert [mark["value"] for mark in before["watermarks"]] == [7]
    assert [file["state"] for file in before["landingFiles"]["nodes"]] == ["PROCESSED", "NEW"]
    assert everything(new_house) == before
    again = tmp_path / "again.ndjson"
    headwater(new_house, "export", "--openlineage", "-o", str(again))
    assert sorted(again.read_bytes().splitlines()) == sorted(box.read_bytes().splitlines())
    assert told(new_house, "rebuild")["catalog"] == old["catalog"]
    assert everything(new_house) == before


def test_what_was_known_at_each_moment_moves_too(fresh_database: str, new_house: str, tmp_path: Path) -> None:
    live_in(fresh_database)
    box = tmp_path / "box.ndjson"
    headwater(fresh_database, "export", "--openlineage", "-o", str(box))
    lines = box.read_bytes().splitlines()
    moments = sorted(json.loads(line)["receivedAt"] for line in lines)
    random.Random(1).shuffle(lines)
    box.write_bytes(b"\n".join(lines))
    told(new_house, "ingest", str(box))
    seen = set()
    for known_at in moments[4::5]:
        state = headwater(fresh_database, "export", "--state", "--known-at", known_at)[1]
        assert headwater(new_house, "export", "--state", "--known-at", known_at)[1] == state
        said = asked(fresh_database, THEN, at={"knownAt": known_at})
        assert asked(new_house, THEN, at={"knownAt": known_at}) == said, known_at
        seen.add(json.dumps(said))
    assert len(seen) > 3, "the moments differ"


def test_whoever_may_administer_moves_in_over_http(fresh_database: str, new_house: str, tmp_path: Path) -> None:
    live_in(fresh_database)
    box = tmp_path / "box.ndjson"
    headwater(fresh_database, "export", "--openlineage", "-o", str(box))
    scopes = {"mover": "ingest,read,admin", "job": "ingest,read"}
    keys = {name: told(new_house, "keys", "create", name, "--scope", some)["key"] for name, some in scopes.items()}
    with running(Database.from_url(new_house), None) as address:
        door = ("--url", address, "--api-key")
        assert told(new_house, "ingest", str(box), *door, keys["job"])["accepted"] == 0
        taken = told(new_house, "ingest", str(box), *door, keys["mover"])
        assert (taken["rejected"], taken["parked"]) == (0, 1)
    assert told(new_house, "digest") == told(fresh_database, "digest")


def test_plain_events_are_those_that_came_each_once(fresh_database: str, new_house: str, tmp_path: Path) -> None:
    live_in(fresh_database)
    box, state = tmp_path / "events.ndjson", told(fresh_database, "digest")
    assert headwater(fresh_database, "export", "--plain", "-o", str(box))[0] == 0
    events = [json.loads(line) for line in box.read_bytes().splitlines()]
    assert events[-1] == json.loads(PARKED)
    runs = [int(one["run"]["runId"][-4:]) for one in events[:-1]]
    assert runs == [0, 1, 2, 4, 5, 6, 7, 20, 20, 21], "no edit, no repetition, not the run that was taken back"
    taken = told(new_house, "ingest", str(box))
    assert (taken["duplicate"], taken["rejected"]) == (0, 0)
    # Only the retracted nodes differ, which the state of events does not know.
    assert told(new_house, "digest")["openlineage"] == state["openlineage"]


def test_a_part_of_the_log_is_what_came_since(fresh_database: str) -> None:
    live_in(fresh_database)
    lines = headwater(fresh_database, "export", "--openlineage")[1].splitlines()
    middle = json.loads(lines[6])["receivedAt"]
    since = headwater(fresh_database, "export", "--openlineage", "--since", middle)[1].splitlines()
    assert since == [line for line in lines if json.loads(line)["receivedAt"] >= middle]
    assert 0 < len(since) < len(lines)
    plain = headwater(fresh_database, "export", "--plain", "--since", middle)[1].splitlines()
    assert 0 < len(plain) < len(since)
    assert headwater(fresh_database, "export", "--openlineage", "--since", "yesterday")[0] == 2
    assert headwater(fresh_database, "export", "--state", "--since", middle)[0] == 2


def test_the_order_of_what_is_carried_does_not_matter(fresh_database: str, new_house: str, tmp_path: Path) -> None:
    """Edits before the events that they speak of, retractions before what they take back."""
    live_in(fresh_database)
    box = tmp_path / "box.ndjson"
    headwater(fresh_database, "export", "--openlineage", "-o", str(box))
    box.write_bytes(b"\n".join(reversed(box.read_bytes().splitlines())))
    assert told(new_house, "ingest", str(box))["rejected"] == 0
    assert told(new_house, "digest") == told(fresh_database, "digest")
    assert everything(new_house) == everything(fresh_database)
