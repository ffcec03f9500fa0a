"""Lineage as of a moment and as known at one, held to the reference model."""

from __future__ import annotations

from typing import Any

import catalogs
import oracle
import pytest
from lineages import as_model, expected, ids_of

from headwater_catalog.database.engine import Database
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.edges import after
from headwater_catalog.lineage.graph import Direction
from headwater_catalog.lineage.walk import walk
from headwater_catalog.projection import moments as moments_kept
from headwater_catalog.projection.moments import Moments, When
from headwater_ingestors.openlineage.facets import INTERPRETERS

pytestmark = oracle.needs_oracle
HOUR = 3_600_000_000
BASE = 1_760_000_000_000_000
MOMENTS = [(BASE + 40 * HOUR, None), (None, BASE + 60 * HOUR), (BASE + 90 * HOUR, BASE + 100 * HOUR), (None, None)]


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[pytest.mark.deep] if seed != 21 else []) for seed in range(20, 32)]
)
@pytest.mark.parametrize("few", [moments_kept.FEW_EVENTS, -1], ids=["anew", "shown"])
async def test_lineage_of_a_moment_equals_the_model(
    seed: int, few: int, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made anew, and shown beside the tables of now, as of a large catalog."""
    monkeypatch.setattr(moments_kept, "FEW_EVENTS", few)
    entries = oracle.generate.history(seed, 80)
    catalogs.project(fresh_database, entries)
    ids = ids_of(fresh_database)
    names = {number: node for node, number in ids.items()}
    compared, database = 0, Database.from_url(fresh_database)
    async with Moments(database.connect, database.writer, INTERPRETERS) as moments:
        for as_of, known_at in MOMENTS:
            state = oracle.model.build(entries, as_of, known_at)
            async with moments.at(When(as_of, known_at)) as connection:
                for history, stamp in (("current", after(None)), ("all", after(None, everything=True))):
                    graphs = await Graphs.of(connection, stamp)
                    for node, number in ids.items():
                        for direction in Direction:
                            compared += await _compare(
                                graphs.datasets, [number], state, node, direction, history, names
                            )
                    for edge in oracle.model.column_edges(state, history):
                        for node in edge[:2]:
                            start: Any = [(ids[node[:3]], node[3])]
                            for direction in Direction:
                                compared += await _compare(
                                    graphs.columns, start, state, node, direction, history, names
                                )
    assert compared > 100


async def _compare(
    steps: Any, start: list[Any], state: Any, node: Any, direction: Direction, history: Any, names: dict[int, Any]
) -> int:
    found = await walk(steps, start, direction, 9, 10_000)
    granularity = "column" if len(node) == 4 else "dataset"
    wanted = oracle.model.lineage(state, node, direction.value, 9, history, granularity)
    assert as_model(found, names) == expected(wanted), (history, node, direction)
    return len(found.edges)
