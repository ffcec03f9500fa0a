"""Lineage answers in the shape of the reference model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg

from headwater_catalog.lineage.graph import Graph

METHODS = {1: "explicit", 2: "boundary", 3: "column", 4: "cartesian", 5: "reads"}
STATUSES = {1: "observed", 2: "declared", 3: "unconfirmed"}
KINDS = {1: "dataset", 2: "job"}


def ids_of(url: str) -> dict[Any, int]:
    """Node of the model → id of its name."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT id, kind, ns, name FROM core.name").fetchall()
    return {(KINDS[kind], ns, name): number for number, kind, ns, name in rows if kind in KINDS}


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
