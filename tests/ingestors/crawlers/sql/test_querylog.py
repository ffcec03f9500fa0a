"""Query logs: runs of jobs that are told apart by their shape, the same events each time."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from crawled import Memory

from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.crawlers.sql import logreading
from headwater_ingestors.crawlers.sql.querylog import opened

OPTIONS = {"dialect": "postgres", "namespace": "postgres://shop", "database": "shop", "job-namespace": "log"}


def row(text: str, at: str = "2026-01-01T10:00:00Z", user: str = "etl", **more: str) -> dict[str, str]:
    return {"time": at, "user": user, "query": text, **more}


def crawl(path: Path, rows: list[dict[str, str]], **more: str) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    path = path / "log.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    events, report = Memory().crawl(opened(str(path), {**OPTIONS, **more}))
    return events, [(one.place, one.code) for one in report.listed]


def test_queries_that_differ_in_values_are_runs_of_one_job(tmp_path: Path) -> None:
    rows = [
        row("INSERT INTO t (x) SELECT a FROM s WHERE day = '2026-01-01'"),
        row("insert into t (x)\n select a from s where day = '2026-01-02'", "2026-01-02T10:00:00Z"),
        row("INSERT INTO t (x) VALUES (1), (2)"),
        row("INSERT INTO t (x) VALUES (3)", "2026-01-03T10:00:00Z"),
    ]
    events, unread = crawl(tmp_path, rows)
    assert unread == []
    jobs = [event["job"]["name"] for event in events]
    assert jobs[0] == jobs[1] != jobs[2] == jobs[3]
    assert jobs[0].startswith("insert shop.public.t ")
    assert len({event["run"]["runId"] for event in events}) == 4
    assert events[0]["eventTime"] == "2026-01-01T10:00:00.000000Z"
    assert events[0]["eventType"] == "COMPLETE"
    assert events[0]["run"]["facets"]["headwater_query"]["user"] == "etl"
    [output] = events[0]["outputs"]
    assert [one["name"] for one in output["facets"]["columnLineage"]["fields"]["x"]["inputFields"]] == ["shop.public.s"]


def test_the_same_log_gives_the_same_events(tmp_path: Path) -> None:
    rows = [row("INSERT INTO t (x) SELECT a FROM s"), row("DELETE FROM t WHERE x = 1", user="ana")]
    assert crawl(tmp_path, rows) == crawl(tmp_path, rows)


def test_a_query_that_failed_is_a_run_that_failed(tmp_path: Path) -> None:
    [event], _ = crawl(tmp_path, [row("INSERT INTO t (x) SELECT a FROM s", status="ERROR")])
    assert event["eventType"] == "FAIL"


def test_queries_that_only_read_are_told_when_asked_for(tmp_path: Path) -> None:
    rows = [row("SELECT * FROM t")]
    assert crawl(tmp_path, rows) == ([], [])
    [event], unread = crawl(tmp_path, rows, reads="yes")
    assert [one["name"] for one in event["inputs"]] == ["shop.public.t"]
    assert [code for _, code in unread] == ["unknown-columns"]


def test_a_line_may_name_its_database(tmp_path: Path) -> None:
    [event], _ = crawl(tmp_path, [row("INSERT INTO t (x) SELECT a FROM s", database="other")])
    assert event["outputs"][0]["name"] == "other.public.t"


def test_bad_lines_cost_themselves_only(tmp_path: Path) -> None:
    rows = [
        row("SELEC;"),
        row("INSERT INTO t (x) SELECT a FROM s"),
        {"query": "SELECT 1"},
        {"time": "2026-01-01T00:00:00Z"},
    ]
    events, unread = crawl(tmp_path, rows)
    assert len(events) == 1
    assert sorted(unread) == [("log.jsonl:1", "unparsed"), ("log.jsonl:3", "no-time"), ("log.jsonl:4", "no-query")]


def test_csv_with_a_header_and_names_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text('When,Who,What\n2026-01-01 10:00:00,etl,"INSERT INTO t (x)\nSELECT a FROM s"\n')
    names = {"time": "When", "user": "Who", "text": "What"}
    events, report = Memory().crawl(opened(str(path), {**OPTIONS, **names}))
    assert report.unread == 0
    assert [event["run"]["facets"]["headwater_query"]["user"] for event in events] == ["etl"]


def test_there_must_be_a_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="There is no file"):
        opened(str(tmp_path), OPTIONS)


def test_a_line_of_csv_without_end_costs_itself_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logreading, "MAX_LINE", 60)
    log = b"time,query\n2026-01-01T00:00:00Z,SELECT 1\n" + b"x" * 1_000 + b"\n2026-01-02T00:00:00Z,SELECT 2\n"
    found = list(logreading.lines(io.BytesIO(log), {}))
    assert [one.text if isinstance(one, logreading.Line) else (one.line, one.code) for one in found] == [
        *("SELECT 1", (3, "too-large"), "SELECT 2")
    ]
