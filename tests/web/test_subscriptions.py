"""The feed over graphql-transport-ws: as it comes, only to who may read, within bounds, ending well."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from itertools import islice
from typing import Any

import httpx
import pytest
import shop
from deadline import until
from listener import FEED, Listener
from running import running
from websockets.exceptions import ConnectionClosed, InvalidStatus

from headwater_catalog.access import create_key, revoke_key
from headwater_catalog.database.engine import Database
from headwater_graphql import sockets
from headwater_web.cli.client import connect
from headwater_web.settings import Settings

ASKED = json.dumps({"type": "subscribe", "id": "1", "payload": {"query": FEED}})


@pytest.fixture
def served(database: Database) -> Iterator[str]:
    with running(database, None) as address:
        yield address


def tell(address: str, *events: dict[str, Any], key: str = "") -> None:
    with connect(Settings(url=address, api_key=key)) as client:
        states = {ack["state"] for ack in client.ingest(json.dumps(one).encode() for one in events)}
    assert states == {"accepted"}


def ended(listener: Listener) -> int:
    """The code with which the server closes, whatever it says before."""
    with pytest.raises(ConnectionClosed) as closed:
        [listener.socket.recv(30) for _ in range(1_000)]
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


def test_what_comes_is_told_and_nothing_else(served: str) -> None:
    """From the beginning, then as it comes; a select knows a job's runs, and all names of a dataset."""
    first, *later = shop.events()
    tell(served, first)
    with Listener(served) as all_of_it, Listener(served) as some, Listener(served) as runs:
        pages = all_of_it.pages()
        told = next(pages)["nodes"]
        assert {one["kind"] for one in told} == {"created", "schema", "lineage", "run"}
        of_job = some.pages(select="job:sales")
        with pytest.raises(AssertionError, match="not_found"):
            next(of_job)
        tell(served, *later)
        found = next(pages)
        assert found["nodes"]
        mine = [one for page in islice(some.pages(identity="2", select="job:sales"), 1) for one in page["nodes"]]
        assert {one["node"]["__typename"] for one in mine} == {"Job", "Run"}
        kinds = next(runs.pages(kinds=["run"]))["nodes"]
        assert {one["kind"] for one in kinds} == {"run"}
        assert {one["position"] for one in mine if one["kind"] == "run"} < {one["position"] for one in kinds}


def test_it_resumes_where_it_was_left(served: str) -> None:
    tell(served, *shop.events())
    with Listener(served) as listener:
        whole = [one["position"] for one in next(listener.pages(first=1000))["nodes"]]
    found: list[str] = []
    while len(found) < len(whole):
        with Listener(served) as listener:
            page = next(listener.pages(first=4, after=found[-1] if found else None))
            found += [one["position"] for one in page["nodes"]]
    assert found == whole


def test_a_question_is_answered_too(served: str) -> None:
    with Listener(served) as listener:
        listener.subscribe("{ stats { datasets } }")
        assert listener.receive()["payload"]["data"] == {"stats": {"datasets": 0}}
        assert listener.receive() == {"id": "1", "type": "complete"}
        listener.send({"type": "ping"})
        assert listener.receive() == {"type": "pong"}


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("subscription { nothing }", {}, "graphql_invalid"),
        ("subscription {", {}, "graphql_syntax"),
        (FEED, {"after": "nonsense"}, "invalid_cursor"),
        (FEED, {"after": "WyJjaGFuZ2VzIiwxMDAwMDAwMDAwXQ"}, "cursor_ahead"),
        (FEED, {"select": '"'}, "invalid_selector"),
        (FEED, {"select": "x" * 100_000}, "invalid_selector"),
        (FEED, {"kinds": ["odd"]}, "unknown_change"),
        (FEED, {"first": -1}, "invalid_first"),
        (FEED, {"first": 1001}, "invalid_first"),
        ("{ " + "a " * 2_000 + "}", {}, "graphql_syntax"),
    ],
)
def test_what_cannot_be_told_is_refused(served: str, query: str, variables: dict[str, Any], code: str) -> None:
    """The connection lives on, and the id is free again."""
    with Listener(served) as listener:
        for _ in range(2):
            listener.subscribe(query, **variables)
            refused = listener.receive()
            assert (refused["id"], refused["type"]) == ("1", "error")
            [extensions] = [error["extensions"] for error in refused["payload"]]
            assert extensions["code"] == code
            assert extensions["remedy"]


def test_a_subscription_by_post_is_sent_to_the_socket(served: str) -> None:
    answer = httpx.post(f"{served}/graphql", json={"query": FEED}, trust_env=False)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "only_socket")


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (["no json"], 4400),
        (['{"type": 5}'], 4400),
        ([b"\0"], 4400),
        (['{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }"}}'], 4401),
        (['{"type": "connection_init"}', '{"type": "connection_init"}'], 4429),
        (['{"type": "connection_init"}', '{"type": "odd"}'], 4400),
        (['{"type": "connection_init"}', '{"type": "subscribe"}'], 4400),
        (['{"type": "connection_init"}', *[ASKED] * 2], 4409),
        (['{"type": "connection_init"}', "x" * (2**20 + 1)], 1009),
    ],
)  # fmt: skip
def test_who_breaks_the_protocol_is_told_so(served: str, messages: list[Any], code: int) -> None:
    with Listener(served, begin=False) as listener:
        for message in messages:
            listener.socket.send(message)
        assert ended(listener) == code


def test_who_says_nothing_or_speaks_otherwise_goes(served: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Listener(served, begin=False, subprotocols=None) as listener:
        with pytest.raises(ConnectionClosed) as closed:
            listener.socket.recv(30)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4406


def test_there_are_bounds(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "MOST_SOCKETS", 2)
    monkeypatch.setattr(sockets, "MOST_OPERATIONS", 3)
    monkeypatch.setattr(sockets.Sockets.__init__, "__kwdefaults__", {"init_seconds": 0.2})
    with running(database, None) as served, Listener(served) as one, Listener(served):
        with Listener(served, begin=False) as third, pytest.raises(ConnectionClosed) as closed:
            third.socket.recv(30)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1013
        for number in range(3):
            one.subscribe(identity=str(number))
        one.subscribe(identity="4")
        refused = one.receive()
        assert (refused["id"], refused["payload"][0]["extensions"]["code"]) == ("4", "too_many_operations")
        one.send({"id": "0", "type": "complete"})
        one.subscribe("{ __typename }", identity="0")
        assert one.receive()["payload"] == {"data": {"__typename": "Query"}}
    with running(database, None) as served, Listener(served, begin=False) as silent:
        with pytest.raises(ConnectionClosed) as closed:
            silent.socket.recv(30)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4408


def test_only_who_may_read_listens_and_only_as_long_as_the_key_holds(database: Database) -> None:
    with database.connect() as connection:
        reading = create_key(connection, "reader", ["read"])
        writing = create_key(connection, "writer", ["ingest"])[1]
    with running(database, None) as served:
        for headers, code in (({}, 4401), ({"Authorization": f"Bearer {writing}"}, 4403)):
            with Listener(served, begin=False, additional_headers=headers) as nobody:
                with pytest.raises(ConnectionClosed) as closed:
                    nobody.socket.recv(30)
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == code
        known = {"Authorization": f"Bearer {reading[1]}"}
        for headers in ({"Authorization": "Bearer hw_nobody"}, {**known, "Origin": "https://evil.example"}):
            with pytest.raises(InvalidStatus) as refused:
                Listener(served, additional_headers=headers)
            assert refused.value.response.status_code == 403
        first, second, *_ = shop.events()
        tell(served, first, key=writing)
        with Listener(served, additional_headers={"Authorization": f"Bearer {reading[1]}"}) as listener:
            assert next(listener.pages())["nodes"]
            with database.connect() as connection:
                revoke_key(connection, reading[0].id)
            tell(served, second, key=writing)
            # For two seconds a revoked key may be held to be good: what comes until then is told.
            numbers = iter(range(6, 40))
            refused_with: list[dict[str, Any]] = []

            def refused_by_now() -> bool:
                tell(served, shop.run(next(numbers), "late", [], []), key=writing)
                message = listener.receive()
                if message["type"] == "error":
                    refused_with.extend(message["payload"])
                return message["type"] == "error"

            until(refused_by_now, 30, "the end of a subscription whose key was revoked")
            assert refused_with[0]["extensions"]["code"] in ("unauthorized", "unknown_key")


def test_a_server_that_stops_says_so(database: Database) -> None:
    with running(database, None) as served:
        listener = Listener(served)
        listener.subscribe()
        closed: list[ConnectionClosed] = []

        def wait() -> None:
            try:
                listener.socket.recv(30)
            except ConnectionClosed as error:
                closed.append(error)

        waiting = threading.Thread(target=wait)
        waiting.start()
    waiting.join(15)
    assert closed
    assert closed[0].rcvd is not None
    assert closed[0].rcvd.code == 1012
