"""headwater naming: files that cannot be read, exit codes, what is shown."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from commands import headwater, told
from samples import event

from headwater_catalog.edits.document import compose
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.naming import plan
from headwater_web.cli.naming import read_file

RULE = """
[[naming]]
name = '(?P<table>[a-z]+)_[0-9]+'
to_name = "{table}"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "naming.toml").write_text(RULE)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[[naming]", "invalid_naming_file"),
        ("naming = 1", "invalid_naming_file"),
        ("[naming]\nname = 'a'", "invalid_naming_file"),
        ("[[zones]]\nname = 'a'", "invalid_naming_file"),
        ("[[naming]]\nname = 'a'\ntoName = 'b'", "invalid_naming_file"),
        (b"\xff", "invalid_naming_file"),
        ("", "invalid_naming_file"),
        ("# none any more\n", "invalid_naming_file"),
        (None, "no_such_file"),
    ],
)
def test_a_file_that_holds_no_rules_is_refused(tmp_path: Path, text: str | bytes | None, code: str) -> None:
    file = tmp_path / "rules.toml"
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InvalidRequest) as refused:
        read_file(file)
    assert refused.value.code == code
    assert refused.value.remedy


def test_a_set_without_rules_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("naming = []\n")
    assert read_file(tmp_path / "rules.toml") == []


def test_an_empty_file_drops_no_rules(folder: Path, fresh_database: str) -> None:
    assert headwater(fresh_database, "naming", "apply", "naming.toml")[0] == 0
    (folder / "empty.toml").touch()
    assert headwater(fresh_database, "naming", "apply", "empty.toml")[0] == 2
    assert len(told(fresh_database, "naming", "show")["rules"]) == 1
    (folder / "empty.toml").write_text("naming = []")
    assert headwater(fresh_database, "naming", "apply", "empty.toml")[0] == 0
    assert told(fresh_database, "naming", "show")["rules"] == []


def test_rules_are_read_from_standard_input(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(RULE.encode())))
    code, said = headwater(fresh_database, "naming", "plan", "-")
    assert (code, "Rule 1 fits nothing" in said.decode()) == (0, True)


def test_the_plan_has_the_names_that_only_people_spoke_of(folder: Path, fresh_database: str) -> None:
    (folder / "e.json").write_text(json.dumps(event(1, outputs=[{"namespace": "demo", "name": "said_1"}])))
    changes = [
        {"describe": {"node": ["dataset", "demo", "said_1"], "text": "both speak of it"}},
        {"describe": {"node": ["dataset", "demo", "orders_1"], "text": "only people do"}},
        {"describe": {"node": ["field", "demo", "orders_2", "id"], "text": "of its column"}},
    ]
    (folder / "edit.json").write_text(json.dumps(compose("ann", changes, 0)))
    assert headwater(fresh_database, "ingest", "e.json", "edit.json")[0] == 0
    before = told(fresh_database, "naming", "plan", "naming.toml")
    assert (before["names"], before["changed"], before["unused"]) == (4, 3, []), "raw is the fourth; said_1 is one"
    assert [group["dataset"] for group in before["merged"]] == ["demo/orders"]
    assert headwater(fresh_database, "naming", "apply", "naming.toml")[0] == 0
    assert told(fresh_database, "naming", "plan", "naming.toml")["changed"] == 0


def test_applying_twice_changes_nothing_and_patterns_are_shown_as_they_are(folder: Path, fresh_database: str) -> None:
    (folder / "e.json").write_text(json.dumps(event(1, outputs=[{"namespace": "demo", "name": "orders_1"}])))
    headwater(fresh_database, "ingest", "e.json")
    assert told(fresh_database, "naming", "apply", "naming.toml")["status"] == "APPLIED"
    code, said = headwater(fresh_database, "naming", "apply", "naming.toml")
    assert (code, said.decode().strip()) == (0, "Nothing changed: 1 rule holds.")
    assert "(?P<table>[a-z]+)_[0-9]+" in headwater(fresh_database, "naming", "show")[1].decode()
    hidden = headwater(fresh_database, "search", "orders", "--environment", "dev")[1].decode()
    assert "demo/orders" not in hidden
    assert "demo/orders" in headwater(fresh_database, "search", "orders")[1].decode()


def test_rules_that_cannot_be_exit_with_found_something_or_wrong_use(folder: Path, fresh_database: str) -> None:
    (folder / "bad.toml").write_text("[[naming]]\nname = '('\nto_name = 'x'\n")
    assert headwater(fresh_database, "naming", "apply", "bad.toml")[0] == 1
    assert headwater(fresh_database, "naming", "plan", "bad.toml")[0] == 2
    assert headwater(fresh_database, "naming", "undo")[0] == 2
    assert headwater(fresh_database, "naming", "show")[1].decode().strip() == "No naming rules hold."


def test_a_plan_over_more_than_can_be_looked_at_is_refused(
    folder: Path, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "e.json").write_text(json.dumps(event(1)))
    headwater(fresh_database, "ingest", "e.json")
    assert headwater(fresh_database, "naming", "plan", "naming.toml")[0] == 0
    monkeypatch.setattr(plan, "MOST_LOOKS", 1)
    assert headwater(fresh_database, "naming", "plan", "naming.toml")[0] == 2
