"""Events checked on the command line and over HTTP: the same report, bounded, nothing stored."""

from __future__ import annotations

import asyncio
import gzip
import json
import sys
from pathlib import Path
from typing import Any

import httpx
import oracle
import pytest
from samples import event

from headwater_catalog.access import create_key
from headwater_catalog.database.engine import Database
from headwater_catalog.edits.document import compose
from headwater_web import conformance
from headwater_web.bodies import read_body
from headwater_web.cli import main
from headwater_web.services import Turns

GOOD = {
    **event(1),
    "producer": "urn:p",
    "schemaURL": "urn:s",
    "run": {"runId": "00000000-0000-4000-8000-000000000001", "facets": {"mine": {"_producer": "p", "_schemaURL": "s"}}},
}
BAD = {**GOOD, "eventType": "DONE", "job": {"namespace": "n"}}
PATH = "/api/v1/conformance"


def called(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["headwater", "conformance", *arguments])
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def test_files_are_checked_without_a_catalog(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "good.json").write_text(json.dumps(GOOD))
    assert called(monkeypatch, str(tmp_path), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["events"], found["valid"]) == (1, 1)
    (tmp_path / "more.jsonl").write_text(json.dumps(GOOD) + "\n" + json.dumps(BAD) + "\n{\n")
    assert called(monkeypatch, str(tmp_path), "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["events"], found["valid"], found["invalid"], found["omitted"]) == (4, 2, 2, 0)
    assert [one["code"] for one in found["refused"]] == ["missing:job.name", "not-json"]
    assert {"path": "job", "message": "lacks name", "count": 1} in found["problems"]
    assert [Path(one["source"]).name for one in found["results"]] == ["good.json", *["more.jsonl"] * 3]
    assert found["facets"] == [{"facet": "mine", "place": "run", "status": "stored", "count": 2, "shown": []}]


def test_people_read_tables(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in (GOOD, BAD)))
    assert called(monkeypatch, str(path)) == 1
    said = capsys.readouterr().out
    assert "2 events: 1 valid, 1 not" in said
    for part in ("mine", "stored", "lacks name", "missing:job.name", "is none of START"):
        assert part in said


def test_a_wrong_use_has_a_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert called(monkeypatch, str(tmp_path / "none.json")) == 2
    assert "Name a file" in capsys.readouterr().err
    (tmp_path / "good.json").write_text(json.dumps(GOOD))
    assert called(monkeypatch, str(tmp_path), "--schemas", str(tmp_path)) == 2
    assert "OpenLineage.json" in capsys.readouterr().err


@oracle.needs_corpus
def test_published_schemas_are_used(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    parameters = {"_producer": "p", "_schemaURL": "s", "parameters": [{"key": "a", "other": 1}]}
    said = {**GOOD, "run": {**GOOD["run"], "facets": {"executionParameters": parameters}}}
    (tmp_path / "one.json").write_text(json.dumps(said))
    assert called(monkeypatch, str(tmp_path), "--json") == 0
    capsys.readouterr()
    spec = str(oracle.corpus_dir() / "openlineage-spec")
    assert called(monkeypatch, str(tmp_path), "--schemas", spec, "--json") == 1
    [problem] = json.loads(capsys.readouterr().out)["problems"]
    assert problem["path"] == "run.facets.executionParameters.parameters[]"


@pytest.mark.parametrize(
    ("body", "kind", "events"),
    [
        (json.dumps(GOOD, indent=2).encode(), "application/json", 1),
        (json.dumps([GOOD, BAD]).encode(), "application/json", 2),
        (json.dumps(GOOD).encode() + b"\n" + json.dumps(BAD).encode(), "text/plain", 2),
        (b'{"a":', "application/json", 1),
        (b"\xef\xbb\xbf" + json.dumps(GOOD).encode(), "application/json", 1),
    ],
)
def test_what_people_paste_is_checked(http: httpx.Client, body: bytes, kind: str, events: int) -> None:
    answer = http.post(PATH, content=body, headers={"Content-Type": kind})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["events"], len(found["results"])) == (events, events)


def test_nothing_of_it_is_stored(http: httpx.Client, database: Database) -> None:
    assert http.post(PATH, json=GOOD).json()["valid"] == 1
    assert http.post(PATH, content=b"nonsense").json()["refused"][0]["code"] == "not-json"
    with database.connect("test") as connection:
        for table in ("core.entry", "core.event", "core.rejected"):
            assert connection.execute(f"select count(*) from {table}").fetchone() == (0,)


def test_its_size_is_bounded(http: httpx.Client) -> None:
    packed = gzip.compress(b" " * (conformance.MAX_BODY + 1))
    answer = http.post(PATH, content=packed, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    answer = http.post(PATH, content=b"[" + b"0," * 20_001 + b"0]")
    assert (answer.status_code, answer.json()["code"]) == (413, "too-many")
    answer = http.post(PATH, json=[0] * 20_000)
    assert answer.json()["omitted"] == 10_000


def test_few_are_checked_at_once(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conformance, "_turns", Turns(0, "Others have their events checked now."))
    answer = http.post(PATH, json=GOOD)
    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert "checked now" in answer.json()["detail"]


def test_who_sends_slowly_keeps_nobody_waiting(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conformance, "_turns", Turns(1))
    waiting, meanwhile = iter([True]), []

    async def slowly(*said: Any) -> bytes:
        if next(waiting, False):
            meanwhile.append(await asyncio.to_thread(http.post, PATH, json=GOOD))
        return await read_body(*said)

    monkeypatch.setattr(conformance, "read_body", slowly)
    assert http.post(PATH, json=GOOD).status_code == 200
    assert [one.status_code for one in meanwhile] == [200]


def test_the_edits_of_an_export_are_no_refused_events(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    edit = compose("ann", [{"describe": {"node": ["dataset", "a", "b"], "text": "x"}}], 0)
    lines = [GOOD, edit, {"receivedAt": "2026-01-01T00:00:00.000000Z", "event": edit}, GOOD]
    path = tmp_path / "export.ndjson"
    path.write_text("\n".join(map(json.dumps, lines)))
    assert called(monkeypatch, str(path)) == 0
    said = capsys.readouterr().out
    assert "2 events: 2 valid, 0 not" in said
    assert "not OpenLineage: edits 2" in said
    assert called(monkeypatch, str(path), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["events"], found["refused"], found["notOpenLineage"]) == (2, [], {"edits": 2})
    assert [one["event"] for one in found["results"]] == [0, 3], "where they stand among all entries"


def test_readers_may_check(http: httpx.Client, database: Database) -> None:
    with database.connect("test") as connection:
        _, read = create_key(connection, "reader", ["read"])
        _, ingest = create_key(connection, "job", ["ingest"])
    assert http.post(PATH, json=GOOD, headers={"Authorization": f"Bearer {read}"}).status_code == 200
    answer = http.post(PATH, json=GOOD, headers={"Authorization": f"Bearer {ingest}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
