"""The graph of a whole catalog has the edges that walks find, with their evidence: of histories, taken back, dated."""

from __future__ import annotations

import random
from typing import Any

import catalogs
import networkx as nx
import oracle
import psycopg
import pytest

from headwater_catalog.database.engine import Database
from headwater_catalog.errors import HeadwaterError
from headwater_catalog.lineage.analysis import loading, network
from headwater_catalog.lineage.analysis.graphs import work
from headwater_catalog.lineage.analysis.network import to_networkx
from headwater_catalog.lineage.answer import Grain, Graphs
from headwater_catalog.lineage.edges import Connection, after
from headwater_catalog.lineage.graph import Direction, Edge
from headwater_catalog.names import print_ref
from headwater_catalog.projection.moments import Moments, When
from headwater_catalog.reading import nodes
from headwater_catalog.times import show
from headwater_ingestors.openlineage.facets import INTERPRETERS

pytestmark = oracle.needs_oracle
SEEDS = [pytest.param(seed, marks=[pytest.mark.deep] if seed > 2 else []) for seed in range(14)]
HOUR = 3_600_000_000
BASE = 1_760_000_000_000_000
MANY = 1_000_000
COLUMNS = "SELECT DISTINCT source, source_field FROM claim_column"
TAKE_BACK = """
INSERT INTO core.retraction (target_kind, target, s, h, received, "on")
SELECT 'edge', replace(a.key::text || '>' || b.key::text, '-', ''), 0, gen_random_uuid(), 0, true
FROM core.name a, core.name b WHERE a.id = %s AND b.id = %s
ON CONFLICT DO NOTHING
"""


async def walked(connection: Connection, stamp: int) -> dict[Grain, set[tuple[Any, ...]]]:
    """The edges that steps from every node find, in the words of the network."""
    graphs = await Graphs.of(connection, stamp)
    rows = await (await connection.execute("SELECT id, kind FROM name WHERE kind IN (1, 2)")).fetchall()
    names = await nodes.by_ids(connection, [one for one, _ in rows])
    columns = [(one, path) for one, path in await (await connection.execute(COLUMNS)).fetchall()]
    found = {
        Grain.DATASET: await graphs.datasets.between([one for one, _ in rows], None, Direction.DOWN, MANY),
        Grain.JOB: await graphs.jobs.between([one for one, kind in rows if kind == 2], None, Direction.DOWN, MANY),
        Grain.COLUMN: await graphs.columns.between(columns, None, Direction.DOWN, MANY),
    }
    return {grain: {told(names, edge) for edge in edges} for grain, edges in found.items()}


def told(names: dict[int, nodes.Named], edge: Edge[Any]) -> tuple[Any, ...]:
    def ref(end: Any) -> str:
        node, path = end if isinstance(end, tuple) else (end, None)
        return print_ref(names[node].ref, path) if path else names[node].ref

    job = names[edge.job].ref if edge.job else None
    said = network.STATUSES[edge.status], network.METHODS[edge.method], edge.said
    closed = None if edge.closed is None else show(edge.closed)
    return (ref(edge.source), ref(edge.target), job, *said, show(edge.first), show(edge.last), closed)


def shown(graph: nx.MultiDiGraph) -> set[tuple[Any, ...]]:
    refs = dict(graph.nodes(data="ref"))
    names = ("job", "status", "method", "said", "first_seen", "last_seen", "closed_at")
    return {(refs[a], refs[b], *(said.get(name) for name in names)) for a, b, said in graph.edges(data=True)}


async def compared(connection: Connection) -> int:
    """How many edges were the same in all granularities, now and in all of history."""
    count = 0
    for stamp in (after(None), after(None, everything=True), after(BASE + 30 * HOUR)):
        wanted = await walked(connection, stamp)
        for grain, edges in wanted.items():
            graph = await to_networkx(connection, grain=grain, after=stamp)
            assert shown(graph) == edges, grain
            assert graph.number_of_edges() == len(edges)
            count += len(edges)
        plain = await loading.load(connection, stamp)
        refs = {one: known.ref for one, known in plain.nodes.items()}
        links = {(refs[a], refs[b], refs.get(job)) for a, b, job in plain.links}
        assert links == {edge[:3] for edge in wanted[Grain.DATASET]}
        both = await to_networkx(connection, jobs=True, after=stamp)
        assert pairs(both) == {(refs[a], refs[b]) for a, b in work(plain).edges()}
        assert {ref for _, ref in both.nodes(data="ref")} == set(refs.values())
    return count


def pairs(graph: nx.MultiDiGraph) -> set[tuple[str, str]]:
    refs = dict(graph.nodes(data="ref"))
    return {(refs[a], refs[b]) for a, b in graph.edges()}


@pytest.mark.parametrize("seed", SEEDS)
async def test_every_edge_of_a_history_and_what_is_left_when_some_is_taken_back(seed: int, fresh_database: str) -> None:
    catalogs.project(fresh_database, oracle.generate.history(seed, 80))
    async with await Database.from_url(fresh_database).writer() as connection:
        before = await compared(connection)
        assert before > 40
        taken_back(fresh_database, seed, await loading.load(connection))
        assert 0 < await compared(connection) < before


def taken_back(url: str, seed: int, lineage: loading.Lineage) -> None:
    """A node, two edges between datasets, one to a job and one from it."""
    rng = random.Random(seed)
    edges = rng.sample(sorted({(a, b) for a, b, _ in lineage.links}), 2)
    edges += rng.sample(sorted(lineage.writes), 1) + rng.sample(sorted({(b, a) for a, b in lineage.writes}), 1)
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE core.name SET retracted = true WHERE id = %s", [rng.choice(list(lineage.nodes))])
        for edge in edges:
            connection.execute(TAKE_BACK, edge)


@pytest.mark.parametrize("seed", SEEDS[1:])
async def test_every_edge_as_of_a_moment_and_as_known_at_one(seed: int, fresh_database: str) -> None:
    catalogs.project(fresh_database, oracle.generate.history(seed, 80))
    database, count = Database.from_url(fresh_database), 0
    async with Moments(database.connect, database.writer, INTERPRETERS) as moments:
        for moment in (When(BASE + 40 * HOUR, None), When(None, BASE + 60 * HOUR)):
            async with moments.at(moment) as connection:
                count += await compared(connection)
    assert count > 40


async def test_a_selector_names_a_part(fresh_database: str) -> None:
    """Every dataset with all downstream of it is the part of the whole that a walk reaches."""
    catalogs.project(fresh_database, oracle.generate.history(3, 80))
    async with await Database.from_url(fresh_database).writer() as connection:
        whole = await to_networkx(connection)
        sizes = []
        for node, ref in whole.nodes(data="ref"):
            if whole.nodes[node]["kind"] == "dataset":
                part = await to_networkx(connection, f'"{ref}"+')
                below = whole.subgraph(nx.descendants(whole, node) | {node})
                assert nx.utils.graphs_equal(part, below)
                sizes.append(len(part))
        assert max(sizes) > 3
        assert min(sizes) == 1


async def test_the_same_catalog_gives_the_same_graph_in_the_same_order(fresh_database: str) -> None:
    catalogs.project(fresh_database, oracle.generate.history(4, 80))
    async with await Database.from_url(fresh_database).writer() as connection:
        for grain in (Grain.DATASET, Grain.JOB, Grain.COLUMN):
            first, second = [await to_networkx(connection, grain=grain) for _ in range(2)]
            assert list(first.nodes(data=True)) == list(second.nodes(data=True))
            assert listed(first) == listed(second)
            refs = [(first.nodes[node]["kind"], ref) for node, ref in first.nodes(data="ref")]
            assert refs == sorted(refs)


def listed(graph: nx.MultiDiGraph) -> list[Any]:
    return list(graph.edges(keys=True, data=True))


@pytest.mark.parametrize("bound", ["MOST_NODES", "MOST_EDGES"])
async def test_a_catalog_that_is_too_large_is_refused(
    bound: str, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogs.project(fresh_database, oracle.generate.history(4, 80))
    monkeypatch.setattr(loading, bound, 2)
    async with await Database.from_url(fresh_database).writer() as connection:
        with pytest.raises(HeadwaterError, match=r"The graph has more than 2 (datasets and jobs|edges)\."):
            await loading.load(connection)


async def test_jobs_stand_between_datasets_only(fresh_database: str) -> None:
    async with await Database.from_url(fresh_database).writer() as connection:
        with pytest.raises(HeadwaterError, match="between datasets only"):
            await to_networkx(connection, grain=Grain.COLUMN, jobs=True)
