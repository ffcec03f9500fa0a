"""Runs of Python code: blocks and functions, sync and async; what they raise is raised on, catalog or not."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from catching import Catching, catching, process_of
from wrapped import Wrapping, states

from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.emit import Run, current, run

ORDERS = ("postgres://shop:5432", "public.orders")
LAKE = ("s3://lake", "orders")


@pytest.fixture
def catalog(server: Catching, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catching:
    server.bodies.clear()
    for name in list(os.environ):
        if name.startswith(("HEADWATER_", "OPENLINEAGE")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HEADWATER_URL", server.url)
    monkeypatch.setenv("HEADWATER_API_KEY", "hw_secret")
    monkeypatch.setenv("HEADWATER_SPOOL_DIR", str(tmp_path / "spool"))
    monkeypatch.chdir(tmp_path)
    return server


def names(datasets: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(one["namespace"], one["name"]) for one in datasets]


def test_a_block_is_a_run(catalog: Catching) -> None:
    with run("load", namespace="etl", inputs=["postgres://shop/public.orders"], outputs=[LAKE]) as r:
        assert catalog.wait_for(1)[0]["eventType"] == "START"
        assert current() is r
        r.rows(1_200)
        r.output("s3://lake/rejects", rows=3, size=90)
        r.input("s3://lake/rules", rows=7)
    assert current() is None
    start, end = catalog.events
    assert (start["eventType"], end["eventType"]) == ("START", "COMPLETE")
    assert start["run"]["runId"] == end["run"]["runId"] == r.run_id
    assert start["eventTime"] < end["eventTime"]
    assert (end["job"]["namespace"], end["job"]["name"]) == ("etl", "load")
    assert names(start["inputs"]) == [ORDERS]
    assert names(end["inputs"]) == [ORDERS, ("s3://lake", "rules")]
    assert names(end["outputs"]) == [LAKE, ("s3://lake", "rejects")]
    lake, rejects = (one["outputFacets"]["outputStatistics"] for one in end["outputs"])
    assert (lake["rowCount"], rejects["rowCount"], rejects["size"]) == (1_200, 3, 90)
    assert end["inputs"][1]["inputFacets"]["inputStatistics"]["rowCount"] == 7
    assert catalog.keys[-1] == "Bearer hw_secret"


def test_a_run_knows_what_its_process_used(catalog: Catching) -> None:
    with run("work", nominal_time="2026-01-31"):
        sum(range(2_000_000))
        Path("out").write_bytes(b"x" * 100_000)
    end = catalog.events[1]
    found = process_of(end)
    assert 0.01 < found["userSeconds"] < 5
    assert found["durationSeconds"] > 0.01
    assert 100_000 <= found["writtenBytes"] < 10_000_000
    assert found["peakMemoryBytes"] > 10_000_000
    assert "command" not in found
    told = end["run"]["facets"]
    assert (told["processing_engine"]["name"], told["nominalTime"]["nominalStartTime"][:10]) == ("Python", "2026-01-31")


def test_the_code_is_where_the_block_stands(catalog: Catching) -> None:
    with run("located"):
        pass
    location = catalog.events[0]["job"]["facets"]["sourceCodeLocation"]
    assert location["path"] == "tests/ingestors/emit/test_recording.py"
    assert len(location["version"]) == 40


def test_every_call_of_a_function_is_a_run(catalog: Catching) -> None:
    @run(outputs=[LAKE])
    def load(day: int, *, times: int = 1) -> int:
        """Load a day."""
        found = current()
        assert found is not None
        found.rows(day * times)
        return day * times

    assert [load(2), load(3, times=2)] == [2, 6]
    assert (load.__name__, load.__doc__) == ("load", "Load a day.")
    ends = catalog.events[1::2]
    assert [end["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] for end in ends] == [2, 6]
    assert len({end["run"]["runId"] for end in ends}) == 2
    assert {end["job"]["name"] for end in ends} == {f"{__name__}.{load.__qualname__}"}


async def test_a_coroutine_is_a_run_and_tasks_do_not_mix(catalog: Catching) -> None:
    seen: dict[str, Run | None] = {}

    @run("task")
    async def work(name: str, other: asyncio.Event, own: asyncio.Event) -> str:
        seen[name] = current()
        own.set()
        await asyncio.wait_for(other.wait(), 30)
        assert current() is seen[name]
        return name

    first, second = asyncio.Event(), asyncio.Event()
    assert await asyncio.gather(work("a", second, first), work("b", first, second)) == ["a", "b"]
    assert seen["a"] is not seen["b"]
    assert current() is None
    assert sorted(catalog.states) == ["COMPLETE"] * 2 + ["START"] * 2
    async with run("block") as r:
        assert current() is r
    assert catalog.states[-2:] == ["START", "COMPLETE"]


def test_an_exception_is_told_and_raised_on(catalog: Catching) -> None:
    error = ValueError("no such day\nin the feed")

    @run("fails")
    def load() -> None:
        try:
            {}["key"]
        except KeyError as inner:
            raise error from inner

    with pytest.raises(ValueError, match="no such day") as raised:
        load()
    assert raised.value is error
    assert catalog.states == ["START", "FAIL"]
    told = catalog.events[1]["run"]["facets"]["errorMessage"]
    assert told["message"] == "ValueError: no such day\nin the feed"
    assert told["programmingLanguage"] == "PYTHON"
    assert "KeyError" in told["stackTrace"]
    assert "raise error from inner" in told["stackTrace"]
    assert "emit/recording.py" not in told["stackTrace"], "our own frames tell nobody anything"


def test_a_deep_stack_is_trimmed_and_holds_no_secret(catalog: Catching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEED_PASSWORD", "Zq8 hidden word")

    def dig(depth: int) -> None:
        if depth == 0:
            raise RuntimeError("cannot log in with Zq8 hidden word at postgres://u:Zq8hidden1@db/x " + "y" * 10_000)
        dig(depth - 1)

    with pytest.raises(RuntimeError), run("deep"):
        dig(200)
    told = catalog.events[1]["run"]["facets"]["errorMessage"]
    assert len(told["stackTrace"]) <= 8_000
    assert len(told["message"]) <= 2_000
    assert b"hidden" not in catalog.bodies[1]


async def test_an_exception_in_a_coroutine_too(catalog: Catching) -> None:
    with pytest.raises(KeyError):
        async with run("fails"):
            raise KeyError("x")
    assert catalog.states == ["START", "FAIL"]


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (SystemExit(0), "COMPLETE"),
        (SystemExit(None), "COMPLETE"),
        (SystemExit(2), "FAIL"),
        (SystemExit("no"), "FAIL"),
        (KeyboardInterrupt(), "ABORT"),
    ],
)
def test_a_program_that_ends_within_a_run(catalog: Catching, error: BaseException, state: str) -> None:
    with pytest.raises(type(error)), run("ends"):
        raise error
    assert catalog.states == ["START", state]


async def test_a_cancelled_task_is_told(catalog: Catching) -> None:
    entered = asyncio.Event()

    @run("cancelled")
    async def work() -> None:
        entered.set()
        await asyncio.sleep(60)

    task = asyncio.create_task(work())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert catalog.wait_for(2)[1]["eventType"] == "ABORT"


def test_runs_within_runs_know_their_parent(catalog: Catching, monkeypatch: pytest.MonkeyPatch) -> None:
    top = "0190d4c5-3a0e-7d6a-9a53-5b2f6f1f0a11"
    monkeypatch.setenv("OPENLINEAGE_PARENT_ID", f"airflow/dag.task/{top}")
    with run("outer") as outer, run("inner"):
        pass
    parents = {event["job"]["name"]: event["run"]["facets"]["parent"] for event in catalog.events}
    assert parents["outer"]["run"]["runId"] == parents["outer"]["root"]["run"]["runId"] == top
    assert parents["inner"]["run"]["runId"] == outer.run_id
    assert parents["inner"]["root"]["run"]["runId"] == top
    assert parents["inner"]["job"] == {"namespace": "default", "name": "outer", "facets": {}}


def test_processes_of_a_run_can_be_told_of_it(catalog: Catching, tmp_path: Path) -> None:
    wrapping = Wrapping(tmp_path, catalog.url)
    with run("outer") as outer:
        wrapping.environ = outer.environ(wrapping.environ)
        wrapping.run("--job", "inner", "--", "true")
    inner = next(event for event in catalog.events if event["job"]["name"] == "inner")
    assert inner["run"]["facets"]["parent"]["run"]["runId"] == outer.run_id


def test_threads_have_their_own_runs(catalog: Catching) -> None:
    def work(number: int) -> None:
        with run("threaded") as r:
            r.output(LAKE, rows=number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ends = [event for event in catalog.events if event["eventType"] == "COMPLETE"]
    rows = [end["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] for end in ends]
    assert sorted(rows) == list(range(8))
    assert not any("parent" in end["run"]["facets"] for end in ends)


def test_wrong_use_is_told_at_once_and_with_a_remedy(catalog: Catching) -> None:
    with pytest.raises(InvalidRequest, match="no time"):
        run("x", nominal_time="soon")
    with pytest.raises(InvalidRequest, match="names no dataset"):
        run("x", inputs=["postgres://db"])
    with pytest.raises(InvalidRequest, match="is a generator"):
        run("x")(iter_rows)
    with run("x", outputs=[LAKE, ORDERS]) as r, pytest.raises(InvalidRequest, match="whose rows"):
        r.rows(3)
    once = run("x")
    with once, pytest.raises(InvalidRequest, match="begun already"), once:
        pass


def iter_rows() -> Iterator[int]:
    yield 1


def test_a_catalog_that_is_away_costs_little_and_gets_it_later(
    catalog: Catching, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with catching() as deaf:
        monkeypatch.setenv("HEADWATER_URL", deaf.url)
        deaf.gate.clear()
        began = time.monotonic()
        for _ in range(20):
            with run("away"):
                pass
        assert time.monotonic() - began < 4, "the first waits two seconds, the others do not"
    kept = [json.loads(file.read_bytes()) for file in sorted((tmp_path / "spool").glob("*/*.json"))]
    assert states(kept) == ["START", "COMPLETE"] * 20
    assert len([record for record in caplog.records if "takes no events" in record.message]) == 1


def test_what_goes_wrong_with_telling_is_logged_and_harms_nobody(
    catalog: Catching, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "headwater.toml").write_text("port = \n")
    with run("untold"):
        done = True
    assert done
    assert "is not TOML" in caplog.text
    assert catalog.events == []


def test_a_forked_process_tells_by_itself(catalog: Catching) -> None:
    with run("before"):
        pass
    child = os.fork()
    if child == 0:
        try:
            with run("forked"):
                pass
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert [event["job"]["name"] for event in catalog.events] == ["before"] * 2 + ["forked"] * 2


FORKING = """
import os, sys
from headwater_ingestors.emit import run
with run("before"):
    pass
child = os.fork()
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
with run("forked"):
    sys.exit(0)
"""


def test_a_forked_process_that_ends_by_itself_waits_for_nobody_elses_thread(catalog: Catching, tmp_path: Path) -> None:
    (tmp_path / "forking.py").write_text(FORKING)
    wrapping = Wrapping(tmp_path, catalog.url)
    done = subprocess.run([sys.executable, "forking.py"], cwd=tmp_path, env=wrapping.environ, timeout=60, check=False)
    assert done.returncode == 0
    assert [event["job"]["name"] for event in catalog.events] == ["before"] * 2 + ["forked"] * 2


PROGRAM = """
import sys
from headwater_ingestors.emit import run
assert "openlineage" not in sys.modules
with run(outputs=["out.csv"]) as r:
    r.rows(3)
"""


def test_a_program_of_its_own(catalog: Catching, tmp_path: Path) -> None:
    (tmp_path / "load.py").write_text(PROGRAM)
    wrapping = Wrapping(tmp_path, catalog.url)
    done = subprocess.run(
        [sys.executable, "load.py"], cwd=tmp_path, env=wrapping.environ, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert catalog.states == ["START", "COMPLETE"]
    assert catalog.events[1]["job"]["name"] == "load.py"
    assert names(catalog.events[1]["outputs"]) == [("file", str(tmp_path / "out.csv"))]


def test_a_program_without_a_catalog_ends_well_and_soon(tmp_path: Path) -> None:
    (tmp_path / "load.py").write_text(PROGRAM)
    wrapping = Wrapping(tmp_path)
    done = subprocess.run(
        [sys.executable, "load.py"], cwd=tmp_path, env=wrapping.environ, capture_output=True, check=False
    )
    assert done.returncode == 0
    assert b"No server runs there" in done.stderr
    assert states(wrapping.kept()) == ["START", "COMPLETE"]
