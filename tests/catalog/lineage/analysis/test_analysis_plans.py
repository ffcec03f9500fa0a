"""Plans of the statements about the whole graph, and of steps as of a moment: nothing is read once a row of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import servers
import woven

from headwater_catalog.database.engine import Database
from headwater_catalog.lineage import columns, edges, jobs
from headwater_catalog.lineage.analysis import dated, evidenced, loading
from headwater_catalog.projection import moments as kept
from headwater_catalog.projection.moments import Moments, When
from headwater_ingestors.openlineage.facets import INTERPRETERS

GROWING = {"name", "dataset", "field", "claim", "claim_source", "claim_column", "span", "write", "run", "mention"}
ALL = {"after": edges.CURRENT, "limit": 1_000, "nodes": None, **edges.EVERY}
SOME = {**ALL, "nodes": [5, 6], "far": None, "fields": ["c1", "c2"], "jobs": [3_005], "targets": [5]}
WHOLE = {
    "nodes": loading.NODES,
    "links": loading.LINKS,
    "writes": loading.WRITES,
    "durations": dated.DURATIONS,
    "unused columns": dated.UNUSED_OF_ALL,
    "edges": evidenced.EDGES,
    "written": evidenced.WRITTEN,
    "columns": evidenced.COLUMNS,
}
OF_SOME = {"unused columns of some": dated.UNUSED_OF_SOME, "last reads": dated.LAST_READ}
STEPS = {
    "reach up": edges.REACH_UP,
    "reach down": edges.REACH_DOWN,
    "edges up": edges.EDGES_UP,
    "edges down": edges.EDGES_DOWN,
    "columns up": columns.EDGES_UP,
    "columns down": columns.EDGES_DOWN,
    "what jobs write": jobs.WRITTEN,
}
INDEXES_ONLY = ("seqscan", "hashjoin", "mergejoin")


@pytest.fixture(scope="module")
def url(database_server: str, database_template: str) -> Iterator[str]:
    """A catalog of some thousand datasets."""
    made = servers.create_database(database_server, database_template)
    woven.weave(made)
    yield made
    servers.drop_database(made)


@pytest.fixture
def wide(url: str) -> Iterator[psycopg.Connection[Any]]:
    with Database.from_url(url).connect(autocommit=True) as connection:
        yield connection


@pytest.mark.parametrize("what", WHOLE)
def test_nothing_is_read_whole_once_a_row(wide: psycopg.Connection[Any], what: str) -> None:
    row = wide.execute(f"EXPLAIN (FORMAT JSON) {WHOLE[what]}".encode(), ALL).fetchone()
    assert row is not None
    assert set(again_and_again(row[0][0]["Plan"])) == set()


@pytest.mark.parametrize("what", OF_SOME)
def test_some_are_found_by_index(wide: psycopg.Connection[Any], what: str) -> None:
    for way in INDEXES_ONLY:
        wide.execute(f"SET enable_{way} = off".encode())
    row = wide.execute(f"EXPLAIN (FORMAT JSON) {OF_SOME[what]}".encode(), SOME).fetchone()
    assert row is not None
    assert whole(row[0][0]["Plan"]) == set()


@pytest.mark.parametrize("what", STEPS)
async def test_as_of_a_moment_indexes_of_the_tables_of_now_serve(
    url: str, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A condition inside an arm of a view would keep a join from being pushed into it (docs/decisions/0015)."""
    monkeypatch.setattr(kept, "FEW_EVENTS", -1)
    database = Database.from_url(url)
    async with (
        Moments(database.connect, database.writer, INTERPRETERS) as moments,
        moments.at(When(500)) as connection,
    ):
        for way in INDEXES_ONLY:
            await connection.execute(f"SET LOCAL enable_{way} = off".encode())
        row = await (await connection.execute(f"EXPLAIN (FORMAT JSON) {STEPS[what]}".encode(), SOME)).fetchone()
    assert row is not None
    # Whether a claim names any field is looked up in a hash of all where there are as few as here.
    assert whole(row[0][0]["Plan"]) <= ({"claim_column"} if what == "columns up" else set())


def plans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from plans(inner)


def whole(plan: dict[str, Any]) -> set[str]:
    """The growing tables that a plan reads in their own order."""
    return {one["Relation Name"] for one in plans(plan) if one["Node Type"] == "Seq Scan"} & GROWING


def again_and_again(plan: dict[str, Any]) -> Iterator[str]:
    """The growing tables that a plan reads whole for each row of something else, without remembering them."""
    for one in plans(plan):
        if one["Node Type"] == "Nested Loop" and len(one.get("Plans", [])) > 1 and one["Plans"][0]["Plan Rows"] > 10:
            yield from whole(one["Plans"][1]) if one["Plans"][1]["Node Type"] == "Seq Scan" else ()
        for inner in one.get("Plans", []):
            if inner.get("Subplan Name", "").startswith("SubPlan"):
                yield from whole(inner)
