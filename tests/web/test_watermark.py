"""`headwater watermark` and `headwater files` as a shell loader uses them."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from commands import headwater, told
from running import running

from headwater_catalog.database.engine import Database
from headwater_catalog.errors import Conflict
from headwater_catalog.sizes import MAX_ENTRY
from headwater_catalog.times import show
from headwater_web import composition
from headwater_web.cli.commit import Wanted, WatermarkMoved, commit_watermark, standing
from headwater_web.cli.remote import Remote
from headwater_web.cli.verb import Use

JOB, ORDERS = ("etl", "load"), ("postgres://shop:5432", "public.orders")
PAIR = ("etl/load", "postgres://shop/public.orders")
RUN = "00000000-0000-4000-8000-000000000001"


def test_get_prints_the_value_and_says_where_there_is_none(fresh_database: str) -> None:
    assert headwater(fresh_database, "watermark", "get", *PAIR) == (1, b"")
    assert headwater(fresh_database, "watermark", "commit", *PAIR, "[a] 1", "--type", "text")[0] == 0
    assert headwater(fresh_database, "watermark", "get", *PAIR) == (0, b"[a] 1\n")
    assert headwater(fresh_database, "watermark", "get", "etl/load", "public.orders") == (0, b"[a] 1\n")
    assert headwater(fresh_database, "watermark", "get", "etl/loa", PAIR[1]) == (1, b"")
    said = told(fresh_database, "watermark", "commit", *PAIR, "2", "--field", "id")
    assert (said["value"], said["previous"]["value"], said["field"], said["committed"]) == ("2", "[a] 1", "id", True)
    assert (said["job"], said["dataset"]) == ("etl/load", "postgres://shop:5432/public.orders")
    found = told(fresh_database, "lineage", "public.orders", "--direction", "down")
    assert "etl/load" in json.dumps(found)  # a run of its own has read the dataset


def test_a_commit_of_one_run_may_be_told_again_and_spoken_of_other_datasets(fresh_database: str) -> None:
    commit = ("watermark", "commit", "--run-id", RUN)
    assert told(fresh_database, *commit, *PAIR, "1")["committed"]
    assert told(fresh_database, *commit, "etl/load", "file/landing/orders", "a.csv")["committed"]
    told(fresh_database, "watermark", "commit", *PAIR, "2")
    assert not told(fresh_database, *commit, *PAIR, "1")["committed"]
    assert headwater(fresh_database, "watermark", "get", *PAIR)[1] == b"2\n"
    assert headwater(fresh_database, "watermark", "get", "etl/load", "file/landing/orders")[1] == b"a.csv\n"
    said = told(fresh_database, "watermark", "commit", *PAIR, "3", "--run-id", "nightly 7")
    assert said["run"] == {"runId": "nightly 7"}


def test_expect_commits_only_on_what_stands(fresh_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert headwater(fresh_database, "watermark", "commit", *PAIR, "1", "--expect", "0")[0] == 1
    assert headwater(fresh_database, "watermark", "commit", *PAIR, "1", "--expect", "")[0] == 0
    assert headwater(fresh_database, "watermark", "commit", *PAIR, "2", "--expect", "")[0] == 1
    assert "it stands at 1" in capsys.readouterr().err
    assert headwater(fresh_database, "watermark", "commit", *PAIR, "2", "--expect", "1")[0] == 0
    assert headwater(fresh_database, "watermark", "get", *PAIR)[1] == b"2\n"


@pytest.mark.parametrize(("job", "dataset"), [("etl/load", "nothing"), ("etl/load", "x/"), ("", "a/b"), ("a/", "a/b")])
def test_what_is_no_whole_name_is_told_so(fresh_database: str, job: str, dataset: str) -> None:
    assert headwater(fresh_database, "watermark", "commit", job, dataset, "1")[0] == 2


def test_files_are_listed_for_people_and_for_loops(
    fresh_database: str, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [{"path": f"2026-01-0{n}_shop.csv", "size": 1000 * n} for n in (2, 1)]
    output = {"namespace": "file", "name": "landing", "outputFacets": {"headwater_landing_files": {"files": files}}}
    landed = {
        "eventType": "COMPLETE", "eventTime": "2026-01-03T00:00:00Z", "run": {"runId": RUN},
        "job": {"namespace": "etl", "name": "fetch"}, "outputs": [output],
    }  # fmt: skip
    (tmp_path / "landed.json").write_text(json.dumps(landed))
    assert headwater(fresh_database, "ingest", str(tmp_path / "landed.json"))[0] == 0
    new = ("files", "file/landing", "--new-for", "etl/load")
    assert headwater(fresh_database, *new) == (0, b"2026-01-01_shop.csv\n2026-01-02_shop.csv\n")
    commit = ("watermark", "commit", "etl/load", "file/landing", "1", "--file", "2026-01-01_shop.csv")
    assert headwater(fresh_database, *commit)[0] == 0
    assert headwater(fresh_database, *new) == (0, b"2026-01-02_shop.csv\n")
    listed = told(fresh_database, "files", "file/landing")["files"]
    assert [(one["size"], one["state"]) for one in listed] == [(1000, "PROCESSED"), (2000, "NEW")]
    assert told(fresh_database, "files", "file/landing", "--state", "processed")["files"] == listed[:1]
    assert b"2,000" in headwater(fresh_database, "files", "file/landing")[1]
    assert headwater(fresh_database, "files", "file/elsewhere")[0] == 2
    capsys.readouterr()
    misspelled = headwater(fresh_database, "files", "file/landing", "--new-for", "etl/laod")
    assert (misspelled[0], misspelled[1].count(b"\n")) == (0, 2)
    assert "No job etl/laod is known" in capsys.readouterr().err


def test_get_has_a_default_where_none_was_ever_committed(
    fresh_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    get = ("watermark", "get", *PAIR)
    assert headwater(fresh_database, *get, "--default", "1970")[0] == 0
    assert "No job etl/load is known. No dataset" in capsys.readouterr().err
    assert headwater(fresh_database, "watermark", "commit", *PAIR, "1")[0] == 0
    assert headwater(fresh_database, *get, "--default", "1970") == (0, b"1\n")
    assert capsys.readouterr().err == ""
    elsewhere = ("watermark", "get", "etl/load", "postgres://shop/public.items")
    headwater(fresh_database, "watermark", "commit", "etl/other", elsewhere[-1], "1")
    assert headwater(fresh_database, *elsewhere, "--default", "1970") == (0, b"1970\n")
    assert "etl/load never committed a watermark in postgres://shop:5432/public.items" in capsys.readouterr().err
    assert told(fresh_database, *elsewhere, "--default", "-5") == {"value": "-5", "run": None}
    assert headwater(fresh_database, *elsewhere) == (1, b"")
    away = ("--default", "1970", "--url", "http://127.0.0.1:9")
    assert headwater(fresh_database, *get, *away) == (3, b"")
    assert headwater(fresh_database, "watermark", "get", "etl/load", "x/", "--default", "1970") == (2, b"")


def test_a_misspelled_job_is_told(fresh_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    headwater(fresh_database, "watermark", "commit", *PAIR, "1")
    assert headwater(fresh_database, "watermark", "get", "etl/laod", PAIR[1]) == (1, b"")
    assert capsys.readouterr().err.strip() == "No job etl/laod is known."


def test_an_empty_value_is_a_slip_unless_it_is_meant(fresh_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    commit = ("watermark", "commit", *PAIR)
    assert headwater(fresh_database, *commit, "1")[0] == 0
    assert headwater(fresh_database, *commit, "")[0] == 2
    assert "--empty" in capsys.readouterr().err
    assert headwater(fresh_database, "watermark", "get", *PAIR) == (0, b"1\n")
    assert headwater(fresh_database, *commit, "", "--empty")[0] == 0
    assert headwater(fresh_database, "watermark", "get", *PAIR) == (0, b"\n")


def test_a_value_with_a_dash_is_told_where_it_goes(fresh_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert headwater(fresh_database, "watermark", "commit", *PAIR, "-5")[0] == 2
    assert "-- JOB DATASET -5" in " ".join(capsys.readouterr().err.replace("│", "").split())
    assert headwater(fresh_database, "watermark", "commit", "--expect", "-6", "--", *PAIR, "-5")[0] == 1
    assert headwater(fresh_database, "watermark", "commit", "--", *PAIR, "-5")[0] == 0
    assert headwater(fresh_database, "watermark", "get", *PAIR) == (0, b"-5\n")


ODD = ["a b*.csv", "--run-id x", "-5", "two\nlines", "\x1b[2J\x9b.csv"]


def odd_files(url: str, folder: Path, paths: Sequence[str]) -> None:
    """Files of these paths have landed."""
    facet = {"headwater_landing_files": {"files": [{"path": path} for path in paths]}}
    landed = {
        "eventType": "COMPLETE", "eventTime": "2026-01-03T00:00:00Z", "run": {"runId": RUN},
        "job": {"namespace": "etl", "name": "fetch"},
        "outputs": [{"namespace": "file", "name": "landing", "outputFacets": facet}],
    }  # fmt: skip
    (folder / "landed.json").write_text(json.dumps(landed))
    assert headwater(url, "ingest", str(folder / "landed.json"))[0] == 0


def test_paths_go_from_files_to_commit_whatever_they_are(fresh_database: str, tmp_path: Path) -> None:
    odd_files(fresh_database, tmp_path, ODD)
    new = ("files", "file/landing", "--new-for", "etl/load")
    code, listed = headwater(fresh_database, *new, "-0")
    assert (code, sorted(listed.decode().split("\0"))) == (0, sorted(["", *ODD]))
    assert headwater(fresh_database, "files", "file/landing", "-0")[1] == listed
    assert headwater(fresh_database, *new)[0] == 1, "a newline in a path would make two of it"
    (tmp_path / "new").write_bytes(listed)
    commit = ("watermark", "commit", "etl/load", "file/landing", "1", "--files-from")
    assert headwater(fresh_database, *commit, str(tmp_path / "new"))[0] == 2, "ended by NULs"
    assert headwater(fresh_database, *commit, str(tmp_path / "new"), "-0")[0] == 0
    assert headwater(fresh_database, *new) == (0, b"")


def test_paths_are_read_a_line_from_standard_input(
    fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd_files(fresh_database, tmp_path, ODD[:3])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(ODD[:2]).encode())))
    assert (
        headwater(fresh_database, "watermark", "commit", "etl/load", "file/landing", "1", "--files-from", "-")[0] == 0
    )
    assert headwater(fresh_database, "files", "file/landing", "--new-for", "etl/load") == (0, b"-5\n")


@pytest.mark.parametrize("content", [None, b"\xff", b"a" * (MAX_ENTRY + 1)])
def test_a_list_of_paths_that_cannot_be_read_commits_nothing(
    fresh_database: str, tmp_path: Path, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "new").write_bytes(content)
    commit = ("watermark", "commit", *PAIR, "1", "--files-from", str(tmp_path / "new"))
    assert headwater(fresh_database, *commit)[0] == 2
    assert headwater(fresh_database, "watermark", "get", *PAIR)[0] == 1


def test_a_terminal_obeys_no_path(fresh_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd_files(fresh_database, tmp_path, ODD)
    assert "\x1b" not in headwater(fresh_database, "files", "file/landing")[1].decode()
    monkeypatch.setattr(Use, "piped", False)
    lines = headwater(fresh_database, "files", "file/landing", "--new-for", "etl/load")[1].decode().splitlines()
    assert sorted(lines) == sorted([*ODD[:3], "two\ufffdlines", "\ufffd[2J\ufffd.csv"])


class Interrupted(Remote):
    """A client whose next event is preceded, or followed, by what somebody else does."""

    before: Callable[[], object] | None = None
    after: Callable[[], object] | None = None

    def ingest(self, entries: Iterable[bytes]) -> Iterator[dict[str, Any]]:
        before, after, self.before, self.after = self.before, self.after, None, None
        if before:
            before()
        yield from list(super().ingest(entries))
        if after:
            after()


@pytest.fixture
def http(fresh_database: str) -> Iterator[httpx.Client]:
    with (
        running(Database.from_url(fresh_database), composition.translators().here) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as found,
    ):
        yield found


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("first", [None, "0"])
def test_of_two_that_expect_the_same_one_commits_at_most(http: httpx.Client, place: str, first: str | None) -> None:
    if first:
        commit_watermark(Remote(http), Wanted(JOB, ORDERS, first))
    mine, other = Interrupted(http), Remote(http)
    setattr(mine, place, lambda: commit_watermark(other, Wanted(JOB, ORDERS, "theirs", expect=None)))
    with pytest.raises(WatermarkMoved):
        commit_watermark(mine, Wanted(JOB, ORDERS, "mine", expect=first or ""))
    found = standing(other, JOB, ORDERS)
    assert found
    assert (found["value"], (found["previous"] or {}).get("value")) == ("theirs", first)


def test_a_commit_comes_after_the_one_that_it_has_seen(http: httpx.Client) -> None:
    """Another machine's clock is an hour ahead of ours."""
    ahead = {
        "eventType": "COMPLETE", "eventTime": "2026-01-01T00:00:00Z", "job": {"namespace": "etl", "name": "load"},
        "run": {"runId": RUN, "facets": {"headwater_watermark": {"watermarks": [
            {"namespace": ORDERS[0], "name": ORDERS[1], "value": "theirs"}]}}},
    }  # fmt: skip
    ahead["eventTime"] = show(time.time_ns() // 1000 + 3_600_000_000)
    http.post("/api/v1/lineage", json=ahead).raise_for_status()
    said = commit_watermark(Remote(http), Wanted(JOB, ORDERS, "mine", expect="theirs"))
    assert (said["value"], said["previous"]["value"]) == ("mine", "theirs")


def test_a_commit_that_moves_nothing_is_told_so(http: httpx.Client) -> None:
    retract = {"retract": {"target": ["run", RUN, "", ""]}}
    commit_watermark(Remote(http), Wanted(JOB, ORDERS, "1", RUN))
    http.post("/api/v1/edits", json={"changes": [retract]}).raise_for_status()
    with pytest.raises(Conflict) as told:
        commit_watermark(Remote(http), Wanted(JOB, ORDERS, "2", RUN))
    assert told.value.code == "watermark_not_moved"
