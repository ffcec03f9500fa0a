"""Bad input beside good: what is bad is refused with a reason, what is odd is taken in, and no neighbour is harmed."""

from __future__ import annotations

import itertools
import json
from typing import Any

import httpx
import oracle
import pytest
from histories import reference_digest
from poison import BAD
from poison_odd import LONG, ODD
from poison_requests import BODIES, REQUESTS, spoiled
from running import running
from samples import event

from headwater_catalog.database.engine import Database
from headwater_catalog.times import parse_time
from headwater_web.composition import translators

LINEAGE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"
Shared = tuple[Database, httpx.Client]
_numbers = itertools.count(1)

pytestmark = pytest.mark.xdist_group("poison")


def neighbour() -> bytes:
    """A good event like no other."""
    return json.dumps(event(next(_numbers))).encode()


def between_neighbours(http: httpx.Client, body: bytes) -> dict[str, Any]:
    """Send an entry in one batch with a good one before and after it, which must be accepted; gives its end."""
    content = b"\n".join((neighbour(), body, neighbour()))
    answer = http.post(BATCH, content=content, headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 200, answer.text[:2000]
    before, found, after = answer.json()["results"]
    assert (before["state"], after["state"]) == ("accepted", "accepted")
    return dict(found)


@pytest.mark.parametrize("kind", BAD)
def test_what_is_bad_is_refused_with_a_reason_beside_good_neighbours(shared: Shared, kind: str) -> None:
    _, http = shared
    body, code = BAD[kind]
    found = between_neighbours(http, body)
    assert found["state"] == "rejected", found
    assert found["code"] == code or (not code and found["code"]), found
    assert found["sentence"]
    assert found["remedy"]
    alone = http.post(LINEAGE, content=body)
    said = alone.json()
    assert 400 <= alone.status_code < 500
    assert alone.headers["content-type"] == "application/problem+json"
    assert said["code"] == found["code"]
    assert said["detail"]
    assert said["remedy"]


@pytest.mark.parametrize("kind", ODD)
def test_what_is_odd_is_taken_in_beside_good_neighbours(shared: Shared, kind: str) -> None:
    _, http = shared
    assert between_neighbours(http, ODD[kind])["state"] == "accepted"
    alone = http.post(LINEAGE, content=ODD[kind])
    assert (alone.status_code, alone.json()["state"]) == (201, "duplicate")


@pytest.mark.parametrize("kind", LONG)
def test_what_is_longer_than_an_index_row_is_taken_in(shared: Shared, kind: str) -> None:
    _, http = shared
    assert between_neighbours(http, LONG[kind])["state"] == "accepted"
    alone = http.post(LINEAGE, content=LONG[kind])
    assert (alone.status_code, alone.json()["state"]) == (201, "duplicate")


def answered(answer: httpx.Response, sent: object) -> None:
    """Whatever was sent, the answer is not that the server made a mistake."""
    assert answer.status_code < 500, (answer.status_code, answer.text[:500], str(sent)[:500])
    assert b"internal_error" not in answer.content, (answer.text[:500], str(sent)[:500])


@pytest.mark.parametrize("path", ["/api/v1/edits", "/api/v1/keys", "/login", "/graphql"])
def test_no_body_is_a_mistake_of_the_server(shared: Shared, path: str) -> None:
    _, http = shared
    for kind, body in BODIES.items():
        answered(http.post(path, content=body, headers={"Content-Type": "application/json"}), (path, kind))


@pytest.mark.parametrize(("path", "good"), REQUESTS, ids=lambda one: one if isinstance(one, str) else str(one)[:40])
def test_no_member_of_a_request_is_a_mistake_of_the_server(
    database: Database, path: str, good: dict[str, object]
) -> None:
    with running(database, translators().here) as address, httpx.Client(base_url=address, timeout=60) as http:
        key = http.post("/api/v1/keys", json={"name": "all", "scopes": ["admin"]}).json()["key"]
        http.headers["Authorization"] = f"Bearer {key}"
        assert http.post(path, json=good).status_code in {200, 201, 401}
        for document in spoiled(good):
            answered(http.post(path, json=document), document)


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_no_path_is_a_mistake_of_the_server(shared: Shared, method: str) -> None:
    _, http = shared
    for part in ("a%00b", "%ff", "%", "%F0%9F", "x" * 10_000, "..%2f", "%s"):
        for path in ("/api/v1/keys/", "/api/v1/state?asOf=", "/"):
            answered(http.request(method, path + part), path + part)


@oracle.needs_oracle
def test_the_state_is_that_of_the_reference_after_all_of_it(database: Database, http: httpx.Client) -> None:
    """In one batch, good and bad: the state is what the reference makes of what was taken in."""
    odd = [body for kind, body in (ODD | LONG).items() if kind != "two thousand inputs"]  # minutes in the reference
    entries = [body for one in odd for body in (neighbour(), one)] + [body for body, _ in BAD.values()]
    lines = [body.replace(b"\n", b" ") for body in entries if len(body) < 2**20]
    answer = http.post(BATCH, content=b"\n".join(lines), headers={"Content-Type": "application/x-ndjson"})
    said = answer.json()
    assert said["parked"] == 0
    assert said["received"] == len(lines) == said["accepted"] + said["duplicate"] + said["rejected"]
    exported = [json.loads(line) for line in http.get("/api/v1/export").content.splitlines()]
    taken = [(json.dumps(one["event"]).encode(), parse_time(one["receivedAt"])) for one in exported]
    wanted = reference_digest(taken)
    assert http.get("/api/v1/digest").json()["openlineage"] == wanted
    assert http.post("/api/v1/rebuild").json()["openlineage"] == wanted
