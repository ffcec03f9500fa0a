"""Folders of SQL files: jobs by their paths, columns across files and from the catalog, and what is not read."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from crawled import Memory

from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.crawlers.registry import crawler
from headwater_ingestors.crawlers.sql import files
from headwater_ingestors.crawlers.sql.files import opened

OPTIONS = {"dialect": "postgres", "namespace": "postgres://shop", "database": "shop", "job-namespace": "etl"}
SHOP = "postgres://shop:5432"


def crawl(path: Path, memory: Memory | None = None, **more: str) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Events by job, and what was not read."""
    events, report = (memory or Memory()).crawl(opened(str(path), {**OPTIONS, **more}))
    return {event["job"]["name"]: event for event in events}, [(one.place, one.code) for one in report.listed]


def written(root: Path, content: Mapping[str, str]) -> Path:
    for name, text in content.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def columns(event: dict[str, Any]) -> dict[str, list[str]]:
    """Of the only output: by field its sources."""
    [output] = event["outputs"]
    fields = output["facets"]["columnLineage"]["fields"]
    return {field: [f"{one['name']}.{one['field']}" for one in told["inputFields"]] for field, told in fields.items()}


def test_each_file_is_a_job_named_by_its_path(tmp_path: Path) -> None:
    root = written(tmp_path / "sql", {"a.sql": "SELECT 1", "deep/er/b.SQL": "SELECT 2", "notes.txt": "SELECT 3"})
    events, unread = crawl(root)
    assert sorted(events) == ["sql/a.sql", "sql/deep/er/b.SQL"]
    assert unread == []
    assert sorted(crawl(root / "a.sql")[0]) == ["sql/a.sql"]


def test_files_tell_each_other_of_columns_in_any_order(tmp_path: Path) -> None:
    root = written(
        tmp_path,
        {
            "1.sql": "CREATE VIEW c AS SELECT * FROM b",
            "2.sql": "CREATE VIEW b AS SELECT * FROM a",
            "3.sql": "CREATE VIEW a AS SELECT x, y FROM raw.t",
        },
    )
    events, unread = crawl(root)
    assert unread == []
    found = {name.rpartition("/")[2]: columns(event) for name, event in events.items()}
    assert found["1.sql"] == {"x": ["shop.public.b.x"], "y": ["shop.public.b.y"]}
    assert found["2.sql"] == {"x": ["shop.public.a.x"], "y": ["shop.public.a.y"]}


def test_stars_stand_for_the_columns_that_the_catalog_knows_in_its_spelling(tmp_path: Path) -> None:
    root = written(tmp_path, {"a.sql": "CREATE VIEW v AS SELECT * FROM T"})
    known = Memory({("mssql://shop:1433", "shop.dbo.t"): ["OrderId", "Amount"]})
    events, unread = crawl(root, known, dialect="tsql", namespace="mssql://shop")
    assert unread == []
    assert list(columns(events[f"{tmp_path.name}/a.sql"]).values()) == [["shop.dbo.t.Amount"], ["shop.dbo.t.OrderId"]]
    assert known.asked == 1


def test_a_statement_that_cannot_be_read_costs_itself_only(tmp_path: Path) -> None:
    root = written(tmp_path, {"a.sql": "INSERT INTO x (a) SELECT b FROM y;\n\nSELEC;\n", "b.sql": "{% if x %} SELECT"})
    events, unread = crawl(root)
    assert unread == [(f"{tmp_path.name}/a.sql:3", "unparsed"), (f"{tmp_path.name}/b.sql:1", "template")]
    event = events[f"{tmp_path.name}/a.sql"]
    assert columns(event) == {"a": ["shop.public.y.b"]}
    read = event["job"]["facets"]["headwater_sql"]
    assert (read["statements"], read["gapCount"], read["gaps"][0]["line"]) == (2, 1, 3)


def test_an_unchanged_file_is_not_told_again_even_if_it_was_touched(tmp_path: Path) -> None:
    root = written(tmp_path, {"a.sql": "CREATE VIEW v AS SELECT x FROM t", "b.sql": "SELECT 1"})
    memory = Memory()
    assert len(crawl(root, memory)[0]) == 2
    os.utime(root / "a.sql", (0, 0))
    assert crawl(root, memory)[0] == {}
    (root / "a.sql").write_text("CREATE VIEW v AS SELECT y FROM t")
    (root / "b.sql").unlink()
    events, _ = crawl(root, memory)
    assert columns(events[f"{tmp_path.name}/a.sql"]) == {"y": ["shop.public.t.y"]}
    assert events[f"{tmp_path.name}/b.sql"]["job"]["facets"]["lineage"]["entries"] == []


def test_links_devices_and_pipes_are_not_read(tmp_path: Path) -> None:
    secret = written(tmp_path / "outside", {"secret.sql": "SELECT 1"})
    root = written(tmp_path / "sql", {"a.sql": "SELECT 1"})
    (root / "link.sql").symlink_to(secret / "secret.sql")
    (root / "folder").symlink_to(secret)
    os.mkfifo(root / "pipe.sql")
    events, unread = crawl(root)
    assert sorted(events) == ["sql/a.sql"]
    assert unread == [("sql/link.sql", "no-file"), ("sql/pipe.sql", "no-file")]


def test_what_is_too_much_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = written(tmp_path, {"a.sql": "SELECT 1", "b.sql": "SELECT 1 -- " + "x" * 100, "c.sql": "SELECT 1"})
    monkeypatch.setattr(files, "MAX_FILE", 50)
    monkeypatch.setattr(files, "MAX_FILES", 2)
    events, unread = crawl(root)
    assert [name.rpartition("/")[2] for name in events] == ["a.sql"]
    assert [code for _, code in unread] == ["too-large", "too-many-files"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_text_is_read_in_the_encodings_that_tools_write(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.sql").write_bytes('CREATE VIEW v AS SELECT x AS "größe" FROM t'.encode(encoding))
    [event] = crawl(tmp_path)[0].values()
    assert columns(event) == {"größe": ["shop.public.t.x"]}


def test_names_of_any_kind_go_in(tmp_path: Path) -> None:
    sql = 'CREATE VIEW "we.ird"."na ""me"" 🦆" AS SELECT "a.b", "c d" FROM "x"."y.z"'
    root = written(tmp_path / "söme 🦆", {"a b.sql": sql})
    [event] = crawl(root)[0].values()
    assert event["job"]["name"] == "söme 🦆/a b.sql"
    assert event["outputs"][0]["name"].endswith('na "me" 🦆')
    assert sorted(columns(event)) == ["a.b", "c d"]


def test_a_thousand_columns_go_in(tmp_path: Path) -> None:
    names = [f"c{n}" for n in range(1_000)]
    root = written(tmp_path, {"a.sql": f"CREATE VIEW v AS SELECT {', '.join(names)} FROM t"})
    [event] = crawl(root)[0].values()
    assert len(columns(event)) == 1_000


def test_there_must_be_a_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="There is no"):
        opened(str(tmp_path / "nothing"), OPTIONS)


def test_a_folder_whose_name_is_no_utf_8_is_told_as_it_can_be(tmp_path: Path) -> None:
    root = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    events, _ = crawl(written(root, {"a.sql": "INSERT INTO t SELECT 1"}))
    assert json.dumps(events, ensure_ascii=False).encode()
    assert list(events) == ["\ufffd/a.sql"]


@pytest.mark.parametrize("kind", ["postgres", "database", "sql"])
def test_a_namespace_never_holds_a_user(tmp_path: Path, kind: str) -> None:
    written(tmp_path, {"a.sql": "INSERT INTO t SELECT 1"})
    sqlite3.connect(tmp_path / "a.db").execute("CREATE TABLE t (a int)")
    options = {"namespace": "postgres://bob:hunter2@shop:5432"}
    if kind == "postgres":
        assert crawler(kind, "postgresql://h/d", options).source.startswith("postgres://shop:5432/")
        return
    source = f"sqlite:///{tmp_path}/a.db" if kind == "database" else str(tmp_path)
    events, _ = Memory().crawl(crawler(kind, source, options | ({"dialect": "postgres"} if kind == "sql" else {})))
    assert "postgres://shop:5432" in json.dumps(events)
    assert "hunter2" not in json.dumps(events)
    assert "bob" not in json.dumps(events)


def test_secrets_in_scripts_are_masked(tmp_path: Path) -> None:
    said = "INSERT INTO users (id, password) VALUES (1, 'hunter2'); SELECT 'hunter2' AS password, a FROM t"
    events, _ = crawl(written(tmp_path, {"a.sql": said}))
    assert "hunter2" not in json.dumps(events)
    assert "VALUES (1, '***')" in json.dumps(events)
