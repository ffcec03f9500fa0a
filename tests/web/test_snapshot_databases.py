"""`headwater snapshot database` and `postgres` as people type them: exit codes, no secret in what is said."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from commands import asked, headwater, told

MADE = """
CREATE TABLE orders (id INTEGER PRIMARY KEY, amount NUMERIC(10,2) CHECK (amount > 0));
CREATE TABLE login (name TEXT, password TEXT DEFAULT 'hunter2');
CREATE VIEW double AS SELECT id, amount * 2 AS twice FROM orders;
"""
SHOWN = """{ datasets(first: 9) { nodes { name datasetType { datasetType } fields { nodes { path type } }
    relation { primaryKey { columns } checks { expression } lineageConfidence } } } }"""


@pytest.fixture
def source(tmp_path: Path) -> str:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.executescript(MADE)
    return f"sqlite:///{tmp_path}/shop.db"


def test_it_is_shown_and_told_once(fresh_database: str, source: str) -> None:
    first = told(fresh_database, "snapshot", "database", source)
    assert (first["told"], first["unread"]) == (3, 0)
    digest = told(fresh_database, "digest")
    again = told(fresh_database, "snapshot", "database", source)
    assert (again["told"], again["unchanged"], again["gone"]) == (0, 3, 0)
    assert told(fresh_database, "digest") == digest
    shown = {one["name"]: one for one in asked(fresh_database, SHOWN)["datasets"]["nodes"]}
    orders = shown["main.orders"]
    assert orders["relation"]["primaryKey"] == {"columns": ["id"]}
    assert orders["relation"]["checks"] == [{"expression": "amount > 0"}]
    assert shown["main.double"]["relation"]["lineageConfidence"] == 0.95
    assert "main.orders#amount" in json.dumps(told(fresh_database, "lineage", "+main.double#twice"))


def test_a_dry_run_prints_no_secret_and_makes_no_catalog(source: str, tmp_path: Path) -> None:
    code, out = headwater("", "snapshot", "database", source, "--dry-run", "--data-dir", str(tmp_path / "data"))
    assert (code, len(out.splitlines()), b"hunter2" in out) == (0, 3, False)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("database", "nonsense"), 2, "cannot be read"),
        (("database", "sqlite:////no/such.db"), 2, "There is no file"),
        (("database", "postgresql://u:hunter2@h/d"), 2, "snapshot postgres"),
        (("database", "env:NOT_SET_AT_ALL"), 2, "NOT_SET_AT_ALL"),
        (("database", "klingon://u:hunter2@h/d"), 2, "no driver"),
        (("postgres", "mysql://u:hunter2@h/d"), 2, "postgresql://"),
        (("postgres", "postgresql://u:hunter2@h/d", "--timeout", "0.5"), 2, "timeout"),
        (("postgres", "postgresql://u:hunter2@127.0.0.1:1/d"), 3, "127.0.0.1:1"),
    ],
)
def test_what_is_wrong_is_told_without_secrets(
    arguments: tuple[str, ...], code: int, says: str, fresh_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert headwater(fresh_database, "snapshot", *arguments)[0] == code
    said = capsys.readouterr().err
    assert says in " ".join(said.split())
    assert "hunter2" not in said
