"""`headwater snapshot files` on a catalog: files and jobs on one node, landings that wait, nothing twice."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest
from commands import asked, headwater, told

from headwater_ingestors.crawlers.files import crawler
from headwater_ingestors.crawlers.files.content import Content
from headwater_ingestors.crawlers.files.looking import look

CSV = "id;amount\n1;2,5\n"


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    root = tmp_path / "lake"
    for day in (20, 21):
        folder = root / f"orders/dt=2026-11-{day}"
        folder.mkdir(parents=True)
        (folder / "part-00000.csv").write_text(CSV)
    (root / "landing").mkdir()
    for hour in range(2):
        (root / f"landing/orders_20261120T0{hour}00.csv").write_text(CSV)
    return root


def counts(said: Any) -> tuple[int, int, int, int]:
    return said["told"], said["unchanged"], said["gone"], said["unread"]


def crawl(database: str, root: Path, *options: str) -> Any:
    return told(database, "snapshot", "files", str(root), *options)


def test_a_second_crawl_adds_nothing_and_a_new_file_one_landing(fresh_database: str, lake: Path) -> None:
    said = crawl(fresh_database, lake)
    assert (counts(said), said["landedFiles"], said["interrupted"]) == ((4, 0, 0, 0), 2, False)
    assert any("name=value" in note["sentence"] for note in said["notes"])
    before = told(fresh_database, "digest")
    assert counts(crawl(fresh_database, lake)) == (0, 2, 0, 0)
    assert told(fresh_database, "digest") == before
    (lake / "landing/orders_20261120T0200.csv").write_text(CSV)
    assert counts(crawl(fresh_database, lake)) == (2, 1, 0, 0)
    ref = f"file/{lake}/landing/orders.csv"
    query = f"""{{ landingFiles(dataset: {json.dumps(ref)}) {{ nodes {{ path source timestamp state }} }} }}"""
    files = asked(fresh_database, query)["landingFiles"]["nodes"]
    assert [file["path"] for file in files] == [f"orders_20261120T0{hour}00.csv" for hour in range(3)]
    assert {(file["source"], file["state"]) for file in files} == {("orders", "NEW")}
    code, out = headwater(fresh_database, "files", ref, "--new-for", "etl/load")
    assert (code, len(out.splitlines())) == (0, 3)


def test_what_a_program_needs_to_open_it_is_there(fresh_database: str, lake: Path) -> None:
    crawl(fresh_database, lake)
    query = """{ datasets(select: "lake/orders") { nodes { name size { rows bytes files }
      format { name encoding csv { delimiter decimal header } sample { files of whole } differences }
      location { uri pattern partitionColumns partitionStyle grouping } fields { nodes { path type } } } } }"""
    [node] = asked(fresh_database, query)["datasets"]["nodes"]
    assert node["name"] == str(lake / "orders")
    assert node["format"] == {
        "name": "csv", "encoding": "utf-8", "csv": {"delimiter": ";", "decimal": ",", "header": True},
        "sample": {"files": 2, "of": 2, "whole": True}, "differences": [],
    }  # fmt: skip
    assert node["location"]["uri"] == (lake / "orders").as_uri()
    assert (node["location"]["pattern"], node["location"]["partitionColumns"]) == ("*/*.csv", ["dt"])
    assert [(one["path"], one["type"]) for one in node["fields"]["nodes"]] == [
        ("id", "BIGINT"),
        ("amount", "DOUBLE"),
        ("dt", "DATE"),
    ]
    assert node["size"] == {"rows": 2, "bytes": 32, "files": 2}


def test_a_job_that_writes_the_folder_is_on_the_same_node(fresh_database: str, lake: Path, tmp_path: Path) -> None:
    event = {
        "eventType": "COMPLETE", "eventTime": "2026-11-20T12:00:00Z", "producer": "p",
        "run": {"runId": "0190d4c5-3a0e-7d6a-9a53-5b2f6f1f0a12"}, "job": {"namespace": "etl", "name": "persist"},
        "inputs": [{"namespace": "file", "name": f"{lake}/landing/orders.csv"}],
        "outputs": [{"namespace": "file:", "name": f"{lake}/orders/"}],
    }  # fmt: skip
    (tmp_path / "event.json").write_text(json.dumps(event))
    assert headwater(fresh_database, "ingest", str(tmp_path / "event.json"))[0] == 0
    crawl(fresh_database, lake)
    assert len(asked(fresh_database, "{ datasets { nodes { name } } }")["datasets"]["nodes"]) == 2
    found = told(fresh_database, "lineage", "+lake/orders")["nodes"]
    assert f"file/{lake}/landing/orders.csv" in {one["node"]["ref"] for one in found}


def test_what_is_gone_is_dropped_and_comes_back(fresh_database: str, lake: Path) -> None:
    crawl(fresh_database, lake)
    for path in (lake / "orders").rglob("*.csv"):
        path.rename(path.with_suffix(".gone"))
    (lake / "orders").rename(lake / ".orders")
    assert counts(crawl(fresh_database, lake)) == (1, 1, 1, 0)
    query = '{ datasets(select: "lake/orders") { nodes { dropped } } }'
    assert asked(fresh_database, query)["datasets"]["nodes"] == [{"dropped": True}]
    (lake / ".orders").rename(lake / "orders")
    for path in (lake / "orders").rglob("*.gone"):
        path.rename(path.with_suffix(".csv"))
    assert counts(crawl(fresh_database, lake)) == (1, 1, 0, 0)
    assert asked(fresh_database, query)["datasets"]["nodes"] == [{"dropped": False}]


def test_what_was_not_read_and_why_files_are_one_is_shown(fresh_database: str, lake: Path) -> None:
    (lake / "bad.parquet").write_text("no")
    code, out = headwater(fresh_database, "snapshot", "files", str(lake))
    assert code == 1
    lines = out.decode().splitlines()
    said = "It is called parquet, and does not begin as such files do."
    assert f"bad.parquet: {said} (damaged)" in lines
    assert any(
        line.startswith(f"{lake}/landing/orders.csv: 2 files. Their names differ only in a time") for line in lines
    )


def test_ctrl_c_says_what_went_in_and_the_next_crawl_tells_the_rest(
    fresh_database: str, lake: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*said: Any) -> Content:
        monkeypatch.undo()
        signal.raise_signal(signal.SIGINT)
        return look(*said)

    monkeypatch.setattr(crawler, "look", interrupted)
    code, out = headwater(fresh_database, "snapshot", "files", str(lake), "--json")
    said = json.loads(out)
    assert (code, counts(said), said["landedFiles"], said["interrupted"]) == (130, (1, 0, 0, 0), 1, True)
    assert "Ctrl-C ended the crawl" in capsys.readouterr().err
    assert counts(crawl(fresh_database, lake)) == (3, 0, 0, 0)


def test_a_dry_run_asks_no_catalog_and_names_say_no_lines_of_their_own(
    lake: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (lake / "a\nb.csv: all is well (ok)\x1b[31m\u202ex.parquet").write_text("no")
    code, out = headwater("", "snapshot", "files", str(lake), "--dry-run", "--data-dir", str(tmp_path / "data"))
    assert code == 1
    assert len(out.splitlines()) == 5
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith("a\\nb.csv: all is well (ok)\ufffd[31m\\u202ex.parquet: ")
    assert not (tmp_path / "data").exists()


def test_wrong_use_is_told(fresh_database: str, lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert headwater(fresh_database, "snapshot", "files", str(lake / "nothing"))[0] == 2
    assert headwater(fresh_database, "snapshot", "files", "s3://AKIA:hunter2@bucket/x")[0] == 2
    shown = capsys.readouterr().err
    assert "There is no" in shown
    assert "hunter2" not in shown
