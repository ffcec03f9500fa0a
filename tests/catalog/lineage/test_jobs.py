"""Lineage between jobs: an edge is the same whichever way it was found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import catalogs
import oracle
import psycopg
import pytest

from headwater_catalog.database.engine import Database
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.graph import Direction, Edge

pytestmark = oracle.needs_oracle
SEEDS = [pytest.param(seed, marks=[pytest.mark.deep] if seed not in (0, 2, 5) else []) for seed in range(24)]


@pytest.mark.parametrize("seed", SEEDS)
async def test_an_edge_is_the_same_from_both_ends(seed: int, fresh_database: str) -> None:
    """Seed 5 has views of what events of others say that a job made."""
    catalogs.project(fresh_database, oracle.generate.history(seed, 200))
    with psycopg.connect(fresh_database) as connection:
        jobs = [row[0] for row in connection.execute("SELECT name FROM core.job")]
    async with await Database.from_url(fresh_database).writer() as database:
        graphs = await Graphs.of(database)
        up, down = [
            {edge.key: whole(edge) for edge in await graphs.jobs.between(jobs, None, way, 100_000)} for way in Direction
        ]
    assert up == down
    assert len(up) > 5
    assert all(edge.first <= edge.last for edge in up.values())


def whole(edge: Edge[Any]) -> Edge[Any]:
    """An edge with what it tells in one order."""
    return replace(edge, via=tuple(sorted(edge.via)), parts=tuple(sorted(edge.parts)))
