"""Names hold what a terminal would obey; nothing of it reaches one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import headwater, told
from rich.table import Table
from samples import event

from headwater_web.cli.plain import printable
from headwater_web.cli.verb import Use
from headwater_web.settings import Settings

NAME = "escjob\x1b]0;pwn\x07\x1b[2J\x9b1m"
CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]


def test_only_newline_and_tab_of_all_control_characters_are_left() -> None:
    assert [one for one in CONTROLS if printable(one) == one] == ["\t", "\n"]
    assert printable("größe [x] \u2028 ok") == "größe [x] \u2028 ok"


@pytest.mark.parametrize("as_json", [True, False])
def test_whatever_is_shown(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    rows = Table("a")
    rows.add_row("".join(CONTROLS))
    Use(Settings(), as_json).show({"a": "".join(CONTROLS)}, lambda: rows)
    said = capsys.readouterr().out
    assert {one for one in CONTROLS if one in said} <= {"\t", "\n"}
    assert "\n" in said
    if as_json:
        assert json.loads(said) == {"a": "".join(CONTROLS)}


def test_names_of_events(fresh_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = event(1, job={"namespace": "etl", "name": NAME})
    (tmp_path / "e.json").write_text(json.dumps(one))
    headwater(fresh_database, "ingest", str(tmp_path / "e.json"))
    found = headwater(fresh_database, "search", "escjob")[1].decode()
    assert "escjob\ufffd]0;pwn" in found
    assert [one for one in CONTROLS if one in found] == ["\n"]
    assert told(fresh_database, "search", "escjob")["results"][0]["node"]["ref"] == f"etl/{NAME}"
    assert headwater(fresh_database, "lineage", f"etl/{NAME}gone")[0] == 2
    said = capsys.readouterr().err
    assert "escjob" in said
    assert [one for one in CONTROLS if one in said] == ["\n"]
