"""The Kafka door on a real broker: OpenLineage's own transport sends, members of a group share and hand over."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from broker import PASSWORD, USER, Broker
from deadline import until
from processes import PYTHONPATH
from samples import raw
from served import PROGRAM, Served

pytest.importorskip("confluent_kafka", reason="OpenLineage's Kafka transport needs confluent-kafka")

import streamed
from consumers import Program, Sender, consumer
from openlineage.client.transport.kafka import KafkaConfig

pytestmark = pytest.mark.integration
SECONDS = 120
LARGE = 20 * 2**20
PAGE = Path(__file__).parents[2] / "docs" / "producers" / "kafka.md"


def digest_of(server: Served) -> Any:
    with server.client() as http:
        return http.get("/api/v1/digest").json()


def done(broker: Broker, group: str, messages: int) -> Callable[[], bool]:
    """Whether a group has committed so many messages of its only topic."""
    return lambda: sum(broker.committed(group).values()) == messages


def test_two_processes_share_the_partitions_and_each_message_is_read_once(
    broker: Broker, tmp_path: Path, by_file: Callable[[int], Any]
) -> None:
    topic, count = broker.create_topic("shared", 4), 4_000
    with Served(tmp_path) as server, ExitStack() as stack:
        flags = ("--group", "shared", "--url", server.address)
        members = [consumer(tmp_path, f"c{n}", broker.address, topic, *flags) for n in range(2)]
        for one in members:
            stack.enter_context(one)
        until(lambda: broker.members("shared") == [2, 2], SECONDS, "two members with two partitions each")
        streamed.send(broker.address, topic, range(count))
        until(done(broker, "shared", count), SECONDS, "everything read")
        said = [one.end() for one in members]
        assert [sum(one[state] for one in said) for state in ("received", "accepted", "duplicate")] == [count, count, 0]
        assert all(one["received"] for one in said)
        assert digest_of(server) == by_file(count)


def test_members_come_and_go_in_mid_stream_and_nothing_is_lost_or_read_twice(
    broker: Broker, tmp_path: Path, by_file: Callable[[int], Any]
) -> None:
    topic = broker.create_topic("moving", 6)
    with Served(tmp_path) as server, ExitStack() as stack:
        flags = ("--group", "moving", "--url", server.address)
        first, second, third = (consumer(tmp_path, f"c{n}", broker.address, topic, *flags) for n in range(3))
        stack.enter_context(first)
        until(lambda: broker.members("moving") == [6], SECONDS, "one member")
        sending = stack.enter_context(Sender(tmp_path, broker.address, topic, 100_000, 0.1))
        stack.enter_context(second)
        until(lambda: broker.members("moving") == [3, 3], SECONDS, "two members")
        stack.enter_context(third)
        until(lambda: broker.members("moving") == [2, 2, 2], SECONDS, "three members")
        until(lambda: sending.sent > 2_000, SECONDS, "a stream")
        said = [first.end()]
        until(lambda: broker.members("moving") == [3, 3], SECONDS, "two members again")
        count = sending.enough()
        until(done(broker, "moving", count), SECONDS, "everything read")
        said += [second.end(), third.end()]
        assert min(one["received"] for one in said) > 0
        assert [sum(one[state] for one in said) for state in ("received", "accepted")] == [count, count]
        assert digest_of(server) == by_file(count)


def test_what_is_no_event_is_rejected_kept_and_passed_over(broker: Broker, fresh_database: str, tmp_path: Path) -> None:
    topic = broker.create_topic("mixed", 1, max_message_bytes=str(LARGE))
    # The fifth is larger than what is fetched of a partition at once, the eighth than what the door takes.
    large = raw(2, comment="x" * 3 * 2**20)
    values = [raw(1), None, b"nonsense", b"", large, b"{}", raw(1), b"x" * (11 * 2**20)]
    asyncio.run(produce(broker.address, topic, values, aborted=raw(9)))
    command = ("--until-caught-up", "--database-url", fresh_database)
    code, said = consumer(tmp_path, "c", broker.address, topic, "--group", "mixed", *command).start().wait()
    counts = [said[name] for name in ("received", "accepted", "duplicate", "rejected", "parked")]
    assert (code, counts) == (1, [8, 2, 1, 5, 0])
    assert sum(one["count"] for one in said["rejections"]) == 5
    code, said = consumer(tmp_path, "c", broker.address, topic, "--group", "mixed", *command).start().wait()
    assert (code, said["received"]) == (0, 0)
    again = consumer(tmp_path, "c", broker.address, topic, "--group", "mixed", "--from-beginning", *command)
    assert again.start().wait()[1]["duplicate"] == 3


async def produce(bootstrap: str, topic: str, values: Iterable[bytes | None], aborted: bytes) -> None:
    """Messages one by one, and one in a transaction that is taken back."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, max_request_size=LARGE) as producer:
        for value in values:
            await producer.send_and_wait(topic, value, key=b"key")
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, transactional_id="t") as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(topic, aborted)
        await producer.abort_transaction()


@pytest.mark.parametrize("packed", ["gzip", "snappy", "lz4", "zstd"])
def test_every_compression_that_producers_use_is_read(
    broker: Broker, fresh_database: str, tmp_path: Path, packed: str
) -> None:
    topic = broker.create_topic(packed, 2)
    streamed.send(broker.address, topic, range(300), **{"compression.type": packed, "linger.ms": "50"})
    flags = ("--group", packed, "--until-caught-up", "--database-url", fresh_database)
    assert consumer(tmp_path, "c", broker.address, topic, *flags).start().wait()[1]["accepted"] == 300


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
def test_with_tls_and_a_password(broker: Broker, fresh_database: str, tmp_path: Path, mechanism: str) -> None:
    topic = broker.create_topic(f"secret-{mechanism}", 1)
    streamed.send(broker.address, topic, range(10))
    said = {
        "HEADWATER_DATABASE_URL": fresh_database,
        "HEADWATER_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "HEADWATER_KAFKA_SASL_MECHANISM": mechanism,
        "HEADWATER_KAFKA_USERNAME": USER,
        "HEADWATER_KAFKA_PASSWORD": PASSWORD,
        "HEADWATER_KAFKA_CA_FILE": str(broker.ca_file),
    }
    flags = ("--group", mechanism, "--until-caught-up")
    one = consumer(tmp_path, "good", broker.secure_address, topic, *flags, **said).start()
    assert one.wait()[1]["accepted"] == 10
    for name, wrong in (("KAFKA_PASSWORD", "not-this-one"), ("KAFKA_CA_FILE", ""), ("KAFKA_SECURITY_PROTOCOL", "SSL")):
        more = {"HEADWATER_KAFKA_USERNAME": ""} if wrong == "SSL" else {}
        bad = consumer(
            tmp_path, name, broker.secure_address, topic, *flags, **said | more | {f"HEADWATER_{name}": wrong}
        )
        assert bad.start().wait()[0] == 3, name
        log = bad.log.read_text(encoding="utf-8")
        assert json.loads(log.splitlines()[-1])["code"] == "kafka_unreachable"
        assert PASSWORD not in log
        assert "not-this-one" not in log


def test_a_topic_that_is_not_there_is_told(broker: Broker, fresh_database: str, tmp_path: Path) -> None:
    one = consumer(tmp_path, "c", broker.address, "nowhere", "--database-url", fresh_database).start()
    assert one.wait()[0] == 2
    assert json.loads(one.log.read_text(encoding="utf-8").splitlines()[-1])["code"] == "kafka_no_topic"


def test_a_server_reads_the_topics_of_its_settings(
    broker: Broker, tmp_path: Path, by_file: Callable[[int], Any]
) -> None:
    topic, count = broker.create_topic("beside", 3), 1_000
    said = {"HEADWATER_KAFKA_BOOTSTRAP": broker.address, "HEADWATER_KAFKA_TOPICS": topic}
    with Served(tmp_path, HEADWATER_KAFKA_GROUP="beside", **said) as server:
        streamed.send(broker.address, topic, range(count))
        until(done(broker, "beside", count), SECONDS, "everything read")
        assert digest_of(server) == by_file(count)
    assert until(lambda: broker.members("beside") == [], SECONDS, "the group left")
    assert "Traceback" not in server.log.read_text(encoding="utf-8")


def test_the_page_for_producers(broker: Broker, tmp_path: Path) -> None:
    """Its lines, as they stand there but for the address: the transport, a reader that ends, a server that reads."""
    broker.create_topic("openlineage", 2)
    page = PAGE.read_text(encoding="utf-8").replace("kafka:9092", broker.address)
    blocks = {kind: re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL) for kind in ("yaml", "sh", "toml")}
    (tmp_path / "openlineage.yml").write_text(blocks["yaml"][0])
    environ = {**os.environ, "OPENLINEAGE_CONFIG": str(tmp_path / "openlineage.yml"), "PYTHONPATH": PYTHONPATH}
    emit = "from openlineage.client import OpenLineageClient as C; import streamed; C().emit(streamed.event_of({}))"
    job = [sys.executable, "-c", f"import sys; sys.path.append({str(Path(streamed.__file__).parent)!r}); {emit}"]

    def run(number: int) -> None:
        subprocess.run([*job[:2], job[2].format(number)], cwd=tmp_path, env=environ, check=True, timeout=60)

    run(1)
    with Served(tmp_path) as server:
        (once,) = (block for block in blocks["sh"] if "--until-caught-up" in block)
        _, *words = shlex.split(once)
        reader = Program([*PROGRAM, *words], tmp_path, "once", HEADWATER_DATA_DIR=str(server.data))
        code, said = reader.start().wait()
        assert (code, said["accepted"]) == (0, 1)
    (tmp_path / "headwater.toml").write_text(blocks["toml"][0])
    run(3)
    with Served(tmp_path) as server, server.client() as http:
        until(lambda: http.get("/api/v1/state").json()["events"][0] == 2, SECONDS, "the second event")
    transport = json.loads(re.search(r"TRANSPORT='(.*)'", page)[1])  # type: ignore[index]
    assert KafkaConfig.from_dict(transport).topic == "openlineage"
