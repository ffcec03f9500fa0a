"""headwater entries: what was not taken up is listed, shown, mended and tried again, in process and over HTTP."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from samples import raw

from headwater_catalog.database.engine import Database

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ids(run: Run, catalog: Database, tmp_path: Path) -> list[str]:
    """A catalog with two rejected entries and one that was parked for no lasting reason; their ids."""
    (tmp_path / "bad.ndjson").write_bytes(raw(1, eventTime="[soon]") + b"\n{nonsense\n")
    assert run("ingest", "bad.ndjson")[0] == 1
    body = raw(2, outputs=[{"namespace": "demo", "name": "late"}])
    with catalog.connect() as connection:
        connection.execute(
            "insert into core.entry (hash, received, kind, h, state, problem, body) values (sha256(%b), 1, "
            "'openlineage',"
            ' gen_random_uuid(), \'parked\', \'{"type": "KeyError", "message": "x", "place": "y.py:7 in z"}\', %b)',
            (body, zlib.compress(body)),
        )
    found = {one["code"]: one["id"] for one in document(run("entries", "list", "--json"))["entries"]}
    return [found[code] for code in ("invalid:eventTime", "not-json", "KeyError")]


def document(done: tuple[int, str, str], code: int = 0) -> Any:
    assert done[0] == code, done
    return json.loads(done[1])


def test_nothing_is_told_of_a_catalog_without_any(run: Run, catalog: Database) -> None:
    assert "Nothing was rejected" in run("entries", "list")[1]
    assert "Nothing of that kind" in run("entries", "list", "--code", "no-such-code")[1]
    assert document(run("entries", "list", "--json")) == {"reasons": [], "entries": []}
    assert "nothing to replay" in run("entries", "replay", "--all")[1]


def test_the_list_says_how_many_why_and_where(run: Run, catalog: Database, ids: list[str]) -> None:
    code, out, _ = run("entries", "list")
    assert code == 0
    for said in (
        "invalid:eventTime",
        "not-json",
        "KeyError",
        "y.py:7 in z",
        "line 1, column 2",
        *(one[:12] for one in ids),
    ):
        assert said in out
    for flag, states in (("--rejected", {"REJECTED"}), ("--parked", {"PARKED"})):
        found = document(run("entries", "list", flag, "--json"))
        assert {one["state"] for one in found["entries"]} == states
        assert {one["state"] for one in found["reasons"]} == states
    assert "1 more" in run("entries", "list", "--first", "1")[2]
    only = document(run("entries", "list", "--code", "not-json", "--json"))
    assert [one["id"] for one in only["entries"]] == [ids[1]]
    assert [one["code"] for one in only["reasons"]] == ["not-json"]
    (kept,) = run("export", "--openlineage")[1].splitlines()  # the parked one; those that were rejected are in no log
    assert json.loads(kept)["event"]["outputs"][0]["name"] == "late"


def test_an_entry_is_shown_with_its_bytes_as_they_stand(run: Run, catalog: Database, ids: list[str]) -> None:
    _, out, _ = run("entries", "show", ids[0][:8])
    assert "[soon]" in out, "no mark-up"
    assert "eventTime" in out
    assert run("entries", "show", ids[1], "--raw")[1] == "{nonsense"
    assert document(run("entries", "show", ids[2], "--json"))["place"] == "y.py:7 in z"
    code, _, err = run("entries", "show", "0" * 64)
    assert (code, "entries list" in err) == (2, True)
    assert run("entries", "show", "x")[0] == 2


def test_what_is_kept_can_be_mended_and_sent(run: Run, catalog: Database, ids: list[str], tmp_path: Path) -> None:
    kept = run("entries", "show", ids[0], "--raw")[1]
    (tmp_path / "mended.json").write_text(kept.replace("[soon]", "2024-05-01T10:00:00Z"))
    assert document(run("ingest", "mended.json", "--json"))["accepted"] == 1


def test_a_replay_takes_up_what_can_be_and_says_why_the_rest_stays(run: Run, catalog: Database, ids: list[str]) -> None:
    said = document(run("entries", "replay", "--all", "--json"), 1)
    assert (said["replayed"], said["accepted"], said["rejected"]) == (3, 1, 2)
    assert {one["id"]: one["state"] for one in said["outcomes"]} == {
        ids[0]: "REJECTED",
        ids[1]: "REJECTED",
        ids[2]: "ACCEPTED",
    }
    assert "late" in run("search", "late")[1]
    code, out, _ = run("entries", "replay", ids[0][:10], ids[2])
    assert code == 1
    assert "invalid:eventTime" in out
    assert "not found" in out


def test_a_replay_may_be_of_one_state_or_reason(run: Run, catalog: Database, ids: list[str]) -> None:
    assert document(run("entries", "replay", "--all", "--code", "not-json", "--json"), 1)["replayed"] == 1
    assert document(run("entries", "replay", "--all", "--rejected", "--json"), 1)["replayed"] == 2
    assert document(run("entries", "replay", "--all", "--parked", "--json"))["accepted"] == 1
    for wrong, remedy in ((), "Name some"), (("--all", ids[0]), "Say one of them"):
        for verb in ("replay", "forget"):
            code, _, err = run("entries", verb, *wrong)
            assert (code, remedy in err) == (2, True)


def test_rejected_entries_are_forgotten(run: Run, catalog: Database, ids: list[str]) -> None:
    said = document(run("entries", "forget", ids[0], ids[2], "--json"), 1)
    assert said == {"forgotten": 1, "unknown": [ids[2]]}
    code, out, _ = run("entries", "forget", "--all")
    assert code == 0
    assert "1 forgotten" in out
    left = document(run("entries", "list", "--json"))["entries"]
    assert [one["id"] for one in left] == [ids[2]]
    assert "a parked entry is in the log and stays" in run("entries", "forget", ids[2])[1]
    assert run("entries", "forget")[0] == 2
