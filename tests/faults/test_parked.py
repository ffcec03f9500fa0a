"""What the catalog fails to take up is parked: kept whole, told so, harmless to its neighbours, and tried again."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import psycopg
import pytest
from running import running
from samples import event, raw
from unable import plant, unable

from headwater_catalog import log
from headwater_catalog.database.engine import Database
from headwater_catalog.edits.document import compose
from headwater_catalog.facts import Entry, Event
from headwater_catalog.projection.apply import Projector
from headwater_catalog.projection.rebuild import rebuild
from headwater_ingestors.openlineage.facets import INTERPRETERS
from headwater_ingestors.openlineage.translate import translate
from headwater_ingestors.openlineage.translator import OpenLineageTranslator
from headwater_web import composition

SECRET = "Zq8vT2mLpX4w"
LINEAGE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"


class Failing(OpenLineageTranslator):
    """Fails to apply what holds the word poison, as long as it is ill: after it has written half of it."""

    def __init__(self) -> None:
        super().__init__()
        self.ill = True
        self.words = "cannot swallow this"

    def apply(self, connection: psycopg.Connection[Any], batch: Sequence[tuple[Entry, Event]]) -> Sequence[str]:
        states = super().apply(connection, batch)
        if self.ill and any(b"poison" in entry.body for entry, _ in batch):
            raise ZeroDivisionError(self.words)
        return states


def broken(value: object, received: int) -> Event:
    """A reading that fails for the same."""
    if b"poison" in json.dumps(value).encode():
        raise ZeroDivisionError("still cannot")
    return translate(value, received)


@pytest.fixture
def database(fresh_database: str) -> Database:
    return Database.from_url(fresh_database)


@pytest.fixture
def failing() -> Failing:
    return Failing()


@pytest.fixture
def http(database: Database, failing: Failing) -> Iterator[httpx.Client]:
    with (
        running(database, [failing]) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as client,
    ):
        yield client


def parked(database: Database) -> int:
    with database.connect() as connection:
        rows = connection.execute("select count(*) from core.entry where state = 'parked'").fetchall()
    return int(rows[0][0])


def digest(database: Database) -> str:
    with database.connect() as connection:
        return composition.digest(connection)["openlineage"]


def send_all(http: httpx.Client) -> list[str]:
    """A hundred events in one commit, three of them poisoned."""
    lines = [raw(number, producer="poison" if number in (3, 50, 51) else "urn:test") for number in range(100)]
    answer = http.post(BATCH, content=b"\n".join(lines), headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 200
    return [one["state"] for one in answer.json()["results"]]


def test_the_poisoned_are_parked_and_a_rebuild_takes_them_up(http: httpx.Client, database: Database) -> None:
    states = send_all(http)
    assert [number for number, state in enumerate(states) if state == "parked"] == [3, 50, 51]
    assert states.count("accepted") == 97
    single = http.post(LINEAGE, content=raw(200, producer="poison"))
    assert (single.status_code, single.json()["state"]) == (201, "parked")
    before = digest(database)
    with database.connect() as connection:
        assert composition.rebuild(connection, lambda *_: None) == {"events": 101, "edits": 0}
    assert parked(database) == 0
    assert digest(database) != before
    exported = [json.loads(line)["event"] for line in http.get("/api/v1/export").content.splitlines()]
    assert len(exported) == 101, "nothing of it was lost, nor doubled"


def test_what_still_fails_stays_parked_and_the_rebuild_goes_on(http: httpx.Client, database: Database) -> None:
    send_all(http)
    before = digest(database)
    with database.connect() as connection:
        rebuild(connection, Projector(INTERPRETERS), broken, lambda *_: None)
    assert parked(database) == 3
    assert digest(database) == before


def test_sent_again_when_the_fault_is_mended_it_is_accepted(
    http: httpx.Client, database: Database, failing: Failing
) -> None:
    send_all(http)
    failing.ill = False
    assert sorted(set(send_all(http))) == ["accepted", "duplicate"]
    assert parked(database) == 0
    now = digest(database)
    with database.connect() as connection:
        composition.rebuild(connection, lambda *_: None)
    assert digest(database) == now


def test_the_log_of_a_parked_entry_is_bounded_and_holds_no_secret(
    http: httpx.Client, database: Database, failing: Failing, caplog: pytest.LogCaptureFixture
) -> None:
    failing.words = f"cannot swallow postgres://ada:{SECRET}@db/shop " + "x" * 100_000
    assert http.post(LINEAGE, content=raw(1, producer="poison")).json()["state"] == "parked"
    with database.connect() as connection:
        rebuild(connection, Projector(INTERPRETERS), broken, lambda *_: None)
        assert log.try_parked(connection, "openlineage", refuse) == 0
    said = [one.getMessage() for one in caplog.records if "parked" in one.getMessage()]
    assert len(said) == 2
    for one in said:
        assert "ZeroDivisionError: cannot swallow postgres://ada:***@db/shop" in one
        assert "test_parked.py" in one
        assert len(one) < 20_000
    assert SECRET not in caplog.text


def refuse(_body: bytes, _received: int) -> None:
    """Fails because of something that failed, both with a secret in their messages."""
    try:
        raise KeyError(f"password={SECRET}")
    except KeyError as error:
        raise ZeroDivisionError(f"cannot swallow postgres://ada:{SECRET}@db/shop " + "x" * 100_000) from error


def test_a_full_disk_parks_nothing_in_a_rebuild(http: httpx.Client, database: Database) -> None:
    send_all(http)
    before = digest(database)

    def full(_value: object, _received: int) -> Event:
        raise psycopg.errors.DiskFull

    with pytest.raises(psycopg.errors.DiskFull), database.connect() as connection:
        rebuild(connection, Projector(INTERPRETERS), full, lambda *_: None)
    assert parked(database) == 3
    assert digest(database) == before


def test_a_parked_edit_does_not_stop_a_rebuild(database: Database) -> None:
    good = compose("ada", [{"describe": {"node": ["dataset", "demo", "orders"], "text": "One row an order"}}], 10**15)
    bad = {"headwater": "edit", "author": "ada", "time": "soon", "nonce": "x", "changes": []}
    with database.connect() as connection:
        for document in (good, bad):
            connection.execute(
                "insert into core.entry (hash, received, kind, h, state, body) "
                "values (sha256(%b), 1, 'edit', gen_random_uuid(), 'parked', %b)",
                (json.dumps(document).encode(), _zipped(document)),
            )
        composition.rebuild(connection, lambda *_: None)
        states = connection.execute("select state, count(*) from core.entry group by 1 order by 1").fetchall()
        said = connection.execute("select value from domain.register where property = 'description'").fetchall()
    assert states == [("accepted", 1), ("parked", 1)]
    assert said == [("One row an order",)]


def test_what_the_database_cannot_hold_does_not_stop_a_rebuild(
    http: httpx.Client, database: Database, fresh_database: str
) -> None:
    plant(fresh_database)
    states = [http.post(LINEAGE, content=body).json()["state"] for body in (raw(1), unable(2), raw(3))]
    assert states == ["accepted", "parked", "accepted"]
    with database.connect() as connection:
        composition.rebuild(connection, lambda *_: None)
    assert parked(database) == 1


def test_parked_entries_are_part_of_an_export(http: httpx.Client) -> None:
    http.post(LINEAGE, json=event(1, producer="poison"))
    assert json.loads(http.get("/api/v1/export").content)["event"]["producer"] == "poison"


def _zipped(document: object) -> bytes:
    return zlib.compress(json.dumps(document).encode())
