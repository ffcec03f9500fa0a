"""Jobs collapsed into their parents: generated histories and hierarchies, held to the quotient of the whole graph."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import catalogs
import networkx as nx
import oracle
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shop import run, table

from headwater_catalog.database.engine import Database
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.collapse import CollapsedSteps, standing
from headwater_catalog.lineage.graph import Direction, Edge
from headwater_catalog.lineage.walk import walk

SEEDS = [pytest.param(seed, marks=[pytest.mark.deep] if seed > 1 else []) for seed in range(12)]
PARENTS = st.dictionaries(st.integers(0, 9), st.integers(0, 9))


def brute(job: int, level: int, parents: dict[int, int]) -> int:
    """The ancestor on a level, by the graph of all parents."""
    graph = nx.DiGraph((parent, child) for child, parent in parents.items())
    graph.add_node(job)
    above = nx.ancestors(graph, job) | {job}
    if not nx.is_directed_acyclic_graph(graph.subgraph(above)):
        return job
    return next((one for one in above if len(nx.ancestors(graph, one)) == level - 1), job)


@given(PARENTS, st.integers(1, 5))
def test_a_job_stands_as_its_ancestor_on_the_level(parents: dict[int, int], level: int) -> None:
    for job in range(10):
        assert standing(job, level, parents) == brute(job, level, parents)


@oracle.needs_oracle
@pytest.mark.parametrize("seed", SEEDS)
async def test_answers_are_the_quotient_of_the_graph_of_jobs(seed: int, fresh_database: str) -> None:
    catalogs.project(fresh_database, oracle.generate.history(seed, 200))
    jobs, parents = hierarchy(fresh_database)
    compared = 0
    async with await Database.from_url(fresh_database).writer() as connection:
        graphs = await Graphs.of(connection)
        whole = await graphs.jobs.between(jobs, None, Direction.DOWN, 100_000)
        for level in (1, 2, 3):
            stands = {job: brute(job, level, parents) for job in jobs}
            quotient = nx.MultiDiGraph()
            quotient.add_nodes_from(stands.values())
            quotient.add_edges_from(collapsed(whole, stands))
            for root in sorted(set(stands.values())):
                for direction in Direction:
                    for depth in (1, 9):
                        steps = CollapsedSteps(connection, graphs.jobs, level)
                        found = await walk(steps, [root], direction, depth, 10_000)
                        way = quotient if direction is Direction.DOWN else quotient.reverse()
                        wanted = nx.single_source_shortest_path_length(way, root, cutoff=depth)
                        assert {node: abs(at) for node, at in found.depth.items()} == wanted
                        near = [node for node, at in wanted.items() if at < depth]
                        pairs = {edge[::-1] if direction is Direction.UP else edge for edge in way.edges(near)}
                        assert {(edge.source, edge.target) for edge in found.edges.values()} == pairs
                        compared += len(pairs)
    assert compared > 50


async def test_evidence_is_the_widest_and_all_that_lies_between(fresh_database: str) -> None:
    """Two actions of one task write what two models of another read, an hour apart."""
    entries = []
    for number, name in enumerate(("orders", "customers")):
        entries.append(below("land", 1, run(60 * number + 10, f"land_{name}", [], [table(("s3://lake", name))])))
        outputs = [table(("s3://mart", name))]
        entries.append(below("build", 2, run(60 * number + 20, f"build_{name}", [table(("s3://lake", name))], outputs)))
    catalogs.project(fresh_database, [(json.dumps(one).encode(), 1_760_000_000_000_000) for one in entries])
    jobs, parents = hierarchy(fresh_database)
    assert len(parents) == 4
    async with await Database.from_url(fresh_database).writer() as connection:
        graphs = await Graphs.of(connection)
        whole = await graphs.jobs.between(jobs, None, Direction.DOWN, 100)
        steps = CollapsedSteps(connection, graphs.jobs, 1)
        tasks = sorted(set((await steps.standing(jobs)).values()))
        (edge,) = await steps.between(tasks, None, Direction.DOWN, 100)
    assert (len(tasks), len(whole)) == (2, 2)
    assert (edge.first, edge.last) == (min(one.first for one in whole), max(one.last for one in whole))
    assert sorted(edge.via) == sorted(node for one in whole for node in one.via)
    assert (len(edge.via), edge.said) == (2, 1)


def below(parent: str, number: int, event: dict[str, Any]) -> dict[str, Any]:
    """An event whose run names a job as its parent."""
    run_id = f"00000000-0000-4000-9000-{number:012d}"
    event["run"]["facets"]["parent"] = {"run": {"runId": run_id}, "job": {"namespace": "shop", "name": parent}}
    return event


def hierarchy(url: str) -> tuple[list[int], dict[int, int]]:
    """All jobs of a catalog, and the parent of those that have one."""
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT name, parent FROM core.job").fetchall()
    return [job for job, _ in rows], {job: parent for job, parent in rows if parent is not None}


def collapsed(edges: Sequence[Edge[int]], stands: dict[int, int]) -> set[tuple[int, int]]:
    """The edges of the quotient: loops are those of one job."""
    ends = [(edge.source, edge.target) for edge in edges]
    return {(stands[a], stands[b]) for a, b in ends if a == b or stands[a] != stands[b]}
