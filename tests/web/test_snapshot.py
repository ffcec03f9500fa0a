"""`headwater snapshot` on a catalog: lineage from files and logs, nothing twice, what is gone, what was not read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from commands import asked, headwater, told

SAID = ("--dialect", "postgres", "--namespace", "postgres://shop", "--database", "shop", "--job-namespace", "etl")
LOAD = """
CREATE TEMP TABLE fresh AS SELECT id, amount * 2 AS eur FROM raw.orders WHERE ok;
INSERT INTO trusted.orders (id, eur) SELECT id, eur FROM fresh;
"""
VIEW = "CREATE VIEW mart.orders AS SELECT * FROM trusted.orders"
SCHEMA = {
    "eventTime": "2026-01-01T00:00:00Z",
    "producer": "p",
    "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/DatasetEvent",
    "dataset": {
        "namespace": "postgres://shop:5432",
        "name": "shop.trusted.orders",
        "facets": {
            "schema": {
                "_producer": "p",
                "_schemaURL": "s",
                "fields": [{"name": "id"}, {"name": "eur"}, {"name": "note"}],
            }
        },
    },
}


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    root = tmp_path / "sql"
    root.mkdir()
    (root / "load.sql").write_text(LOAD)
    (root / "view.sql").write_text(VIEW)
    return root


def upstream(database: str) -> set[str]:
    found = told(database, "lineage", "+mart.orders")["nodes"]
    return {one["node"]["ref"].rpartition("/")[2] for one in found}


def counts(said: Any) -> tuple[int, int, int, int]:
    return said["told"], said["unchanged"], said["gone"], said["unread"]


def test_a_second_crawl_of_the_same_adds_nothing(fresh_database: str, sources: Path, tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    assert headwater(fresh_database, "ingest", str(tmp_path / "schema.json"))[0] == 0
    assert counts(told(fresh_database, "snapshot", "sql", str(sources), *SAID)) == (2, 0, 0, 0)
    before = told(fresh_database, "digest")
    os.utime(sources / "load.sql", (1, 1))
    assert counts(told(fresh_database, "snapshot", "sql", str(sources), *SAID)) == (0, 2, 0, 0)
    assert told(fresh_database, "digest") == before
    jobs = asked(fresh_database, "{ jobs { nodes { namespace name sql { dialect } writes { status } } } }")["jobs"][
        "nodes"
    ]
    assert {(job["name"], job["sql"]["dialect"], len(job["writes"])) for job in jobs} == {
        ("sql/load.sql", "postgres", 1),
        ("sql/view.sql", "postgres", 1),
    }


def test_stars_are_the_columns_of_the_catalog(fresh_database: str, sources: Path, tmp_path: Path) -> None:
    (sources / "load.sql").unlink()
    code, out = headwater(fresh_database, "snapshot", "sql", str(sources), *SAID, "--json")
    assert (code, counts(json.loads(out))) == (1, (1, 0, 0, 1))
    assert "trusted.orders" in json.loads(out)["unreadParts"][0]["sentence"]
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    headwater(fresh_database, "ingest", str(tmp_path / "schema.json"))
    assert counts(told(fresh_database, "snapshot", "sql", str(sources), *SAID)) == (1, 0, 0, 0)
    found = told(fresh_database, "lineage", "+mart.orders#note")
    assert "postgres://shop:5432/shop.trusted.orders#note" in json.dumps(found)


def test_lineage_goes_through_files_and_ends_with_them(fresh_database: str, sources: Path) -> None:
    headwater(fresh_database, "snapshot", "sql", str(sources), *SAID)
    assert upstream(fresh_database) == {"shop.raw.orders", "shop.trusted.orders", "shop.mart.orders"}
    (sources / "load.sql").unlink()
    told_again = told(fresh_database, "snapshot", "sql", str(sources), *SAID)
    assert told_again["gone"] == 1
    assert upstream(fresh_database) == {"shop.trusted.orders", "shop.mart.orders"}


def test_a_log_is_told_once(fresh_database: str, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text('{"time": "2026-01-01T10:00:00Z", "user": "ana", "query": "INSERT INTO t (x) SELECT a FROM s"}\n')
    assert counts(told(fresh_database, "snapshot", "sql-log", str(log), *SAID)) == (1, 0, 0, 0)
    assert counts(told(fresh_database, "snapshot", "sql-log", str(log), *SAID)) == (0, 1, 0, 0)
    assert told(fresh_database, "lineage", "+public.t#x")["edges"]


def test_a_dry_run_prints_events_and_makes_no_catalog(tmp_path: Path, sources: Path) -> None:
    code, out = headwater("", "snapshot", "sql", str(sources), *SAID, "--dry-run", "--data-dir", str(tmp_path / "data"))
    assert [json.loads(line)["job"]["name"] for line in out.splitlines()] == ["sql/load.sql", "sql/view.sql"]
    assert code == 1  # nobody says which columns trusted.orders has
    assert not (tmp_path / "data").exists()


def test_what_was_not_read_is_shown_and_is_exit_code_1(fresh_database: str, sources: Path) -> None:
    (sources / "bad.sql").write_text("SELEC;\n")
    code, out = headwater(fresh_database, "snapshot", "sql", str(sources), *SAID)
    assert code == 1
    assert "sql/bad.sql:1" in out.decode()
    assert "(unparsed)" in out.decode()


def test_wrong_use_is_told(fresh_database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert headwater(fresh_database, "snapshot", "sql", str(tmp_path), "--dialect", "klingon")[0] == 2
    assert headwater(fresh_database, "snapshot", "sql", str(tmp_path / "no"), "--dialect", "postgres")[0] == 2
    assert headwater(fresh_database, "snapshot", "other", "nothing", "x")[0] == 2
    assert headwater(fresh_database, "snapshot", "other", "sql", str(tmp_path), "-o", "dialect")[0] == 2
    shown = capsys.readouterr().err
    assert all(part in shown for part in ("klingon", "There is no", "sql-log", "NAME=VALUE"))
