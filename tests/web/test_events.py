"""Events over real HTTP: what is taken in, what is refused and how, and that nothing is a 5xx that is not ours."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from deadline import until
from doubles import LogOnly
from running import running
from samples import event, raw

from headwater_catalog.canonical import hash_of
from headwater_catalog.database.engine import Database
from headwater_web.settings import Settings

LINEAGE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"
PROBLEM = "application/problem+json"


def test_an_event_is_answered_with_its_entry_and_state(http: httpx.Client) -> None:
    first, second = http.post(LINEAGE, content=raw()), http.post(LINEAGE, json=event())
    assert (first.status_code, first.json()["state"]) == (201, "accepted")
    assert first.json()["event"] == hash_of(event()).hex()
    assert (second.status_code, second.json()["state"]) == (201, "duplicate")


BODIES = [
    (b"", 400, "not-json"),
    (b"no json", 400, "not-json"),
    (raw().replace(b"urn:test", b"\xff"), 400, "not-json"),
    (b"{}", 422, "no-shape"),
    (b"[]", 422, "not-an-object"),
    (b'{"event": {}}', 422, "no-shape"),
    (raw(eventTime=None), 422, "missing:eventTime"),
    (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, 422, "too-deep"),
    (b'{"a": "' + b"x" * (11 * 2**20) + b'"}', 413, "too-large"),
]


@pytest.mark.parametrize(("body", "status", "code"), BODIES, ids=[f"{code}-{len(body)}" for body, _, code in BODIES])
def test_a_refusal_is_a_problem_document_with_a_remedy(
    http: httpx.Client, database: Database, body: bytes, status: int, code: str
) -> None:
    answer = http.post(LINEAGE, content=body)
    said = answer.json()
    assert (answer.status_code, said["status"], said["code"]) == (status, status, code)
    assert answer.headers["content-type"] == PROBLEM
    assert said["detail"]
    assert said["remedy"]
    with database.connect() as connection:
        assert connection.execute("select code, length from core.rejected").fetchall() == [(code, len(body))]


ODD = [
    raw(producer="\0"),
    raw().replace(b"urn:test", b"\\ud800"),
    raw().replace(b'"urn:test"', b"NaN"),
    raw().replace(b'"urn:test"', b"-Infinity"),
    raw().replace(b'"urn:test"', b"1e999"),
    raw().replace(b'"urn:test"', b"9" * 4000),
    b"\xef\xbb\xbf" + raw(),
]


@pytest.mark.parametrize("body", ODD)
def test_odd_json_is_taken_in(http: httpx.Client, body: bytes) -> None:
    answer = http.post(LINEAGE, content=body)
    assert (answer.status_code, answer.json()["state"]) == (201, "accepted")


BATCHES = {
    "array": (b"[" + b",".join([raw(1), b"{}", raw(2), raw(1)]) + b"]", "application/json"),
    "lines": (b"\n".join([raw(1), b"{}", b"", raw(2), raw(1)]), "application/x-ndjson"),
    "crlf, no type": (b"\r\n".join([raw(1), b"{}", raw(2), raw(1)]), "text/plain"),
    "array with one too deep": (
        b"[" + b",".join([raw(1), b"[" * 9999 + b"]" * 9999, raw(2), raw(1)]) + b"]",
        "application/json",
    ),
    "array with one that is no JSON": (
        b" [" + b",".join([raw(1), b'{"a": nope, "b": "]"}', raw(2), raw(1)]) + b"]\n",
        "application/json",
    ),
}


@pytest.mark.parametrize("kind", BATCHES)
def test_a_batch_answers_counts_and_a_result_an_item_and_one_bad_entry_harms_no_other(
    http: httpx.Client, kind: str
) -> None:
    body, media = BATCHES[kind]
    answer = http.post(BATCH, content=body, headers={"Content-Type": media})
    said = answer.json()
    assert answer.status_code == 200
    assert [one["state"] for one in said["results"]] == ["accepted", "rejected", "accepted", "duplicate"]
    assert [said[name] for name in ("received", "accepted", "duplicate", "rejected", "parked")] == [4, 2, 1, 1, 0]
    assert said["results"][1]["remedy"]


@pytest.mark.parametrize("body", [b"[", b"[{}", b'["', b"[1]]", b"[" + b'\\"' * 100_000])
def test_an_array_that_does_not_end_is_refused_whole(http: httpx.Client, body: bytes) -> None:
    answer = http.post(BATCH, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "not-json")


def test_an_empty_batch_is_nothing(http: httpx.Client) -> None:
    for body in (b"", b"[]", b" \n\n"):
        assert http.post(BATCH, content=body).json()["received"] == 0


def test_a_batch_of_more_than_one_portion_keeps_its_order(http: httpx.Client) -> None:
    events = [raw(number) for number in range(950)]
    said = http.post(BATCH, content=b"\n".join(events), headers={"Content-Encoding": "identity"}).json()
    assert said["accepted"] == 950
    assert [one["event"] for one in said["results"]] == [hash_of(json.loads(one)).hex() for one in events]


def test_a_batch_has_a_bounded_number_of_items(http: httpx.Client) -> None:
    answer = http.post(BATCH, content=b"[" + b"1," * 30_000 + b"1]")
    assert (answer.status_code, answer.json()["code"]) == (413, "too-many")


def test_concurrent_posts_share_transactions(http: httpx.Client, fake: LogOnly, address: str) -> None:
    fake.gate.clear()
    with ThreadPoolExecutor(40) as pool:
        answers = [pool.submit(httpx.post, address + LINEAGE, content=raw(0))]
        assert fake.entered.wait(30)
        answers += [pool.submit(httpx.post, address + LINEAGE, content=raw(number)) for number in range(1, 40)]
        until(lambda: b"headwater_waiting_entries 39" in http.get("/metrics").content, what="39 to wait")
        fake.gate.set()
        assert {answer.result().status_code for answer in answers} == {201}
    assert fake.batches == [1, 39]
    assert "headwater_transactions_total 2" in http.get("/metrics").text


def test_when_the_line_is_full_the_answer_is_503_with_retry_after(fresh_database: str, fake: LogOnly) -> None:
    database = Database.from_url(fresh_database)
    with running(database, [fake], Settings(max_waiting=5)) as address, ThreadPoolExecutor(20) as pool:
        fake.gate.clear()
        waiting = [pool.submit(httpx.post, address + LINEAGE, content=raw(0))]
        assert fake.entered.wait(30)
        waiting += [pool.submit(httpx.post, address + LINEAGE, content=raw(number)) for number in range(1, 6)]
        until(lambda: b"headwater_waiting_entries 5" in httpx.get(address + "/metrics").content, what="5 to wait")
        refused = httpx.post(address + LINEAGE, content=raw(99))
        assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
        assert int(refused.headers["retry-after"]) > 0
        assert httpx.get(address + "/health/live").status_code == 200
        fake.gate.set()
        assert [one.result().status_code for one in waiting] == [201] * 6


def test_a_client_that_hangs_up_leaves_no_trace_but_its_event(http: httpx.Client, fake: LogOnly) -> None:
    fake.gate.clear()
    with pytest.raises(httpx.ReadTimeout):
        http.post(LINEAGE, content=raw(1), timeout=0.5)
    fake.gate.set()
    assert http.post(LINEAGE, content=raw(2)).status_code == 201
    assert http.post(LINEAGE, content=raw(1)).json()["state"] == "duplicate"
