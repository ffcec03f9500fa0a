"""Lineage of every node of generated histories, held to the reference model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import oracle
import modelled
import psycopg
import pytest
import servers

from headwater_catalog.lineage.columns import ColumnSteps
from headwater_catalog.lineage.edges import DatasetSteps, after
from headwater_catalog.lineage.graph import Direction, Graph
from headwater_catalog.lineage.walk import walk

pytestmark = oracle.needs_oracle

METHODS = {number: name for name, number in modelled.METHODS.items()}
STATUSES = {number: name for name, number in modelled.STATUSES.items()}
SINCE = 1_760_000_000_000_000 + 30 * 3_600_000_000
HISTORIES = [("current", after(None)), ("all", after(None, everything=True)), (SINCE, after(SINCE))]
SEEDS = [pytest.param(seed, marks=[pytest.mark.deep] if seed > 1 else []) for seed in range(12)]


@pytest.fixture
def empty_catalog(empty_database: str) -> Iterator[str]:
    modelled.create_tables(empty_database)
    yield empty_database
    servers.drop_database(empty_database)


def as_model(graph: Graph[Any], names: dict[int, Any]) -> dict[str, Any]:
    """A graph in the shape in which the model answers."""

    def node(key: Any) -> list[Any]:
        return [*names[key[0]], key[1]] if isinstance(key, tuple) else list(names[key])

    def edges() -> Iterator[list[Any]]:
        for edge in graph.edges.values():
            job = list(names[edge.job][1:]) if edge.job else None
            head = [node(edge.source), node(edge.target), job, STATUSES[edge.status], METHODS[edge.method]]
            yield from [[*head, list(step)] for step in edge.steps] if edge.steps else [head]

    def canon(values: Any) -> list[str]:
        return sorted(json.dumps(value) for value in values)

    return {"nodes": canon([*node(k), abs(d)] for k, d in graph.depth.items()), "edges": canon(edges())}


def expected(answer: dict[str, Any]) -> dict[str, list[str]]:
    return {part: sorted(json.dumps(value) for value in answer[part]) for part in ("nodes", "edges")}


@pytest.mark.parametrize("seed", SEEDS)
async def test_every_node_both_ways_equals_the_model(seed: int, empty_catalog: str) -> None:
    with psycopg.connect(empty_catalog, autocommit=True) as writer:
        known = modelled.plant(writer, oracle.generate.history(seed, 120))
    names = {number: node for node, number in known.ids.items()}
    compared = 0
    async with await psycopg.AsyncConnection.connect(empty_catalog, autocommit=True) as connection:
        for history, stamp in HISTORIES:
            for node, number in known.ids.items():
                for direction in Direction:
                    for depth in (1, 9):
                        found = await walk(DatasetSteps(connection, stamp), [number], direction, depth, 10_000)
                        wanted = oracle.model.lineage(known.state, node, direction.value, depth, history)
                        assert as_model(found, names) == expected(wanted), (history, node, direction, depth)
                        compared += len(found.edges)
    assert compared > 100


@pytest.mark.parametrize("seed", SEEDS)
async def test_every_column_both_ways_equals_the_model(seed: int, empty_catalog: str) -> None:
    with psycopg.connect(empty_catalog, autocommit=True) as writer:
        known = modelled.plant(writer, oracle.generate.history(seed, 120))
    names = {number: node for node, number in known.ids.items()}
    compared = 0
    async with await psycopg.AsyncConnection.connect(empty_catalog, autocommit=True) as connection:
        for history, stamp in HISTORIES:
            ends = {end for edge in oracle.model.column_edges(known.state, history) for end in edge[:2]}
            for node in sorted(ends, key=str):
                for direction in Direction:
                    steps = ColumnSteps(connection, stamp)
                    found = await walk(steps, [(known.ids[node[:3]], node[3])], direction, 9, 10_000)
                    wanted = oracle.model.lineage(known.state, node, direction.value, 9, history, "column")
                    assert as_model(found, names) == expected(wanted), (history, node, direction)
                    compared += len(found.edges)
    assert compared > 100
