"""Lineage between jobs: both ways lead along the same edges."""

from __future__ import annotations

import catalogs
import oracle
import psycopg
import pytest

from headwater_catalog.database.engine import Database
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.graph import Direction

pytestmark = oracle.needs_oracle
SEEDS = [pytest.param(seed, marks=[pytest.mark.deep] if seed not in (0, 5) else []) for seed in range(12)]


@pytest.mark.parametrize("seed", SEEDS)
async def test_an_edge_is_found_from_both_ends(seed: int, fresh_database: str) -> None:
    """Seed 5 has views of what events of others say that a job made."""
    catalogs.project(fresh_database, oracle.generate.history(seed, 200))
    with psycopg.connect(fresh_database) as connection:
        jobs = [row[0] for row in connection.execute("SELECT name FROM core.job")]
    async with await Database.from_url(fresh_database).writer() as database:
        graphs = await Graphs.of(database)
        up, down = [
            {(edge.source, edge.target) for edge in await graphs.jobs.between(jobs, None, way, 100_000)}
            for way in Direction
        ]
    assert up == down
    assert len(up) > 5
