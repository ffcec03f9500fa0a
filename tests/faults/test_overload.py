"""More than can be written at once: some are told to come again, nobody gets another refusal, memory stays bounded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import psycopg
import pytest
from deadline import until
from running import running
from samples import raw
from served import Served

from headwater_catalog.database.engine import Database
from headwater_catalog.projection.apply import LOCK
from headwater_web.composition import translators
from headwater_web.settings import Settings

LINEAGE, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"
pytestmark = pytest.mark.xdist_group("faults")


@contextmanager
def held_up(url: str) -> Iterator[None]:
    """Nobody can project for as long as the block lasts."""
    with psycopg.connect(url) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
        yield


def waiting(http: httpx.Client) -> int:
    lines = http.get("/metrics").text.splitlines()
    return int(next(line for line in lines if line.startswith("headwater_waiting_entries ")).split()[1])


def _stalled(url: str) -> bool:
    with psycopg.connect(url) as connection:
        row = connection.execute("select exists (select from pg_locks where locktype = 'advisory' and not granted)")
        return bool(row.fetchall()[0][0])


def check_sent_away(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["code"] == "overloaded"
    assert answer.json()["remedy"]


def test_some_come_again_while_others_commit(fresh_database: str) -> None:
    settings = replace(Settings(), max_waiting=10)
    with (
        running(Database.from_url(fresh_database), translators().here, settings) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as http,
        ThreadPoolExecutor(60) as pool,
    ):
        with held_up(fresh_database):
            sent = [pool.submit(http.post, LINEAGE, content=raw(0))]
            until(lambda: _stalled(fresh_database), 30, "the first at the database")
            sent += [pool.submit(http.post, LINEAGE, content=raw(number)) for number in range(1, 60)]
            until(lambda: sum(one.done() for one in sent) >= 49, 30, "refusals")
            assert waiting(http) <= 10
            assert http.get("/health/live").status_code == 200
            assert http.get("/health/ready").status_code == 200, "who waits is still ready"
            check_sent_away(http.post(BATCH, content=b"[" + b",".join(map(raw, range(100, 120))) + b"]"))
        answers = [one.result() for one in sent]
        counts = Counter(answer.status_code for answer in answers)
        assert set(counts) == {201, 503}
        assert counts[201] == 11, "one at the database, ten in line"
        for answer in answers:
            if answer.status_code == 503:
                check_sent_away(answer)
        again = [http.post(LINEAGE, content=raw(number)).json()["state"] for number in range(60)]
        assert Counter(again) == {"duplicate": counts[201], "accepted": 60 - counts[201]}


def test_memory_stays_bounded_however_much_is_sent(fresh_database: str, tmp_path: Path) -> None:
    """A stalled database, and more than a gigabyte sent to a server that may hold 64 MiB of it."""
    limits = {"HEADWATER_MAX_WAITING_BYTES": str(32 * 2**20), "HEADWATER_MAX_BODY_BYTES": str(32 * 2**20)}
    body = json.dumps([json.loads(raw(number, producer="x" * 2**20)) for number in range(8)]).encode()
    with (
        Served(tmp_path, "--database-url", fresh_database, **limits) as server,
        httpx.Client(base_url=server.address, trust_env=False, timeout=120) as http,
        ThreadPoolExecutor(8) as pool,
    ):
        http.post(LINEAGE, content=raw())
        before = _peak(server.pid)
        with held_up(fresh_database):
            kept = pool.submit(http.post, BATCH, content=body)
            until(lambda: _stalled(fresh_database), 30, "the first batch at the database")
            large = raw(1, producer="y" * 9 * 2**20)
            sent = [pool.submit(http.post, LINEAGE, content=large) for _ in range(150)]
            until(lambda: sum(one.done() for one in sent) >= 140, 60, "refusals")
        answers = [one.result() for one in sent]
        for answer in answers:
            if answer.status_code == 503:
                check_sent_away(answer)
        assert kept.result().status_code == 200
        assert {answer.status_code for answer in answers} <= {201, 503}
        assert _peak(server.pid) - before < 400 * 2**20
        assert http.post(LINEAGE, content=raw(9)).status_code == 201


def _peak(pid: int) -> int:
    """The most memory that a process ever had, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024
