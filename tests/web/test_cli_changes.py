"""headwater changes: the feed as lines, from any cursor on, in process and over HTTP."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import shop
from deadline import until
from processes import PYTHONPATH

from headwater_catalog.database.engine import Database

Run = Callable[..., tuple[int, str, str]]


def file_of(folder: Path, *events: object) -> str:
    file = folder / "events.ndjson"
    file.write_text("\n".join(json.dumps(event) for event in events), encoding="utf-8")
    return str(file)


def test_lines_go_on_where_they_were_left(catalog: Database, run: Run, tmp_path: Path) -> None:
    first, second, *rest = shop.events()
    assert run("ingest", file_of(tmp_path, first))[0] == 0
    code, out, _ = run("changes", "--json")
    told = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert {one["kind"] for one in told} == {"created", "schema", "lineage", "run"}
    assert run("ingest", file_of(tmp_path, second, *rest))[0] == 0
    code, out, _ = run("changes", "--json", "--after", told[-1]["cursor"])
    later = [json.loads(line) for line in out.splitlines()]
    code, out, _ = run("changes", "--json")
    assert [json.loads(line) for line in out.splitlines()] == told + later
    assert run("changes", "--after", "now") == (0, "", "")
    code, out, _ = run("changes", "--json", "--since", told[-1]["received"])
    assert [json.loads(line) for line in out.splitlines()] == later
    assert run("changes", "--since", "2999-01-01") == (0, "", "")
    code, out, _ = run("changes", "--select", "job:sales", "--kind", "run")
    lines = [line.split("\t") for line in out.splitlines()]
    assert [line[2] for line in lines] == ["run", "run"]
    assert {line[4] for line in lines} == {"COMPLETE", "FAIL"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--after", "nonsense"), "invalid_cursor"),
        (("--after", "WyJjaGFuZ2VzIiwxMDAwMDAwMDAwXQ"), "cursor_ahead"),
        (("--select", "a,,b"), "invalid_selector"),
        (("--select", "x" * 100_000), "invalid_selector"),
        (("--select", "nobody"), "not_found"),
        (("--kind", "odd"), "unknown_change"),
        (("--since", "yesterday"), "invalid_time"),
    ],
)
def test_what_cannot_be_told_is_refused(catalog: Database, run: Run, arguments: tuple[str, ...], code: str) -> None:
    ended, out, said = run("changes", *arguments, "--json")
    assert (ended, out, json.loads(said)["code"]) == (2, "", code)
    assert json.loads(said)["remedy"]


def test_follow_tells_as_it_comes_and_ends_well(
    fresh_database: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWATER_DATABASE_URL", fresh_database)
    monkeypatch.setenv("PYTHONPATH", PYTHONPATH)
    program = [sys.executable, "-c", "from headwater_web.cli import main; main()", "changes", "--follow", "--json"]
    first, second, *_ = shop.events()
    file, told = tmp_path / "told", 0
    with file.open("wb") as out:
        following = subprocess.Popen(program, stdout=out, stderr=subprocess.PIPE)
    try:
        for event in (first, second):
            assert run("ingest", file_of(tmp_path, event))[0] == 0
            until(lambda told=told: len(file.read_text().splitlines()) > told, 60, "what came")  # type: ignore[misc]
            told = len(file.read_text().splitlines())
    finally:
        following.send_signal(signal.SIGINT)
        errors = following.communicate(timeout=60)[1]
    assert (following.returncode, errors) == (0, b"")
