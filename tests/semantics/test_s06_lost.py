"""SEMANTICS §6: "lost" is a question of the clock, put when somebody asks, never stored."""

from __future__ import annotations

import time
from typing import Any

import catalogs
import pytest
from projected import Catalog
from telling import run, state

from headwater_catalog.times import show

HOUR = 3600
ASK = """
query($states: [RunState!], $at: At) {
  runs(states: $states, at: $at) { nodes { runId state lastSign ended } }
  jobs(at: $at) { nodes { lastRun { state } } }
}
"""


async def states(url: str, lost_after: int = HOUR, **variables: Any) -> dict[str, str]:
    """Last digit of the run → its state."""
    async with catalogs.asking(url, lost_after=lost_after) as asked:
        data = await asked.ask(ASK, **variables)
    return {one["runId"][-1]: one["state"] for one in data["runs"]["nodes"]}


def ago(seconds: int) -> str:
    return show(time.time_ns() // 1_000 - seconds * 1_000_000)


async def test_s06_9_a_run_whose_last_sign_is_too_old_is_lost_when_asked(catalog: Catalog, database_url: str) -> None:
    document = state(
        catalog,
        run(1, ago(9 * HOUR), "START"),
        run(2, ago(9 * HOUR), "START"),
        run(2, ago(60), "RUNNING"),
        run(3, ago(9 * HOUR), "START"),
        run(3, ago(8 * HOUR)),
        run(4, ago(9 * HOUR), "OTHER"),
    )
    assert await states(database_url) == {"1": "LOST", "2": "RUNNING", "3": "COMPLETE", "4": "UNKNOWN"}
    assert await states(database_url, 10 * HOUR) == {"1": "RUNNING", "2": "RUNNING", "3": "COMPLETE", "4": "UNKNOWN"}
    assert document.run(1)["state"] == "RUNNING"  # the state document knows no clock


async def test_s06_9_lists_of_runs_tell_lost_ones_from_running_ones(catalog: Catalog, database_url: str) -> None:
    state(catalog, run(1, ago(9 * HOUR), "START"), run(2, ago(60), "START"))
    assert await states(database_url, states=["LOST"]) == {"1": "LOST"}
    assert await states(database_url, states=["RUNNING"]) == {"2": "RUNNING"}
    assert await states(database_url, states=["RUNNING", "LOST"]) == {"1": "LOST", "2": "RUNNING"}


async def test_s06_9_selectors_tell_jobs_whose_last_run_is_lost_from_those_that_run(
    catalog: Catalog, database_url: str
) -> None:
    state(
        catalog,
        run(1, ago(9 * HOUR), "START", job="lost", writes=["x"]),
        run(2, ago(60), "START", job="running", writes=["y"]),
        run(3, ago(9 * HOUR), "START", job="again"),
        run(4, ago(60), "START", job="again"),
    )
    query = """query($select: String!, $at: At) {
      jobs(select: $select, at: $at) { nodes { name } }
      lineage(select: $select, at: $at) { nodes { node { label } } } }"""

    async def named(select: str, lost_after: int = HOUR, **at: str) -> tuple[set[str], set[str]]:
        async with catalogs.asking(database_url, lost_after=lost_after) as asked:
            data = await asked.ask(query, select=select, at=at or None)
        return (
            {one["name"] for one in data["jobs"]["nodes"]},
            {one["node"]["label"] for one in data["lineage"]["nodes"]},
        )

    assert await named("state:lost") == ({"lost"}, {"lost", "x"})
    assert await named("state:running") == ({"running", "again"}, {"running", "again", "y"})
    assert await named("state:lost state:running") == (
        {"lost", "running", "again"},
        {"lost", "running", "again", "x", "y"},
    )
    assert (await named("state:lost", 10 * HOUR))[0] == set()
    assert (await named("state:running", asOf=ago(8 * HOUR + 1800)))[0] == {"lost", "again"}


@pytest.mark.parametrize(("at", "read"), [("10:30", "RUNNING"), ("12:00", "LOST"), ("14:00", "COMPLETE")])
async def test_s06_9_as_of_a_moment_it_is_asked_of_the_clock_of_that_moment(
    catalog: Catalog, database_url: str, at: str, read: str
) -> None:
    state(catalog, run(1, "10:00", "START"), run(1, "13:00"))
    assert await states(database_url, at={"asOf": f"2024-05-01T{at}:00Z"}) == {"1": read}
    assert await states(database_url, at={"knownAt": f"2024-05-01T{at}:00Z"}) == {"1": read}
    assert await states(database_url, states=[read], at={"asOf": f"2024-05-01T{at}:00Z"}) == {"1": read}


async def test_s06_9_a_clock_that_is_far_ahead_is_a_sign_of_the_future(catalog: Catalog, database_url: str) -> None:
    state(catalog, (run(1, ago(-40 * HOUR), "START"), ago(0)))
    assert await states(database_url) == {"1": "RUNNING"}
    assert await states(database_url, states=["LOST"]) == {}
