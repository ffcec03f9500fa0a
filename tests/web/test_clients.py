"""openlineage-python as producers run it: addresses, keys, packing, retries; over real HTTP."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from deadline import until
from doubles import LogOnly
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import Job, OutputDataset, Run, RunEvent, RunState
from running import running
from samples import raw

from headwater_catalog.access import create_key
from headwater_catalog.database.engine import Database
from headwater_web.settings import Settings

BASE = "/headwater"


def emitted(number: int, state: RunState = RunState.COMPLETE) -> RunEvent:
    return RunEvent(
        eventType=state,
        eventTime="2024-05-01T10:00:00Z",
        run=Run(f"00000000-0000-4000-8000-{number:012d}"),
        job=Job("demo", "load"),
        outputs=[OutputDataset("demo", "orders")],
        producer="https://example.org",
    )


def client(**config: Any) -> OpenLineageClient:
    return OpenLineageClient(config={"transport": {"type": "http", **config}})


@pytest.fixture
def database(fresh_database: str) -> Database:
    return Database.from_url(fresh_database)


@pytest.fixture
def key(database: Database) -> str:
    with database.connect() as connection:
        return create_key(connection, "producer", ["ingest"])[1]


@pytest.fixture
def root(database: Database, key: str) -> Iterator[str]:
    """A server that asks for keys, below a base path; its address without that."""
    with running(database, [LogOnly()], Settings(base_path=BASE)) as address:
        yield address.removesuffix(BASE)


def events(database: Database) -> int:
    with database.connect() as connection:
        rows = connection.execute("select count(distinct h) from core.entry").fetchall()
    return int(rows[0][0])


def test_events_arrive_whatever_the_address_looks_like(root: str, key: str, database: Database) -> None:
    """A base path without a slash at its end is left out by the client itself; the root answers as well."""
    for number, address in enumerate((root, f"{root}/", f"{root}{BASE}", f"{root}{BASE}/")):
        for compression in (None, "gzip"):
            sender = client(url=address, auth={"type": "api_key", "apiKey": key}, compression=compression)
            sender.emit(emitted(number))
    assert events(database) == 4, "packed or not, an event is one"


def test_a_client_without_a_key_or_with_a_wrong_one_is_told_so(root: str, database: Database) -> None:
    for auth in ({}, {"auth": {"type": "api_key", "apiKey": "hw_000000000000_x"}}):
        with pytest.raises(Exception, match="401"):
            client(url=root, **auth).emit(emitted(1))
    assert events(database) == 0


def test_the_environment_is_enough(root: str, key: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", root)
    monkeypatch.setenv("OPENLINEAGE_API_KEY", key)
    OpenLineageClient().emit(emitted(1))
    assert events(database) == 1


def test_the_asynchronous_client_delivers_all_before_it_closes(root: str, key: str, database: Database) -> None:
    sender = OpenLineageClient(
        config={
            "transport": {
                "type": "async_http",
                "url": f"{root}{BASE}/",
                "auth": {"type": "api_key", "apiKey": key},
                "compression": "gzip",
            }
        }
    )
    for number in range(60):
        sender.emit(emitted(number, RunState.START))
        sender.emit(emitted(number))
    assert sender.close(30)
    assert events(database) == 120


@contextmanager
def full(database: Database) -> Iterator[tuple[str, Callable[[], None]]]:
    """A server with no room for more, until the function is called."""
    fake = LogOnly()
    with running(database, [fake], Settings(max_waiting=1)) as address, ThreadPoolExecutor(2) as pool:
        fake.gate.clear()
        held = [pool.submit(httpx.post, f"{address}/api/v1/lineage", content=raw(0), timeout=60)]
        assert fake.entered.wait(30)
        held.append(pool.submit(httpx.post, f"{address}/api/v1/lineage", content=raw(1), timeout=60))
        until(lambda: b"headwater_waiting_entries 1" in httpx.get(address + "/metrics").content, what="one to wait")
        yield address, fake.gate.set
        assert [one.result().status_code for one in held] == [201, 201]


def test_a_client_that_is_sent_away_comes_again_by_itself(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """503 with Retry-After is what its retries know; 429 would be an error to it."""
    caplog.set_level(logging.DEBUG, logger="urllib3")
    with full(database) as (address, make_room), ThreadPoolExecutor(1) as pool:
        sent = pool.submit(client(url=address, timeout=60, compression="gzip").emit, emitted(7))
        until(lambda: "Incremented Retry" in caplog.text, 30, "the client to be sent away")
        make_room()
        sent.result(60)
    assert events(database) == 3
    assert " 429 " not in caplog.text
    assert " 503 " in caplog.text


def test_the_asynchronous_client_comes_again_too(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="httpx2")
    with full(database) as (address, make_room):
        sender = OpenLineageClient(config={"transport": {"type": "async_http", "url": address, "timeout": 60}})
        sender.emit(emitted(7))
        until(lambda: "503 Service Unavailable" in caplog.text, 30, "the client to be sent away")
        make_room()
        assert sender.close(60)
    assert events(database) == 3
    assert " 429 " not in caplog.text


def test_an_event_that_is_sent_again_is_the_same_event(root: str, key: str, database: Database) -> None:
    """As after an answer that got lost: at the same time, later, packed, in a batch."""
    headers = {"Authorization": f"Bearer {key}"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: httpx.post(f"{root}/api/v1/lineage", content=raw(), headers=headers), range(16))
        )
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.json()["state"] for answer in answers) == ["accepted", *["duplicate"] * 15]
    batch = httpx.post(f"{root}/api/v1/lineage/batch", content=b"[" + raw() + b"," + raw() + b"]", headers=headers)
    assert batch.json()["duplicate"] == 2
    assert events(database) == 1
