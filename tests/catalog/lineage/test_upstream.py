"""The first run upstream that differs equals brute force over generated nights of small pipelines."""

from __future__ import annotations

import json
import random
from typing import Any, NamedTuple

import catalogs
import psycopg
import pytest

from headwater_catalog.database.engine import Database
from headwater_catalog.errors import NotFound
from headwater_catalog.lineage.upstream import Compared, Comparison, compare_runs, success_before
from headwater_catalog.reading.snapshot import snapshot
from headwater_catalog.times import show

MINUTE = 60_000_000
START = 1_760_000_000_000_000
TABLES = tuple("abcdef")
NIGHTS = 6
NIGHT = 7_000


class Ran(NamedTuple):
    """A run as the test made it; minutes since START. reads: table → the version that it names, None for none."""

    number: int
    job: int
    started: int
    ended: int
    state: str
    code: str
    limit: str
    reads: dict[str, str | None]
    writes: tuple[str, ...]

    @property
    def said(self) -> Any:
        """What makes it another run than others, but for the versions that it read."""
        return self.code, self.limit, tuple(sorted(self.reads))


def nights(dice: random.Random) -> list[Ran]:
    """Jobs that read earlier tables and write one, every night; now and then one is changed, fails, or is late."""
    wiring = [(dice.sample(TABLES[:n], dice.randint(0, min(n, 2))), [TABLES[n]]) for n in range(len(TABLES))]
    wiring.append((dice.sample(TABLES, 2), [dice.choice(TABLES[2:])]))  # a second writer: it may close a cycle
    code, limit = ["v1"] * len(wiring), ["5"] * len(wiring)
    ran: list[Ran] = []
    for night in range(NIGHTS):
        for job, (reads, writes) in enumerate(wiring):
            if dice.random() < 0.15:
                code[job] = f"v{night + 2}"
            if dice.random() < 0.1:
                limit[job] = str(night)
            started = NIGHT * night + 7 * (50 * job + dice.randint(0, 60)) + job  # no two jobs end at once
            chosen = {table: None if dice.random() < 0.8 else f"{night}" for table in reads if dice.random() < 0.9}
            state = "FAIL" if dice.random() < 0.1 else "COMPLETE"
            number = len(ran) + 1
            ran.append(Ran(number, job, started, started + 10, state, code[job], limit[job], chosen, tuple(writes)))
    return ran


def events(one: Ran) -> list[dict[str, Any]]:
    """The start and the end of a run; each table that it writes has the night as its version."""
    run = {"runId": f"00000000-0000-4000-8000-{one.number:012d}"}
    facets = {"executionParameters": {"parameters": [{"key": "limit", "value": one.limit}]}}
    job = {"namespace": "etl", "name": f"job{one.job}"}

    def listed(table: str, version: str | None) -> dict[str, Any]:
        named = {"facets": {"version": {"datasetVersion": version}}} if version else {}
        return {"namespace": "dwh", "name": table, **named}

    location = {"sourceCodeLocation": {"type": "git", "version": one.code}}
    end = {
        "eventType": one.state,
        "eventTime": show(START + one.ended * MINUTE),
        "run": {**run, "facets": facets},
        "job": {**job, "facets": location},
        "inputs": [listed(table, version) for table, version in one.reads.items()],
        "outputs": [listed(table, str(one.started // NIGHT)) for table in one.writes],
    }
    return [{"eventType": "START", "eventTime": show(START + one.started * MINUTE), "run": run, "job": job}, end]


def made(ran: list[Ran], reader: Ran, table: str) -> Ran | None:
    """The run that made what a run read."""
    version = reader.reads[table]
    wrote = [
        one
        for one in ran
        if table in one.writes
        and one.state == "COMPLETE"
        and one.ended <= reader.started
        and version in (None, str(one.started // NIGHT))
    ]
    return max(wrote, key=lambda one: (one.ended, one.number), default=None)


def above(ran: list[Ran], run: Ran, against: Ran) -> dict[str, tuple[Ran, Ran]]:
    """Table → the runs that made what two runs read, where they are not the same."""
    pairs = {table: (made(ran, run, table), made(ran, against, table)) for table in run.reads.keys() & against.reads}
    return {table: (a, b) for table, (a, b) in pairs.items() if a and b and a != b}


def versions(run: Ran, against: Ran) -> set[str]:
    """The tables of which two runs read versions of other names."""
    return {table for table in run.reads.keys() & against.reads if run.reads[table] != against.reads[table]}


def moved(ran: list[Ran], run: Ran, against: Ran) -> bool:
    """Whether anything is different in two runs or above them; how much they read is not."""
    different = run.said != against.said or bool(versions(run, against))
    return different or any(moved(ran, *pair) for pair in above(ran, run, against).values())


def own(ran: list[Ran], run: Ran, against: Ran) -> int:
    """2: they differ in more than versions; 1: in a version that follows from nothing; 0: not of themselves."""
    pairs = above(ran, run, against)
    origins = {t for t in versions(run, against) if t not in pairs or not moved(ran, *pairs[t])}
    return 2 if run.said != against.said else int(bool(origins))


def brute_force(ran: list[Ran], run: Ran, against: Ran) -> dict[int, dict[tuple[int, int], int]]:
    """Distance → the pairs upstream at it that differ of themselves, and how much."""
    seen, level, found = {(run, against)}, {(run, against)}, dict[int, dict[tuple[int, int], int]]()
    for distance in range(1, 50):
        level = {pair for one in level for pair in above(ran, *one).values()} - seen
        seen |= level
        differing = {(a.number, b.number): how for a, b in level if (how := own(ran, a, b))}
        if differing:
            found[distance] = differing
    return found


Ran.__hash__ = lambda self: self.number  # type: ignore[method-assign, assignment] # a dict of reads has none


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[pytest.mark.deep] if seed > 1 else []) for seed in range(30)]
)
async def test_the_first_run_that_differs_is_the_nearest_by_brute_force(seed: int, fresh_database: str) -> None:
    dice = random.Random(seed)
    ran = nights(dice)
    told = [event for one in ran for event in events(one)]
    dice.shuffle(told)
    catalogs.project(fresh_database, [(json.dumps(event).encode(), START + 10**13) for event in told])
    with psycopg.connect(fresh_database) as connection:
        rows = connection.execute("SELECT run_id, id FROM process.run").fetchall()
    ids = {int(run_id.rsplit("-", 1)[1]): number for run_id, number in rows}
    numbers = {number: run for run, number in ids.items()}
    database, several = Database.from_url(fresh_database), 0
    async with database.reading() as pool, snapshot(pool) as connection:
        for run in ran:
            before = [o for o in ran if o.job == run.job and o.state == "COMPLETE" and o.ended < run.ended]
            if not before:
                with pytest.raises(NotFound):
                    await success_before(connection, ids[run.number])
                continue
            against = max(before, key=lambda one: one.ended)
            assert await success_before(connection, ids[run.number]) == ids[against.number]
            for other in {against, dice.choice(ran)}:
                found = await compare_runs(connection, ids[run.number], ids[other.number])
                assert found.whole
                wanted = brute_force(ran, run, other)
                assert differing(found, numbers) == {at: set(pairs) for at, pairs in wanted.items()}, (run, other)
                assert any(item.own for item in found.run.items) == bool(own(ran, run, other))
                several += bool(found.differing)
                ranks = {(-how, at, pair) for at, pairs in wanted.items() for pair, how in pairs.items()}
                assert bool(found.first) == bool(ranks)
                if found.first:
                    at = found.first.distance
                    assert (-wanted[at][told_pair(found.first, numbers)], at) == min(ranks)[:2]
    assert several


def differing(found: Comparison, numbers: dict[int, int]) -> dict[int, set[tuple[int, int]]]:
    pairs: dict[int, set[tuple[int, int]]] = {}
    distances = [one.distance for one in found.differing]
    assert distances == sorted(distances), "the nearest first"
    for one in found.differing:
        pairs.setdefault(one.distance, set()).add(told_pair(one, numbers))
    return pairs


def told_pair(one: Compared, numbers: dict[int, int]) -> tuple[int, int]:
    return numbers[one.pair.run], numbers[one.pair.against]
