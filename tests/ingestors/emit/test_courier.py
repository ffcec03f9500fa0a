"""Sending: in order, never waited for beyond a bound, kept where it does not work, sent first when it does again."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from deadline import until

from headwater_ingestors.emit.answers import NotAnEventError
from headwater_ingestors.emit.courier import MOST_TRIES, Courier
from headwater_ingestors.emit.spool import Document, Spool


class Catalog:
    """What is sent to: takes, refuses or fails, as told; `gate`, while cleared, lets nothing through."""

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.asked = 0
        self.status: dict[int, int] = {}
        self.away = False
        self.gate = threading.Event()
        self.gate.set()

    def send(self, document: Document) -> None:
        self.asked += 1
        self.gate.wait(30)
        if self.away:
            raise ConnectionRefusedError
        if "n" not in document:
            raise NotAnEventError
        if status := self.status.get(document["n"]):
            response = requests.Response()
            response.status_code = status
            response._content = b'{"detail": "It says nothing."}'
            raise requests.HTTPError(response=response)
        self.taken.append(document["n"])


class Desk:
    """A courier to a catalog, what it said, and its spool."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.catalog = Catalog()
        self.spool = Spool(folder, "x", **more)
        self.said: list[str] = []
        self.courier = self.another()

    def another(self) -> Courier:
        """That of the next process."""
        return Courier(self.catalog.send, self.spool, "The catalog", self.said.append)

    @property
    def kept(self) -> list[int]:
        return [found["n"] for file in self.spool.files() if (found := self.spool.read(file))]

    def refused(self) -> int:
        return len(list(self.spool.refused.glob("*.json")))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "spool")


def tell(courier: Courier, *numbers: int, patience: float = 10) -> None:
    for number in numbers:
        courier.send({"n": number})
    courier.close(patience)


def test_events_arrive_in_their_order_and_nothing_is_written(desk: Desk) -> None:
    tell(desk.courier, *range(50))
    assert desk.catalog.taken == list(range(50))
    assert not desk.spool.folder.exists()
    assert desk.said == []


def test_without_an_event_nothing_happens(desk: Desk) -> None:
    desk.courier.close(10)
    desk.courier.settle(10)
    assert desk.catalog.asked == 0


def test_what_could_not_be_sent_goes_before_what_comes_next(desk: Desk) -> None:
    desk.catalog.away = True
    tell(desk.courier, 1, 2)
    assert desk.kept == [1, 2]
    assert len(desk.said) == 1, "one sentence, not one an event"
    assert "ConnectionRefusedError" in desk.said[0]
    desk.catalog.away = False
    tell(desk.another(), 3)
    assert sorted(desk.catalog.taken) == [1, 2, 3]
    assert desk.catalog.taken.index(1) < desk.catalog.taken.index(2)
    assert desk.kept == []


def test_a_start_that_was_kept_arrives_before_its_end(desk: Desk) -> None:
    desk.catalog.away = True
    desk.courier.send({"n": 1})
    desk.courier.settle(10)
    assert desk.kept == [1]
    desk.catalog.away = False
    tell(desk.courier, 2)
    assert desk.catalog.taken == [1, 2]


def test_a_catalog_that_does_not_answer_is_waited_for_once_and_not_long(desk: Desk) -> None:
    desk.catalog.gate.clear()
    began = time.monotonic()
    desk.courier.send({"n": 1})
    desk.courier.settle(0.3)
    assert 0.3 <= time.monotonic() - began < 1
    began = time.monotonic()
    for number in range(2, 6):
        desk.courier.send({"n": number})
        desk.courier.settle(10)
    assert time.monotonic() - began < 2
    assert desk.kept == [1, 2, 3, 4, 5]
    desk.catalog.gate.set()
    tell(desk.another())


def test_the_end_of_the_process_is_not_held_up(desk: Desk) -> None:
    desk.catalog.gate.clear()
    began = time.monotonic()
    tell(desk.courier, 1, 2, patience=0.3)
    assert time.monotonic() - began < 1
    assert desk.kept == [1, 2]
    desk.catalog.gate.set()
    until(lambda: desk.catalog.taken, what="the answer to the event that was under way")
    tell(desk.another(), 3)
    assert sorted(set(desk.catalog.taken)) == [1, 2, 3], "once more than needed changes nothing"
    assert desk.kept == []


def test_somebody_in_a_hurry_waits_for_nothing(desk: Desk) -> None:
    desk.catalog.gate.clear()
    desk.courier.send({"n": 1})
    desk.courier.hurry()
    began = time.monotonic()
    desk.courier.close(30)
    assert time.monotonic() - began < 5
    assert desk.kept == [1]
    desk.catalog.gate.set()


@pytest.mark.parametrize("status", [400, 413, 422])
def test_what_is_refused_is_set_aside_and_not_sent_again(desk: Desk, status: int) -> None:
    desk.catalog.status = {2: status}
    tell(desk.courier, 1, 2, 3)
    assert desk.catalog.taken == [1, 3]
    assert (desk.kept, desk.refused()) == ([], 1)
    assert f"{status}, It says nothing" in desk.said[0]
    asked = desk.catalog.asked
    tell(desk.another(), 4)
    assert desk.catalog.asked == asked + 1


def test_what_is_refused_in_the_spool_does_not_hold_up_the_rest(desk: Desk) -> None:
    desk.catalog.away = True
    tell(desk.courier, 1, 2, 3)
    desk.catalog.away, desk.catalog.status = False, {1: 422, 2: 400}
    tell(desk.another(), 4)
    assert sorted(desk.catalog.taken) == [3, 4]
    assert (desk.kept, desk.refused()) == ([], 2)


@pytest.mark.parametrize("content", ["{}", '{"a":1}', "[" * 100_000])
def test_what_is_no_event_is_set_aside_and_does_not_hold_up_the_rest(desk: Desk, content: str) -> None:
    desk.spool.put({"n": 1})
    (desk.spool.folder / "00000000000000000001-000000-1.json").write_text(content)
    tell(desk.courier, 2)
    assert sorted(desk.catalog.taken) == [1, 2]
    assert (desk.kept, desk.refused()) == ([], 1)


def test_a_file_that_cannot_be_read_is_set_aside(desk: Desk) -> None:
    desk.spool.put({"n": 1})
    (desk.spool.folder / "00000000000000000001-000000-1.json").mkdir()
    tell(desk.courier, 2)
    assert sorted(desk.catalog.taken) == [1, 2]
    assert desk.spool.files() == []


def test_an_event_over_which_the_catalog_always_fails_does_not_hold_up_the_rest_for_ever(desk: Desk) -> None:
    for number in (1, 2, 3):
        desk.spool.put({"n": number})
    desk.catalog.status = {1: 500, 2: 500}
    for number in range(10, 10 + 2 * MOST_TRIES + 1):
        tell(desk.another(), number)
        assert number in desk.catalog.taken, "what happens now is told meanwhile"
    assert 3 in desk.catalog.taken
    assert (desk.kept, desk.refused()) == ([1, 2], 0), "they wait for a catalog that takes them"
    desk.catalog.status = {}
    tell(desk.another(), 99)
    assert desk.kept == []


def test_a_catalog_that_fails_over_everything_is_not_asked_for_everything(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headwater_ingestors.emit.courier.MOST_TRIES", 0)
    monkeypatch.setattr("headwater_ingestors.emit.courier.MOST_PASSED", 5)
    desk.catalog.status = dict.fromkeys(range(100), 503)
    for number in range(30):
        desk.spool.put({"n": number})
    tell(desk.courier, 99)
    assert desk.catalog.asked == 1 + 5
    assert len(desk.kept) == 31


@pytest.mark.parametrize("status", [401, 403, 404, 408, 429, 500, 502, 503])
def test_a_wrong_key_or_moment_is_not_the_events_fault(desk: Desk, status: int) -> None:
    desk.catalog.status = {1: status}
    tell(desk.courier, 1)
    assert (desk.kept, desk.refused()) == ([1], 0)
    desk.catalog.status = {}
    tell(desk.another(), 2)
    assert sorted(desk.catalog.taken) == [1, 2]


def test_in_a_process_that_goes_on_a_catalog_is_asked_again_after_a_while(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headwater_ingestors.emit.courier.PAUSE", 0.2)
    desk.catalog.away = True
    desk.courier.send({"n": 1})
    desk.courier.settle(10)
    desk.catalog.away = False

    def told() -> bool:
        desk.courier.send({"n": 2 + len(desk.catalog.taken)})
        desk.courier.settle(10)
        return 1 in desk.catalog.taken

    until(told, what="the event that was kept")
    assert desk.catalog.taken[0] == 1


def test_what_happens_now_goes_before_what_was_left_long_ago(desk: Desk) -> None:
    for number in range(1, 500):
        desk.spool.put({"n": number})
    tell(desk.courier, 1_000, 1_001)
    assert desk.catalog.taken.index(1_000) <= 1
    assert desk.catalog.taken.index(1_001) <= 2


def test_a_spool_that_another_process_empties_is_left_to_it(desk: Desk) -> None:
    desk.spool.put({"n": 1})
    with desk.spool.alone():
        tell(desk.courier, 2)
    assert desk.catalog.taken == [2]
    assert desk.kept == [1]


def test_what_had_to_be_dropped_is_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path, most_files=2)
    desk.catalog.away = True
    tell(desk.courier, 1, 2, 3)
    assert desk.kept == [2, 3]
    assert any("1 older" in sentence for sentence in desk.said)


def test_an_event_that_can_be_kept_nowhere_is_told_to_be_lost(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    desk = Desk(tmp_path / "file" / "spool")
    desk.catalog.away = True
    tell(desk.courier, 1)
    assert any("is lost" in sentence for sentence in desk.said)
