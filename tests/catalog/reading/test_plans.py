"""Plans of the statements that every question runs: indexes, no scan of what grows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import catalogs
import psycopg
import pytest
import servers

from headwater_catalog.database.engine import Database
from headwater_catalog.lineage import edges
from headwater_catalog.reading import changes, datasets, nodes, runs

GROWING = {"span", "claim_source", "run", "write", "facet", "change", "name"}


@pytest.fixture(scope="module")
def big(database_server: str, database_template: str) -> Iterator[psycopg.Connection[Any]]:
    """A chain of 400 jobs, analysed."""
    url = servers.create_database(database_server, database_template)
    entries = [
        {
            "eventType": "COMPLETE",
            "eventTime": "2024-05-01T10:00:00Z",
            "run": {"runId": f"00000000-0000-4000-8000-{n:012d}"},
            "job": {"namespace": "j", "name": f"job{n}"},
            "inputs": [{"namespace": "pg", "name": f"s.t{n}"}],
            "outputs": [{"namespace": "pg", "name": f"s.t{n + 1}"}],
        }
        for n in range(400)
    ]
    catalogs.project(url, [(json.dumps(entry).encode(), 1_800_000_000_000_000) for entry in entries], 200)
    with Database.from_url(url).connect(autocommit=True) as connection:
        connection.execute("ANALYZE")
        # Small tables are rightly scanned: what is asked here is whether an index could serve.
        connection.execute("SET enable_seqscan = off")
        yield connection
    servers.drop_database(url)


ONE = {"nodes": [5], "after": edges.CURRENT, "far": None, "limit": 100, "k0": None, "k1": None, "k2": None}
KEY = "00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("statement", "given"),
    [
        (edges.REACH_UP, ONE),
        (edges.REACH_DOWN, ONE),
        (edges.EDGES_UP, ONE),
        (edges.EDGES_DOWN, ONE),
        (runs.OF_JOBS, ONE),
        (datasets.PRODUCERS, ONE),
        (datasets.READERS, ONE),
        (changes.HISTORY, {**ONE, "keys": [KEY]}),
        (changes.FEED, {"place": 5, "kinds": None, "keys": None, "limit": 10}),
        (nodes.BY_IDS, [[5]]),
    ],
)
def test_an_index_serves(big: psycopg.Connection[Any], statement: Any, given: Any) -> None:
    row = big.execute("EXPLAIN (FORMAT JSON) " + statement, given).fetchone()
    assert row
    scanned = {one["Relation Name"] for one in _plans(row[0][0]["Plan"]) if one["Node Type"] == "Seq Scan"}
    assert not scanned & GROWING


def _plans(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from _plans(inner)
