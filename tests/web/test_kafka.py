"""What lies between Kafka and the door: a way in that stays open, the command, and reading beside a server."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from running import running
from samples import event, raw
from served import Served, free_port

from headwater_catalog.access import create_key
from headwater_catalog.database.engine import Database
from headwater_catalog.door import Door
from headwater_catalog.errors import HeadwaterError, InvalidRequest, Unavailable
from headwater_catalog.sizes import MAX_ENTRY
from headwater_ingestors.kafka import member
from headwater_web import consuming
from headwater_web.cli import main
from headwater_web.cli.client import Client, connect
from headwater_web.composition import translators
from headwater_web.settings import Settings, load

WRAPPED = {"receivedAt": "2024-05-02T00:00:00Z", "event": event(7)}
EDIT = {"edit": {"author": "mallory", "time": "2024-05-01T10:00:00Z", "source": "PERSON", "changes": []}}


@pytest.fixture(params=["in process", "over HTTP"])
def client(request: pytest.FixtureRequest, database: Database, fresh_database: str) -> Iterator[Client]:
    """A catalog, either way."""
    if request.param == "in process":
        with connect(Settings(database_url=fresh_database)) as found:
            yield found
    else:
        with running(database, translators().here) as address, connect(Settings(url=address)) as found:
            yield found


def test_each_message_gets_its_own_answer_in_order(client: Client, database: Database) -> None:
    messages = [
        raw(1),
        b"",
        b"nonsense",
        b" \n",
        b"[]",
        json.dumps(event(2), indent=1).encode(),
        raw(1),
        b"{" + b" " * MAX_ENTRY,
        raw(3),
    ]
    with client.intake() as intake:
        acks = intake(messages)
        again = intake([raw(3)])
    states = [
        "accepted",
        "rejected",
        "rejected",
        "rejected",
        "rejected",
        "accepted",
        "duplicate",
        "rejected",
        "accepted",
    ]
    assert [ack["state"] for ack in acks] == states
    assert [ack["state"] for ack in again] == ["duplicate"]
    codes = [ack.get("code") for ack in acks]
    assert codes[1:5] == ["not-json", "not-json", "not-json", "not-an-object"]
    assert codes[7] == "too-large"
    with database.connect() as connection:
        kept = connection.execute("select code, times from core.rejected order by length").fetchall()
    assert ("not-json", 1) in kept, "a tombstone can be looked at like all that is rejected"
    assert len(kept) == 5


def test_a_message_can_neither_edit_nor_say_when_it_was_received(client: Client, database: Database) -> None:
    with client.intake() as intake:
        assert {ack["state"] for ack in intake([json.dumps(EDIT).encode(), json.dumps(WRAPPED).encode()])} == {
            "rejected"
        }
    with database.connect() as connection:
        assert connection.execute("select count(*) from core.entry").fetchall() == [(0,)]


def test_with_a_key_of_scope_admin_messages_are_still_a_producers(database: Database) -> None:
    with database.connect() as connection:
        key = create_key(connection, "all", ["admin"])[1]
    with (
        running(database, translators().here) as address,
        connect(Settings(url=address, api_key=key)) as client,
        client.intake() as intake,
    ):
        assert intake([json.dumps(WRAPPED).encode()])[0]["state"] == "rejected"
        headers = {"Authorization": f"Bearer {key}"}
        trusted = httpx.post(f"{address}/api/v1/lineage", content=json.dumps(WRAPPED), headers=headers, trust_env=False)
        assert trusted.status_code == 201


def test_a_server_that_is_away_may_be_asked_again(database: Database) -> None:
    with running(database, translators().here) as address, connect(Settings(url=address)) as client:
        pass
    with connect(Settings(url=address)) as client, client.intake() as intake, pytest.raises(Unavailable) as raised:
        intake([raw()])
    assert raised.value.code == "server_unreachable"


def test_a_server_that_is_started_anew_has_a_key_that_its_reader_learns(tmp_path: Path) -> None:
    with Served(tmp_path, "--port", str(free_port())) as server:
        here = Settings(data_dir=str(server.data))
        with connect(here) as client:
            client.create_key("other", ["read"])
        with connect(here) as client, client.intake() as intake:
            assert intake([raw(1)])[0]["state"] == "accepted"
            server.kill()
            server.start()
            assert intake([raw(1)])[0]["state"] == "duplicate"


@pytest.fixture(autouse=True)
def loud() -> Iterator[None]:
    """Kafka's client may say again what it likes, once a test is over."""
    library = logging.getLogger("aiokafka")
    before = (list(library.handlers), library.propagate)
    yield
    library.handlers, library.propagate = before


# The command ---------------------------------------------------------------------------------------------------------


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ingest(run: Run) -> Run:
    """`headwater ingest kafka` with these flags; gives exit code, output, errors."""
    return partial(run, "ingest", "kafka")


def test_without_its_extra_the_command_says_how_to_get_it(ingest: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "aiokafka"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "aiokafka", None)
    monkeypatch.delitem(sys.modules, "headwater_ingestors.kafka.member")
    code, _, err = ingest("--topic", "t", "--bootstrap", "127.0.0.1:1")
    assert code == 3
    assert "pip install '.[kafka]'" in err


def test_it_needs_a_kafka_and_a_topic(ingest: Run) -> None:
    for arguments, missing in (("--topic", "t"), "--bootstrap"), (("--bootstrap", "h:1"), "--topic"):
        code, _, err = ingest(*arguments)
        assert (code, missing in err) == (2, True)


def test_who_waits_for_the_end_is_told_at_once_that_no_kafka_is_there(ingest: Run, fresh_database: str) -> None:
    place = ("--bootstrap", "127.0.0.1:1", "--database-url", fresh_database)
    code, _, err = ingest("--topic", "t", "--until-caught-up", *place, "--json")
    assert code == 3
    assert json.loads(err.splitlines()[-1])["code"] == "kafka_unreachable"


def test_a_file_called_kafka_is_still_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fresh_database: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kafka").write_bytes(raw(1))
    monkeypatch.setattr(sys, "argv", ["headwater", "ingest", "./kafka", "--database-url", fresh_database])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code


def test_topics_come_from_flags_environment_and_file(tmp_path: Path) -> None:
    (tmp_path / "headwater.toml").write_text('kafka_topics = ["a", "b"]\nkafka_group = "g"\n')
    assert load(environ={}, folder=tmp_path).kafka_topics == ("a", "b")
    environ = {"HEADWATER_KAFKA_TOPICS": "c, d", "HEADWATER_KAFKA_PASSWORD": "hush"}
    settings = load(environ=environ, folder=tmp_path)
    assert (settings.kafka_topics, settings.kafka_group) == (("c", "d"), "g")
    assert load({"kafka_topics": ["e"]}, environ, tmp_path).kafka_topics == ("e",)
    assert "hush" not in repr(settings)


# Beside a server -----------------------------------------------------------------------------------------------------


class Said:
    """A member that hands over messages, or raises, as a test says."""

    def __init__(self, *steps: Any) -> None:
        self.steps = list(steps)
        self.acks: list[Sequence[dict[str, Any]]] = []
        self.idle = asyncio.Event()
        self._stopped = asyncio.Event()

    def __call__(self, take: member.Take) -> Said:
        self.take = take
        return self

    async def run(self) -> None:
        while self.steps:
            step = self.steps.pop(0)
            if isinstance(step, Exception):
                raise step
            self.acks.append(await self.take(step))  # type: ignore[arg-type]
        self.idle.set()
        await self._stopped.wait()

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()

    async def wait(self, _: float) -> bool:
        return self.stopped

    def stop(self) -> None:
        self._stopped.set()


SETTINGS = Settings(kafka_bootstrap="127.0.0.1:1", kafka_topics=("t",))


async def test_a_server_reads_topics_through_its_own_door_and_goes_on_when_that_fails(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    away, fault = Unavailable("kafka_unreachable", "No Kafka answers.", "Start it."), ZeroDivisionError()
    said = Said([raw(1), b""], away, [raw(2)], fault, [raw(1), json.dumps(EDIT).encode(), json.dumps(WRAPPED).encode()])
    monkeypatch.setattr(consuming, "joining", lambda cluster: said)
    door = Door(partial(database.connect, "test"), translators().here)
    try:
        async with asyncio.timeout(20), consuming.consuming(SETTINGS)(door):
            await said.idle.wait()
    finally:
        door.close()
    states = [[ack["state"] for ack in acks] for acks in said.acks]
    assert states == [["accepted", "rejected"], ["accepted"], ["duplicate", "rejected", "rejected"]]


async def test_without_topics_nothing_is_read(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consuming, "joining", None)
    async with consuming.consuming(replace(SETTINGS, kafka_topics=()))(None):  # type: ignore[arg-type]
        pass


def test_settings_that_cannot_be_right_are_told_before_anything_is_served() -> None:
    with pytest.raises(InvalidRequest) as raised:
        consuming.consuming(replace(SETTINGS, kafka_username="u"))
    assert isinstance(raised.value, HeadwaterError)


def test_the_client_says_the_same_once_a_minute(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(consuming.time, "monotonic", lambda: clock[0])
    consuming.quieten()
    consuming.quieten()
    library = logging.getLogger("aiokafka.cluster")
    for seconds in (0, 1, 30, 59.5):
        clock[0] = 1000 + seconds
        library.warning("No broker %s", seconds)
    clock[0] += 1
    library.warning("No broker %s", "at all")
    library.warning("No broker %s", "again")
    assert [one.getMessage() for one in caplog.records] == ["No broker 0", "No broker at all", "No broker again"]
