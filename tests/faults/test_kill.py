"""kill -9 in the middle of a stream of events: nothing acknowledged is lost, nothing is doubled, soon it is back."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import httpx
import oracle
import orjson
import pytest
from deadline import promised, until
from histories import event_id, histories, reference_digest, wrapped
from projected import Raw
from served import Served

from headwater_catalog.canonical import hash_of

pytestmark = [oracle.needs_oracle, pytest.mark.slow, pytest.mark.xdist_group("faults")]
CLIENTS = 4
READY_SECONDS = 3.0


class Client:
    """Posts its share, single events and batches; what was not acknowledged it sends again, as any client would."""

    def __init__(self, share: Sequence[Raw], rng: random.Random) -> None:
        self._portions = deque(_portions(share, rng))
        self.acknowledged: set[str] = set()

    @property
    def done(self) -> bool:
        return not self._portions

    def run(self, address: str) -> None:
        """Post until all is sent or the server is gone."""
        with httpx.Client(base_url=address, trust_env=False, timeout=60) as http:
            while self._portions:
                portion = self._portions[0]
                try:
                    states = _post(http, portion)
                except httpx.TransportError:
                    return
                assert set(states) <= {"accepted", "duplicate"}, states
                self.acknowledged |= {event_id(entry) for entry in portion}
                self._portions.popleft()


def _portions(share: Sequence[Raw], rng: random.Random) -> list[list[Raw]]:
    left, portions = list(share), []
    while left:
        size = rng.choice([1, 1, 1, 5, 20])
        portions.append(left[:size])
        left = left[size:]
    return portions


def _post(http: httpx.Client, portion: Sequence[Raw]) -> list[str]:
    if len(portion) == 1:
        answer = http.post("/api/v1/lineage", content=wrapped(portion[0]))
        assert answer.status_code == 201, answer.text
        return [answer.json()["state"]]
    answer = http.post("/api/v1/lineage/batch", content=b"[" + b",".join(map(wrapped, portion)) + b"]")
    assert answer.status_code == 200, answer.text
    return [one["state"] for one in answer.json()["results"]]


def stream(server: Served, clients: Sequence[Client], kill_after: int | None, rng: random.Random) -> None:
    """Let the clients post; kill the server some moment after `kill_after` more events were acknowledged."""
    threads = [threading.Thread(target=client.run, args=(server.address,)) for client in clients]
    before = sum(len(client.acknowledged) for client in clients)
    for thread in threads:
        thread.start()
    if kill_after is not None:
        until(
            lambda: (
                sum(len(client.acknowledged) for client in clients) >= before + kill_after
                or all(client.done for client in clients)
            ),
            120,
            "the stream",
        )
        threading.Event().wait(rng.uniform(0, 0.02))  # anywhere in what a commit takes
        server.kill()
    for thread in threads:
        thread.join(120)


def logged(server: Served) -> list[str]:
    """The ids of the events in the log, one an entry."""
    with server.client() as http:
        lines = http.get("/api/v1/export").content.splitlines()
    return [hash_of(orjson.loads(line)["event"]).hex() for line in lines]


def check_kept(server: Served, clients: Sequence[Client]) -> None:
    """Log and state hold all that was acknowledged, and the same events."""
    ids = logged(server)
    assert set().union(*(client.acknowledged for client in clients)) <= set(ids), "an acknowledged event is lost"
    assert len(ids) == len(set(ids)), "an event is in the log twice"
    with server.client() as http:
        counted, digest = http.get("/api/v1/state").json()["events"]
    assert (counted, digest) == (len(ids), hash_of(sorted(ids)).hex()), "state and log differ"


def survive(folder: Path, moments: int, seed: int) -> None:
    rng = random.Random(seed)
    entries = histories(range(seed, seed + CLIENTS), 15 * (moments + 1))
    clients = [Client(entries[number::CLIENTS], rng) for number in range(CLIENTS)]
    with Served(folder) as server:
        for _ in range(moments):
            stream(server, clients, rng.randint(0, 2 * len(entries) // (3 * moments)), rng)
            server.start()
            assert min(server.wall, server.processor) <= promised(READY_SECONDS), f"ready after {server.wall:.1f} s"
            check_kept(server, clients)
        stream(server, clients, None, rng)
        assert all(client.done for client in clients)
        check_kept(server, clients)
        with server.client() as http:
            assert http.get("/api/v1/digest").json()["openlineage"] == reference_digest(entries)
            assert http.post("/api/v1/rebuild").json()["openlineage"] == reference_digest(entries)


def test_six_kills_lose_nothing(tmp_path: Path) -> None:
    survive(tmp_path, 6, seed=1)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(100, 105))
def test_fifty_kills_lose_nothing(tmp_path: Path, seed: int) -> None:
    survive(tmp_path, 10, seed)
