"""`headwater serve --crawls FILE` as its users run it: one source that works, one that is down, and its end."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from commands import headwater
from deadline import until
from served import Served, free_port

from headwater_catalog.times import parse_time

SCHEDULE = """
[[crawls]]
name = "shop"
kind = "database"
source = "sqlite:///{folder}/shop.db"
every = "1h"

[[crawls]]
name = "down"
kind = "postgres"
source = "postgresql://reader@127.0.0.1:{port}/shop"
every = "1h"
retry_after = "2s"
"""
CRAWLS = """{ scheduledCrawls { nodes { name kind source every state began ended outcome sentence remedy failures next
    report { told unchanged unread parts { code } } } pageInfo { hasNextPage } } datasets { nodes { ref } } }"""
PAGED = "query($after: String) { scheduledCrawls(first: 1, after: $after) { nodes { name } pageInfo { endCursor } } }"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.executescript("CREATE TABLE orders (id INTEGER PRIMARY KEY); CREATE VIEW v AS SELECT * FROM orders;")
    found = tmp_path / "crawls.toml"
    found.write_text(SCHEDULE.format(folder=tmp_path, port=free_port()))
    return found


def ask(server: Served, query: str = CRAWLS, **variables: object) -> Any:
    with server.client() as http:
        return http.post("/graphql", json={"query": query, "variables": variables}).json()["data"]


def crawls(server: Served) -> dict[str, Any]:
    return {one["name"]: one for one in ask(server)["scheduledCrawls"]["nodes"]}


def crawling() -> list[str]:
    """The processes of crawls that run on this machine."""
    lines = (entry / "cmdline" for entry in Path("/proc").iterdir() if entry.name.isdigit())
    found = []
    for line in lines:
        try:
            found.append(line.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return [one for one in found if "headwater_web.crawls.command" in one]


@pytest.mark.slow
def test_what_works_goes_in_what_is_down_is_tried_again_and_nothing_is_left(file: Path, tmp_path: Path) -> None:
    gaps: dict[int, float] = {}

    def down_three_times() -> bool:
        down = crawls(server).get("down", {})
        if down.get("state") == "WAITING" and down["outcome"]:
            gaps[down["failures"]] = ((parse_time(down["next"]) or 0) - (parse_time(down["ended"]) or 0)) / 1_000_000
        return len(gaps) >= 3

    server = Served(tmp_path, "--crawls", str(file))
    with server:
        until(lambda: crawls(server).get("shop", {}).get("outcome"), 120, "the first crawl")
        found = ask(server)
        shop = crawls(server)["shop"]
        assert (shop["state"], shop["outcome"], shop["failures"], shop["report"]["told"]) == ("WAITING", "DONE", 0, 2)
        assert [node["ref"] for node in found["datasets"]["nodes"]] == [
            f"sqlite://{tmp_path}/shop.db/main.{name}" for name in ("orders", "v")
        ]
        until(down_three_times, 180, "three failures")
        tries = sorted(gaps)
        assert [2 ** (n - 1) <= gaps[n] <= 2**n for n in tries] == [True] * len(tries), gaps
        down = crawls(server)["down"]
        assert "source_unreachable" in down["sentence"]
        assert down["remedy"]
        with server.client() as http:
            assert http.get("/health/ready").status_code == 200, "readiness does not depend on sources"
            assert 'headwater_crawls_total{outcome="DONE"} 1' in http.get("/metrics").text
        first = ask(server, PAGED)["scheduledCrawls"]
        second = ask(server, PAGED, after=first["pageInfo"]["endCursor"])["scheduledCrawls"]
        assert [page["nodes"][0]["name"] for page in (first, second)] == ["down", "shop"]
        code, out = headwater("", "crawls", "list", "--url", server.address)
        assert code == 0
        assert b"2 told, 0 unchanged, 0 gone" in out
        until(lambda: any("reader@127.0.0.1" in one for one in crawling()), 60, "a crawl that runs")
    assert server.exit_code == 0
    assert not [one for one in crawling() if "reader@127.0.0.1" in one or str(tmp_path) in one]
    assert "Traceback" not in server.log.read_text(encoding="utf-8")
    before = shop
    with server:
        until(lambda: crawls(server)["down"]["state"] == "RUNNING", 60, "the next try")
        shop = crawls(server)["shop"]
        assert (shop["began"], shop["next"]) == (before["began"], before["next"]), "what was crawled waits its time"


def test_a_schedule_is_checked_without_serving(file: Path, tmp_path: Path) -> None:
    code, out = headwater("", "crawls", "check", str(file), "--json")
    found = json.loads(out)
    assert (code, [one["problem"] for one in found["crawls"]], found["atOnce"]) == (0, [None, None], 2)
    (tmp_path / "shop.db").unlink()
    code, out = headwater("", "crawls", "check", str(file), "--json")
    assert (code, json.loads(out)["crawls"][0]["problem"] is None) == (1, False)


@pytest.mark.parametrize("verb", [("crawls", "check"), ("serve", "--port", "0", "--crawls")])
def test_a_file_with_a_secret_is_refused_before_anything_is_opened(
    verb: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "crawls.toml"
    file.write_text('[[crawls]]\nname="a"\nkind="postgres"\nsource="postgresql://u:hunter2x@h/d"\nevery="1h"\n')
    code, _ = headwater("", *verb, str(file))
    said = capsys.readouterr().err
    assert code == 2
    assert "seems to hold a secret" in said
    assert "hunter2x" not in said


def test_a_catalog_without_a_schedule_says_so(fresh_database: str) -> None:
    assert b"No crawl is scheduled" in headwater(fresh_database, "crawls", "list")[1]


@pytest.mark.slow
def test_two_servers_of_one_database_crawl_once(file: Path, tmp_path: Path, fresh_database: str) -> None:
    file.write_text(file.read_text().partition('[[crawls]]\nname = "down"')[0])
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    one, other = (Served(folder, "--crawls", str(file), HEADWATER_DATABASE_URL=fresh_database) for folder in folders)
    with one, other:
        began = until(lambda: crawls(other)["shop"]["ended"] and crawls(other)["shop"]["began"], 120, "the crawl")
        both = [metric(server, "headwater_crawls_total") for server in (one, other)]
        assert sum(both) == 1
        assert crawls(one)["shop"]["began"] == began
        assert ask(one, "{ stats { events } }")["stats"]["events"] == 2
    assert (one.exit_code, other.exit_code) == (0, 0)


def metric(server: Served, name: str) -> int:
    """The sum of a counter over its labels."""
    with server.client() as http:
        lines = http.get("/metrics").text.splitlines()
    return sum(int(line.rpartition(" ")[2]) for line in lines if line.startswith(name))
