"""Paths between nodes: those that networkx finds over all edges, in their order, and where the search stops."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import catalogs
import graphs
import networkx as nx
import pytest
from lineages import ids_of
from seeds import some

from headwater_catalog.database.engine import Database
from headwater_catalog.errors import HeadwaterError
from headwater_catalog.lineage import paths
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.graph import Direction, Edge
from headwater_catalog.lineage.paths import Condition, Path, Sought, find

QUICK, DEEP = some(range(100)), range(1_000, 3_000)


@pytest.mark.parametrize("seeds", [QUICK, pytest.param(DEEP, marks=pytest.mark.deep)], ids=["some", "thousands"])
async def test_paths_are_those_of_networkx(seeds: range, fresh_database: str) -> None:
    made = [graphs.generate(seed) for seed in seeds]
    catalogs.project(fresh_database, graphs.entries(made), batch=500)
    ids = {node[1:]: (number, node[0]) for node, number in ids_of(fresh_database).items()}
    compared = 0
    async with await Database.from_url(fresh_database).writer() as connection:
        known = await Graphs.of(connection)
        for turn, graph in enumerate(made):

            def key(node: Any, graph: graphs.Graph = graph) -> Any:
                if node[0] in ("dataset", "job"):
                    return ids[graph.namespace, node[1]][0]
                return ids[graph.namespace, node[0]][0], node[1]

            edges = {(key(s), key(t), ids[graph.namespace, job][0]) for s, t, job in graph.dataset_edges()}
            compared += await compare(known.datasets, edges, turn)
            fine = {(key(s), key(t), ids[graph.namespace, job][0]) for s, t, job, _ in graph.column_edges()}
            compared += await compare(known.columns, fine, turn)
    assert compared > 2 * len(seeds)


async def compare(steps: Any, edges: set[tuple[Any, Any, int]], turn: int) -> int:
    """Of two pairs of ends, without conditions and with one that takes turns; gives the number of paths."""
    whole = nx.MultiDiGraph()
    whole.add_edges_from((source, target, job) for source, target, job in edges)
    nodes = sorted(whole, key=str)
    compared = 0
    for at in range(min(2, len(nodes) - 1)):
        start, end = nodes[at], nodes[-1 - at] if nodes[-1 - at] != nodes[at] else nodes[-2 - at]
        middle = Condition(frozenset([nodes[(at * 3 + 1) % len(nodes)]]))
        worker = sorted({job for *_, job in edges})[at % len({job for *_, job in edges})]
        by = Condition(frozenset([worker]), frozenset([worker]))
        conditions = [([middle], Condition()), ([], middle), ([by], Condition()), ([], by)]
        for through, avoiding in (([], Condition()), conditions[(turn + at) % 4]):
            if avoiding.has(start) or avoiding.has(end):
                continue
            found = await find(steps, Sought([start], [end], through, avoiding), named)
            wanted = expected(whole, start, end, through, avoiding)
            assert [path.nodes for path in found.found] == wanted, (start, end, through, avoiding)
            assert (found.count, found.cuts) == (len(wanted), [])
            compared += len(wanted)
            for path in found.found:
                for (source, target), taken in zip(nx.utils.pairwise(path.nodes), path.steps, strict=True):
                    jobs = {job for s, t, job in edges if (s, t) == (source, target)} - avoiding.jobs
                    assert {edge.job for edge in taken} == jobs
    return compared


def expected(whole: Any, start: Any, end: Any, through: list[Condition], avoiding: Condition) -> list[tuple[Any, ...]]:
    """All simple paths over all edges, then those that meet the conditions, by length and name."""
    kept = nx.DiGraph()
    kept.add_nodes_from(whole)
    kept.add_edges_from((s, t) for s, t, job in whole.edges(keys=True) if job not in avoiding.jobs)
    found = []
    for nodes in nx.all_simple_paths(kept, start, end):
        jobs = {job for pair in nx.utils.pairwise(nodes) for job in whole[pair[0]][pair[1]]}
        met = all(any(map(one.has, nodes)) or one.jobs & jobs for one in through)
        if met and not any(map(avoiding.has, nodes)):
            found.append(tuple(nodes))
    return sorted(found, key=lambda nodes: (len(nodes), [str(one) for one in nodes]))


async def named(nodes: Iterable[Any]) -> dict[Any, str]:
    return {node: str(node) for node in nodes}


class Held:
    """Steps of a graph in memory; asked: how often it was."""

    def __init__(self, edges: Iterable[tuple[int, int]], *, cut: bool = False) -> None:
        self.graph = nx.DiGraph(list(edges))
        self.cut = cut

    async def reach(self, frontier: Any, direction: Direction) -> set[int]:
        step = self.graph.pred if direction is Direction.UP else self.graph.succ
        return {far for near in frontier if near in self.graph for far in step[near]}

    async def between(self, near: Any, far: Any, direction: Direction, limit: int) -> list[Edge[int]]:
        down, near, far = direction is Direction.DOWN, set(near), set(far)
        pairs = [(s, t) for s, t in self.graph.edges if (s if down else t) in near and (t if down else s) in far]
        return [Edge(s, t, 99, 1, 3, 0, 0, None, 1) for s, t in pairs[:limit]]


def ladder(rungs: int) -> list[tuple[int, int]]:
    """Two ways at each rung: 2^rungs paths."""
    return [
        (a, b)
        for n in range(rungs)
        for a, b in ((3 * n, 3 * n + 1), (3 * n, 3 * n + 2), (3 * n + 1, 3 * n + 3), (3 * n + 2, 3 * n + 3))
    ]


async def test_counting_stops_and_says_where() -> None:
    found = await find(Held(ladder(6)), Sought([0], [18], limit=5), named)
    assert (len(found.found), found.count, found.cuts) == (5, 64, [])
    found = await find(Held(ladder(10)), Sought([0], [30], limit=5), named)
    assert (len(found.found), found.count) == (5, paths.MOST_PATHS)
    assert [cut.reason for cut in found.cuts] == ["PATHS"]


async def test_long_paths_are_left_out_and_it_says_so() -> None:
    chain = [(n, n + 1) for n in range(150)]
    found = await find(Held(chain), Sought([0], [150]), named)
    assert (found.count, [cut.reason for cut in found.cuts]) == (0, ["LENGTH"])
    found = await find(Held([*chain, (3, 60)]), Sought([0], [150]), named)
    assert (found.count, [cut.reason for cut in found.cuts]) == (1, ["LENGTH"])


async def test_a_search_without_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "MOST_VISITS", 2_000)
    found = await find(Held(ladder(12)), Sought([0], [36], limit=1_000), named)
    again = await find(Held(ladder(12)), Sought([0], [36], limit=1_000), named)
    assert [cut.reason for cut in found.cuts] == ["WORK"]
    assert 0 < found.count < 4_096
    assert [one.nodes for one in found.found] == [one.nodes for one in again.found]


async def test_conditions_that_few_paths_meet_end_the_search_too() -> None:
    off = Condition(frozenset(), frozenset([7]))
    found = await find(Held(ladder(14)), Sought([0], [42], [off]), named)
    assert (found.count, [cut.reason for cut in found.cuts]) == (0, ["WORK"])
    nowhere = await find(Held(ladder(14)), Sought([0], [42], [Condition(frozenset([99]))]), named)
    assert (nowhere.count, nowhere.cuts) == (0, []), "what lies nowhere between is not searched for"


async def test_what_lies_between_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "MOST_BETWEEN", 10)
    fans = [(0, n) for n in range(1, 20)] + [(n, 30) for n in range(1, 20)]
    found = await find(Held(fans), Sought([0], [30]), named)
    assert [cut.reason for cut in found.cuts] == ["LIMIT"]
    # One side is small: what lies between is looked at whole.
    found = await find(Held([(0, n) for n in range(1, 20)] + [(1, 30)]), Sought([0], [30]), named)
    assert ([one.nodes for one in found.found], found.cuts) == ([(0, 1, 30)], [])
    assert [cut.reason for cut in (await find(Held([(0, 1)], cut=True), Sought([0], [1]), named)).cuts] == ["EDGES"]


@pytest.mark.parametrize(
    ("sought", "code"),
    [
        (Sought([1], [1]), "same_ends"),
        (Sought([1], [2], limit=0), "invalid_limit"),
        (Sought([1], [2], limit=-1), "invalid_limit"),
        (Sought([1], [2], limit=paths.MOST_PATHS + 1), "invalid_limit"),
        (Sought([1], [2], avoiding=Condition(frozenset([2]))), "avoids_end"),
    ],
)
async def test_questions_without_an_answer_are_refused(sought: Sought[int], code: str) -> None:
    with pytest.raises(HeadwaterError) as refused:
        await find(Held([(1, 2)]), sought, named)
    assert refused.value.code == code
    assert refused.value.remedy


async def test_ends_may_have_nodes_in_common() -> None:
    """What is of both leads to the others; a path of no step is none."""
    found = await find(Held([(1, 2), (2, 3)]), Sought([1, 2], [2, 3]), named)
    assert [one.nodes for one in found.found] == [(1, 2), (2, 3), (1, 2, 3)]
    assert found.count == 3
    found = await find(Held([(1, 2), (2, 3)]), Sought([1, 2, 3], [3]), named)
    assert [one.nodes for one in found.found] == [(2, 3), (1, 2, 3)]


async def test_several_ends_are_one_question() -> None:
    found = await find(Held([(1, 2), (2, 3), (4, 3), (2, 5)]), Sought([1, 4], [3, 5]), named)
    assert [one.nodes for one in found.found] == [(4, 3), (1, 2, 3), (1, 2, 5)]
    assert found.found[0] == Path((4, 3), ((Edge(4, 3, 99, 1, 3, 0, 0, None, 1),),))
