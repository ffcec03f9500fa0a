"""kill -9 at random moments, of broker, server, consumers and sender: each event's facts once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from broker import Broker
from deadline import until
from served import Served, free_port

pytest.importorskip("confluent_kafka", reason="OpenLineage's Kafka transport needs confluent-kafka")

from consumers import Program, Sender, consumer

pytestmark = [pytest.mark.integration, pytest.mark.slow]
EVENTS = 20_000
KILLS = ("broker", "server", "consumer 1", "consumer 2", "sender") * 3
MOST_SECONDS = 360.0
SEED = 4


def test_twenty_thousand_events_and_fifteen_kills(
    tmp_path: Path, by_file: Callable[[int], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    rng = random.Random(SEED)
    began = time.monotonic()
    with Broker(tmp_path) as broker, Served(tmp_path, "--port", str(free_port())) as server, ExitStack() as stack:
        topic = broker.create_topic("killed", 4)
        # Slower than it could, so that the stream lasts longer than the kills.
        sender = Sender(tmp_path, broker.address, topic, EVENTS, pause=0.1)
        flags = ("--group", "killed", "--url", server.address)
        consumers = [consumer(tmp_path, f"c{n}", broker.address, topic, *flags) for n in (1, 2)]
        victims = {"broker": broker, "server": server, "sender": sender} | {
            f"consumer {n}": one for n, one in enumerate(consumers, 1)
        }
        for one in (sender, *consumers):
            stack.enter_context(one)
        until(lambda: read(broker) > 0, 60, "the first events")
        hit = [kill_one(victims[name], rng) for name in rng.sample(KILLS, len(KILLS))]
        killed = time.monotonic() - began
        until(lambda: not sender.running, MOST_SECONDS, "the end of the stream")
        messages = sum(broker.ends(topic).values())
        until(lambda: read(broker) == messages, MOST_SECONDS, "everything read")
        seconds = time.monotonic() - began
        twice = sum(one.end()["duplicate"] for one in consumers)
        with server.client() as http:
            digest = http.get("/api/v1/digest").json()
            counted = http.get("/api/v1/state").json()["events"][0]
            entries = sum(1 for _ in http.get("/api/v1/export").content.splitlines())
        rebuilt = rebuilt_digest(server)
    assert (sender.sent, counted, entries) == (EVENTS, EVENTS, EVENTS)
    assert digest == rebuilt == by_file(EVENTS)
    assert sum(hit) >= len(KILLS) - 3, "the sender may be done before its last kills; nobody else"
    assert seconds < MOST_SECONDS
    with capsys.disabled():
        print(
            f"\n{EVENTS:,} events, {messages:,} messages, {sum(hit)} kills within {killed:.0f} s, "
            f"all read after {seconds:.0f} s, {twice:,} of them again since the consumers' last start"
        )


def read(broker: Broker) -> int:
    """How many messages the group has committed."""
    return sum(broker.committed("killed").values())


def kill_one(victim: Any, rng: random.Random) -> bool:
    """At a random moment kill one and start it again; whether it was still there."""
    threading.Event().wait(rng.uniform(0, 2))
    if isinstance(victim, Program) and not victim.running:
        return False
    victim.kill()
    threading.Event().wait(rng.uniform(0, 1))
    victim.start()
    return True


def rebuilt_digest(server: Served) -> Any:
    """The digests once everything was derived from the log anew."""
    with server.client(300) as http:
        said = http.post("/api/v1/rebuild").json()
    return {name: said[name] for name in ("openlineage", "edits", "catalog")}


def test_a_consumer_with_the_database_in_hand_is_killed_and_goes_on(
    broker: Broker, tmp_path: Path, by_file: Callable[[int], Any]
) -> None:
    rng = random.Random(SEED)
    topic, count = broker.create_topic("alone", 3), 4_000
    with Sender(tmp_path, broker.address, topic, count, pause=0.1) as sender:
        flags = ("--group", "alone", "--data-dir", str(tmp_path / "data"))
        with consumer(tmp_path, "c", broker.address, topic, *flags) as one:
            for _ in range(4):
                known = sum(broker.committed("alone").values())
                until(lambda known=known: sum(broker.committed("alone").values()) > known, 60, "something read")
                threading.Event().wait(rng.uniform(0, 0.3))
                one.kill()
                one.start()
            until(lambda: not sender.running, 60, "the end of the stream")
            until(lambda: sum(broker.committed("alone").values()) == count, 60, "everything read")
            one.end()
    with Served(tmp_path) as server, server.client() as http:
        assert http.get("/api/v1/digest").json() == by_file(count)
