"""Lineage of every node of generated histories, held to the reference model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import catalogs
import oracle
import psycopg
import pytest

from headwater_catalog.lineage.columns import ColumnSteps
from headwater_catalog.lineage.edges import DatasetSteps, after
from headwater_catalog.lineage.graph import Direction, Graph
from headwater_catalog.lineage.walk import walk

pytestmark = oracle.needs_oracle

METHODS = {1: "explicit", 2: "boundary", 3: "column", 4: "cartesian", 5: "reads"}
STATUSES = {1: "observed", 2: "declared", 3: "unconfirmed"}
KINDS = {1: "dataset", 2: "job"}
SINCE = 1_760_000_000_000_000 + 30 * 3_600_000_000
HISTORIES = [("current", after(None)), ("all", after(None, everything=True)), (SINCE, after(SINCE))]
SEEDS = [pytest.param(seed, marks=[pytest.mark.deep] if seed > 1 else []) for seed in range(12)]


def ids_of(url: str) -> dict[Any, int]:
    """Node of the model → id of its name."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT id, kind, ns, name FROM core.name").fetchall()
    return {(KINDS[kind], ns, name): number for number, kind, ns, name in rows if kind in KINDS}


def told(url: str, seed: int) -> tuple[Any, dict[Any, int]]:
    """The model's state of a generated history that the catalog has taken in, and the ids of its nodes."""
    entries = oracle.generate.history(seed, 80)
    catalogs.project(url, entries)
    return oracle.model.build(entries), ids_of(url)


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
async def test_every_node_both_ways_equals_the_model(seed: int, fresh_database: str) -> None:
    state, ids = told(fresh_database, seed)
    names = {number: node for node, number in ids.items()}
    compared = 0
    async with await psycopg.AsyncConnection.connect(fresh_database, autocommit=True) as connection:
        for history, stamp in HISTORIES:
            for node, number in ids.items():
                for direction in Direction:
                    for depth in (1, 9):
                        found = await walk(DatasetSteps(connection, stamp), [number], direction, depth, 10_000)
                        wanted = oracle.model.lineage(state, node, direction.value, depth, history)
                        assert as_model(found, names) == expected(wanted), (history, node, direction, depth)
                        compared += len(found.edges)
    assert compared > 100


@pytest.mark.parametrize("seed", SEEDS)
async def test_every_column_both_ways_equals_the_model(seed: int, fresh_database: str) -> None:
    state, ids = told(fresh_database, seed)
    names = {number: node for node, number in ids.items()}
    compared = 0
    async with await psycopg.AsyncConnection.connect(fresh_database, autocommit=True) as connection:
        for history, stamp in HISTORIES:
            ends = {end for edge in oracle.model.column_edges(state, history) for end in edge[:2]}
            for node in sorted(ends, key=str):
                for direction in Direction:
                    steps = ColumnSteps(connection, stamp)
                    found = await walk(steps, [(ids[node[:3]], node[3])], direction, 9, 10_000)
                    wanted = oracle.model.lineage(state, node, direction.value, 9, history, "column")
                    assert as_model(found, names) == expected(wanted), (history, node, direction)
                    compared += len(found.edges)
    assert compared > 100
