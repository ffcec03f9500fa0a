"""A schedule on a real database: what is due runs once, few at a time, is remembered, and survives its keepers."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from deadline import until
from psycopg.rows import dict_row

from headwater_catalog import schedule
from headwater_catalog.database.engine import Database
from headwater_catalog.schedule import SECOND, Crawl
from headwater_web.crawls import keeper as keeping
from headwater_web.crawls.file import Schedule
from headwater_web.crawls.keeper import Keeper

REPORT = json.dumps({"told": 1, "unchanged": 0, "gone": 0, "rejected": 0, "unread": 0, "unreadParts": []})
DONE = f"print({REPORT!r})"
FAILS = "import sys; sys.exit('no')"
COUNTS = """
import os, pathlib, time
mine = pathlib.Path({inside!r}, str(os.getpid()))
mine.touch()
time.sleep(0.5)
pathlib.Path({most!r} + mine.name).write_text(str(len(list(mine.parent.iterdir()))))
mine.unlink()
"""
HANGS = "import time; time.sleep(300)"


class Place:
    """A database and a folder in which crawls note that they ran."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.database = Database.from_url(url)
        self.programs: dict[str, str] = {}

    def crawl(self, name: str, program: str, **said: Any) -> Crawl:
        self.programs[name] = program
        given = {"every": 3_600, "timeout": 60, "retries": 5, "retry_after": 1, **said}
        return Crawl(name, "sql", f"{name}.sql", **given)

    def command(self, crawl: Crawl) -> Sequence[str]:
        note = f"import os, pathlib; pathlib.Path({str(self.folder)!r}, '{crawl.name}-' + str(os.getpid())).touch()\n"
        return [sys.executable, "-c", note + self.programs[crawl.name]]

    @asynccontextmanager
    async def kept(self, *crawls: Crawl, at_once: int = 4) -> AsyncIterator[Keeper]:
        keeper = Keeper(Schedule(crawls, at_once), self.database.writer, command=self.command, draw=lambda: 0.0)
        async with keeper.kept():
            keeper.begin("http://127.0.0.1:1", "", {})
            yield keeper

    def ran(self, name: str) -> int:
        return len(list(self.folder.glob(f"{name}-*")))

    def row(self, name: str) -> dict[str, Any]:
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            statement = f"SELECT *, {schedule.RUNNING} AS running FROM core.crawl_schedule WHERE name = %s"
            return connection.execute(statement.encode(), [name]).fetchone() or {}

    async def until(self, condition: Callable[[], object], what: str) -> None:
        await asyncio.to_thread(until, condition, 60, what)

    async def ended(self, name: str) -> dict[str, Any]:
        await self.until(lambda: self.row(name).get("ended"), f"the end of {name}")
        return self.row(name)


@pytest.fixture
def place(fresh_database: str, tmp_path: Path) -> Place:
    return Place(fresh_database, tmp_path)


async def test_what_is_new_runs_once_and_is_not_forgotten(place: Place) -> None:
    crawl = place.crawl("shop", DONE)
    async with place.kept(crawl) as keeper:
        row = await place.ended("shop")
        assert keeper.counts == {"DONE": 1}
    assert (row["outcome"], row["failures"], row["report"]["told"], row["running"]) == ("DONE", 0, 1, False)
    assert row["next"] == row["began"] + 3_600 * SECOND
    async with place.kept(crawl, place.crawl("other", DONE)):
        await place.ended("other")
    assert (place.ran("shop"), place.ran("other")) == (1, 1), "a restart crawls what is new alone"


async def test_what_fails_is_tried_again_after_growing_waits_and_stops_nobody(place: Place) -> None:
    async with place.kept(place.crawl("down", FAILS), place.crawl("shop", DONE)) as keeper:
        await place.until(lambda: keeper.counts["FAILED"] >= 3, "three failures")
    row = place.row("down")
    assert row["failures"] >= 3
    assert "exit code 1. no" in row["sentence"]
    assert "by hand" in row["remedy"]
    assert row["next"] - row["ended"] == 2 ** (row["failures"] - 1) * SECOND // 2
    assert place.row("shop")["outcome"] == "DONE"


async def test_failures_end_with_a_success_and_the_rest_waits_for_its_regular_time(place: Place) -> None:
    gate = place.folder / "gate"
    healed = f"import pathlib, sys; pathlib.Path({str(gate)!r}).exists() or sys.exit('no')\n{DONE}"
    async with place.kept(place.crawl("shop", healed), place.crawl("down", FAILS, retries=0)):
        await place.until(lambda: place.row("shop").get("failures"), "a failure")
        gate.touch()
        await place.until(lambda: place.row("shop")["outcome"] == "DONE", "a success")
        row = await place.ended("down")
    assert (place.row("shop")["failures"], place.row("shop")["remedy"]) == (0, None)
    assert (row["failures"], row["next"], place.ran("down")) == (1, row["began"] + 3_600 * SECOND, 1)


async def test_two_keepers_never_run_one_crawl_at_the_same_time(place: Place) -> None:
    crawl = place.crawl("shop", HANGS)
    async with place.kept(crawl) as one, place.kept(crawl) as other:
        await place.until(lambda: place.ran("shop"), "the crawl")
        with psycopg.connect(place.url, autocommit=True) as connection:
            connection.execute("UPDATE core.crawl_schedule SET next = 0")  # as if its time came while it runs
            claim = partial(schedule.claim, row=place.row("shop")["id"], now=1, following=2)
            async with await place.database.writer() as third:
                assert await claim(third) is None
        assert place.ran("shop") == 1
    assert one.counts + other.counts == {"STOPPED": 1}


async def test_what_another_has_crawled_meanwhile_is_not_crawled_again(place: Place) -> None:
    async with place.kept(place.crawl("shop", DONE)):
        row = await place.ended("shop")
    async with await place.database.writer() as session:
        assert await schedule.claim(session, row["id"], row["ended"], row["ended"]) is None
        assert await schedule.claim(session, row["id"], row["next"], row["next"]) == 1


async def test_no_more_run_at_one_time_than_are_allowed(place: Place) -> None:
    inside = place.folder / "inside"
    inside.mkdir()
    program = COUNTS.format(inside=str(inside), most=str(place.folder / "most")) + DONE
    crawls = [place.crawl(f"c{n}", program) for n in range(5)]
    async with place.kept(*crawls, at_once=2) as keeper:
        await place.until(lambda: keeper.counts["DONE"] == 5, "all of them")
    assert max(int(file.read_text()) for file in place.folder.glob("most*")) == 2


async def test_whoever_takes_too_long_is_ended_and_told_so(place: Place) -> None:
    async with place.kept(place.crawl("shop", HANGS, timeout=1)):
        row = await place.ended("shop")
    assert (row["outcome"], row["failures"]) == ("TIMED_OUT", 1)


async def test_a_stopped_crawl_goes_on_with_the_next_keeper_and_counts_as_no_failure(place: Place) -> None:
    async with place.kept(place.crawl("shop", HANGS)):
        await place.until(lambda: place.ran("shop"), "the crawl")
    row = place.row("shop")
    assert (row["outcome"], row["failures"], row["running"], row["next"]) == ("STOPPED", 0, False, row["ended"])
    async with place.kept(place.crawl("shop", DONE)) as keeper:
        await place.until(lambda: keeper.counts["DONE"], "the next crawl")


async def test_a_crawl_ends_when_its_lock_is_lost_and_stands_as_interrupted(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "WATCH_SECONDS", 0.1)
    crawl = place.crawl("shop", HANGS, retry_after=600)
    async with place.kept(crawl) as keeper:
        await place.until(lambda: place.ran("shop"), "the crawl")
        with psycopg.connect(place.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s",
                [schedule.LOCKS],
            )
        await place.until(lambda: keeper.counts["INTERRUPTED"], "its end")
    await place.until(lambda: not place.row("shop")["running"], "the lock's end")
    row = place.row("shop")
    assert (row["outcome"], row["ended"], row["failures"]) == ("INTERRUPTED", None, 1)
    assert row["next"] == row["began"] + 300 * SECOND


async def test_another_definition_is_another_crawl_and_what_nobody_has_is_forgotten_late(place: Place) -> None:
    async with place.kept(place.crawl("shop", DONE)):
        await place.ended("shop")
    async with place.kept(place.crawl("shop", DONE, every=7_200)) as keeper:
        await place.until(lambda: keeper.counts["DONE"], "the crawl")
    assert place.ran("shop") == 2
    async with await place.database.writer() as session:
        for days, left in ((89, True), (91, False)):
            await schedule.tell(session, [], place.row("shop").get("seen", 0) + days * 86_400 * SECOND)
            assert bool(place.row("shop")) == left


async def test_a_table_that_was_emptied_and_a_session_that_was_lost_are_made_good(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(keeping, "AGAIN_SECONDS", 0.2)
    async with place.kept(place.crawl("shop", DONE)):
        await place.ended("shop")
        with psycopg.connect(place.url, autocommit=True) as connection:
            connection.execute("DELETE FROM core.crawl_schedule")
            await place.until(lambda: place.ran("shop") == 2, "a second crawl")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'headwater write' AND datname = current_database()"
            )
            connection.execute("DELETE FROM core.crawl_schedule")
            await place.until(lambda: place.ran("shop") == 3, "a third crawl")
