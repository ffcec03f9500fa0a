"""The spool: whole files, in order, private, bounded; what cannot be sent is set aside."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from samples import event

from headwater_ingestors.emit import spool as module
from headwater_ingestors.emit.spool import Spool


def numbers(spool: Spool) -> list[int]:
    return [json.loads(file.read_bytes())["n"] for file in spool.files()]


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "state" / "spool", "http://127.0.0.1:7070", most_files=5)


def test_nothing_is_made_before_something_is_kept(spool: Spool, tmp_path: Path) -> None:
    assert spool.files() == []
    with spool.alone() as alone:
        assert not alone
    assert list(tmp_path.iterdir()) == []


def test_events_come_back_in_their_order(spool: Spool) -> None:
    for number in range(5):
        assert spool.put({"n": number}) == 0
    assert numbers(spool) == list(range(5))
    assert spool.read(spool.files()[0]) == {"n": 0}


def test_files_are_for_their_owner_only_and_plain_openlineage(spool: Spool) -> None:
    os.umask(before := os.umask(0))
    os.umask(0)
    try:
        spool.put(event(1))
    finally:
        os.umask(before)
    (file,) = spool.files()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert file.parent.parent.stat().st_mode & 0o777 == 0o700
    assert json.loads(file.read_bytes()) == event(1)


def test_the_oldest_go_when_there_are_too_many(spool: Spool) -> None:
    assert [spool.put({"n": number}) for number in range(8)] == [0, 0, 0, 0, 0, 1, 1, 1]
    assert numbers(spool) == [3, 4, 5, 6, 7]


def test_the_oldest_go_when_they_are_too_large(tmp_path: Path) -> None:
    spool = Spool(tmp_path, "x", most_bytes=1_000)
    for number in range(4):
        spool.put({"n": number, "text": "x" * 400})
    assert numbers(spool) == [2, 3]
    assert spool.put({"n": 9, "text": "x" * 2_000}) == 2
    assert numbers(spool) == [9], "the newest stays, however large"


def test_an_event_is_there_whole_or_not_at_all(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        spool.put({"n": 1})
    assert spool.files() == []
    assert list(spool.folder.iterdir()) == [], "nor does a half of it stay"


def test_what_a_killed_process_has_begun_goes_after_a_while(spool: Spool) -> None:
    spool.put({"n": 1})
    for name, age in {".0000-old": 4_000, ".0000-new": 10}.items():
        (spool.folder / name).write_text("{")
        os.utime(spool.folder / name, (time.time() - age,) * 2)
    spool.put({"n": 2})
    assert sorted(file.name for file in spool.folder.glob(".0*")) == [".0000-new"]
    assert numbers(spool) == [1, 2]


def test_what_is_no_event_is_set_aside(spool: Spool) -> None:
    spool.put({"n": 1})
    (spool.folder / "00.json").write_text("{")
    (spool.folder / "01.json").write_text("[]")
    assert [spool.read(file) for file in spool.files()] == [None, None, {"n": 1}]
    assert [file.name for file in sorted(spool.refused.iterdir())] == ["00.json", "01.json"]
    assert numbers(spool) == [1]


def test_of_what_was_refused_only_the_last_are_kept(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REFUSED", 2)
    for number in range(4):
        spool.refuse({"n": number})
    assert [json.loads(file.read_bytes())["n"] for file in sorted(spool.refused.iterdir())] == [2, 3]
    assert spool.files() == []


def test_what_was_refused_is_bounded_by_its_size_too(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_REFUSED_BYTES", 1_000)
    for number in range(4):
        spool.refuse({"n": number, "text": "x" * 400})
    assert [json.loads(file.read_bytes())["n"] for file in sorted(spool.refused.iterdir())] == [2, 3]


def test_two_catalogs_have_two_spools(tmp_path: Path) -> None:
    one, other = Spool(tmp_path, "http://a"), Spool(tmp_path, "http://b")
    one.put({"n": 1})
    assert other.files() == []
    assert numbers(Spool(tmp_path, "http://a")) == [1]


def test_one_at_a_time_empties_it(spool: Spool) -> None:
    spool.put({"n": 1})
    with spool.alone() as first, spool.alone() as second:
        assert (first, second) == (True, False)
    with spool.alone() as again:
        assert again
