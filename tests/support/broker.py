"""A real Kafka on loopback: fetched from Maven Central once, one process in KRaft mode, ended with kill -9."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import maven
from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError
from deadline import until
from served import free_port

VERSION = "4.1.2"
USER, PASSWORD = "loader", "only-for-tests"
_ARTIFACTS = (f"org.apache.kafka:kafka_2.13:{VERSION}", "org.slf4j:slf4j-simple:1.7.36")
_JAAS = "org.apache.kafka.common.security"
_PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{plain},SECURE://127.0.0.1:{secure},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{plain},SECURE://127.0.0.1:{secure}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
listener.name.secure.ssl.keystore.location={folder}/broker.p12
listener.name.secure.ssl.keystore.password={password}
listener.name.secure.ssl.keystore.type=PKCS12
listener.name.secure.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.secure.plain.sasl.jaas.config={jaas}.plain.PlainLoginModule required user_{user}="{password}";
listener.name.secure.scram-sha-512.sasl.jaas.config={jaas}.scram.ScramLoginModule required;
log.dirs={folder}/logs
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=3000
"""


def jars() -> Path:
    """The folder of the broker's jars; skips the test where there are none."""
    return maven.jars(f"kafka-{VERSION}", _ARTIFACTS, ("java", "keytool", "mvn"))


class Broker:
    """One process after the other on one folder and the same ports; what they say is kept in `log`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._java = ["java", "-Xmx256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{jars()}/*"]
        self._config = folder / "server.properties"
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / "broker.log"
        plain, secure, controller = (free_port() for _ in range(3))
        self.address, self.secure_address = f"127.0.0.1:{plain}", f"127.0.0.1:{secure}"
        self.ca_file = folder / "broker.pem"
        self._make_certificate()
        self._config.write_text(
            _PROPERTIES.format(
                plain=plain, secure=secure, controller=controller, folder=folder,
                user=USER, password=PASSWORD, jaas=_JAAS,
            )
        )  # fmt: skip
        scram = f"SCRAM-SHA-512=[name={USER},password={PASSWORD}]"
        self._run("kafka.tools.StorageTool", "format", "-t", "4L6g3nShT-eMCtK--X86sw", "-S", scram, "-c", self._config)

    def __enter__(self) -> Broker:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> Broker:
        """Start, and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen([*self._java, "kafka.Kafka", self._config], stdout=log, stderr=log)
        until(self._answers, 60, f"an answer of Kafka ({self.log})")
        return self

    def kill(self) -> None:
        """End it at once; what it acknowledged is in the kernel's hands and stays."""
        assert self._process
        self._process.kill()
        self._process.wait(30)

    def create_topic(self, name: str, partitions: int, **more: str) -> str:
        """Make a topic, `more` of it configured; gives its name."""
        said = {key.replace("_", "."): value for key, value in more.items()}
        topic = NewTopic(name, partitions, 1, topic_configs=said)
        asyncio.run(self._admin(lambda admin: admin.create_topics([topic])))
        return name

    def committed(self, group: str) -> dict[tuple[str, int], int]:
        """The offsets that a group has committed, by topic and partition."""
        with suppress(GroupCoordinatorNotAvailableError):  # nobody was in a group yet
            found = asyncio.run(self._admin(lambda admin: admin.list_consumer_group_offsets(group)))
            return {(place.topic, place.partition): said.offset for place, said in found.items()}
        return {}

    def ends(self, topic: str) -> dict[int, int]:
        """How many messages each partition of a topic has had."""

        async def ask() -> dict[int, int]:
            async with AIOKafkaConsumer(topic, bootstrap_servers=self.address) as consumer:
                ends = await consumer.end_offsets(consumer.assignment())
            return {place.partition: end for place, end in ends.items()}

        return asyncio.run(ask())

    def members(self, group: str) -> list[int]:
        """How many partitions each member of a group has, once the group is stable; else nothing."""
        with suppress(GroupCoordinatorNotAvailableError):
            (said,) = asyncio.run(self._admin(lambda admin: admin.describe_consumer_groups([group])))
            _, _, state, _, _, members, *_ = said.groups[0]
            return [len(_partitions(one[-1])) for one in members] if state == "Stable" else []
        return []

    def _answers(self) -> bool:
        assert self._process
        assert self._process.poll() is None, self.log.read_text(encoding="utf-8")[-2000:]
        host, port = self.address.split(":")
        with suppress(OSError, KafkaError), socket.create_connection((host, int(port)), 1):
            asyncio.run(self._admin(lambda admin: admin.list_topics()))
            return True
        return False

    async def _admin(self, ask):
        admin = AIOKafkaAdminClient(bootstrap_servers=self.address)
        try:
            await admin.start()
            return await ask(admin)
        finally:
            await admin.close()

    def _make_certificate(self) -> None:
        store = ["-keystore", f"{self._folder}/broker.p12", "-storetype", "PKCS12", "-storepass", PASSWORD]
        name = ["-alias", "broker", "-dname", "CN=127.0.0.1", "-ext", "SAN=IP:127.0.0.1"]
        _silently(["keytool", "-genkeypair", "-keyalg", "EC", "-validity", "30", *name, *store])
        _silently(["keytool", "-exportcert", "-rfc", "-alias", "broker", "-file", self.ca_file, *store])

    def _run(self, *arguments: object) -> None:
        _silently([*self._java, *map(str, arguments)])


def _silently(command: list[object]) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr)


def _partitions(assignment: bytes) -> list[int]:
    from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment

    if not assignment:
        return []
    decoded = ConsumerProtocolMemberAssignment.decode(assignment)
    return [partition for _, partitions in decoded.assignment for partition in partitions]
