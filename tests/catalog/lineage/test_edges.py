"""Lineage of every node of generated histories, held to the reference model."""

from __future__ import annotations

from typing import Any

import catalogs
import oracle
import pytest
from lineages import as_model, expected, ids_of

from headwater_catalog.database.engine import Database
from headwater_catalog.lineage.columns import ColumnSteps
from headwater_catalog.lineage.edges import DatasetSteps, after
from headwater_catalog.lineage.graph import Direction
from headwater_catalog.lineage.walk import walk

pytestmark = oracle.needs_oracle

SINCE = 1_760_000_000_000_000 + 30 * 3_600_000_000
HISTORIES = [("current", after(None)), ("all", after(None, everything=True)), (SINCE, after(SINCE))]
SEEDS = [pytest.param(seed, marks=[pytest.mark.deep] if seed > 1 else []) for seed in range(12)]


def told(url: str, seed: int) -> tuple[Any, dict[Any, int]]:
    """The model's state of a generated history that the catalog has taken in, and the ids of its nodes."""
    entries = oracle.generate.history(seed, 80)
    catalogs.project(url, entries)
    return oracle.model.build(entries), ids_of(url)


@pytest.mark.parametrize("seed", SEEDS)
async def test_every_node_both_ways_equals_the_model(seed: int, fresh_database: str) -> None:
    state, ids = told(fresh_database, seed)
    names = {number: node for node, number in ids.items()}
    compared = 0
    async with await Database.from_url(fresh_database).writer() as connection:
        for history, stamp in HISTORIES:
            for node, number in ids.items():
                for direction in Direction:
                    for depth in (1, 9):
                        found = await walk(DatasetSteps(connection, stamp), [number], direction, depth, 10_000)
                        wanted = oracle.model.lineage(state, node, direction.value, depth, history)
                        assert as_model(found, names) == expected(wanted), (history, node, direction, depth)
                        compared += len(found.edges)
    assert compared > 50


@pytest.mark.parametrize("seed", SEEDS)
async def test_every_column_both_ways_equals_the_model(seed: int, fresh_database: str) -> None:
    state, ids = told(fresh_database, seed)
    names = {number: node for node, number in ids.items()}
    compared = 0
    async with await Database.from_url(fresh_database).writer() as connection:
        for history, stamp in HISTORIES:
            ends = {end for edge in oracle.model.column_edges(state, history) for end in edge[:2]}
            for node in sorted(ends, key=str):
                for direction in Direction:
                    steps = ColumnSteps(connection, stamp)
                    found = await walk(steps, [(ids[node[:3]], node[3])], direction, 9, 10_000)
                    wanted = oracle.model.lineage(state, node, direction.value, 9, history, "column")
                    assert as_model(found, names) == expected(wanted), (history, node, direction)
                    compared += len(found.edges)
    assert compared > 50
