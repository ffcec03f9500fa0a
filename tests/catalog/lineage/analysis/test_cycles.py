"""Cycles are those that trying everything finds, with their edges and ways round; bounded where there are too many."""

from __future__ import annotations

from hypothesis import given, settings
from tossedlineage import lineages, reached

from headwater_catalog.codes import DATASET
from headwater_catalog.lineage.analysis.cycles import MOST_SEARCHED, MOST_SIMPLE, cycles
from headwater_catalog.lineage.analysis.loading import Lineage, Node


def ways(edges: set[tuple[int, int]], way: tuple[int, ...]) -> set[tuple[int, ...]]:
    """All ways from the first node of a way back to it over greater nodes, none twice."""
    found = {way} if (way[-1], way[0]) in edges else set()
    for source, target in edges:
        if source == way[-1] and target > way[0] and target not in way:
            found |= ways(edges, (*way, target))
    return found


@settings(max_examples=200, deadline=None)
@given(lineages())
def test_cycles_equal_brute_force(lineage: Lineage) -> None:
    edges = {(source, target) for source, target, _ in lineage.links}
    closed = {node for node in lineage.nodes if node in reached(edges, node)}
    wanted = {frozenset({node} | {n for n in reached(edges, node) if node in reached(edges, n)}) for node in closed}
    found = cycles(lineage)
    assert {frozenset(one.nodes) for one in found} == wanted
    assert [len(one.nodes) for one in found] == sorted((len(each) for each in wanted), reverse=True)
    for one in found:
        inside = {(a, b) for a, b in edges if a in one.nodes and b in one.nodes}
        assert {(a, b): jobs for a, b, jobs in one.edges} == {
            pair: tuple(sorted(job for a, b, job in lineage.links if (a, b) == pair and job)) for pair in inside
        }
        every = set().union(*(ways(inside, (node,)) for node in one.nodes))
        assert one.whole == (len(every) <= MOST_SIMPLE)
        assert len(one.simple) == min(len(every), MOST_SIMPLE)
        assert set(one.simple) <= every


def ring(size: int, *more: tuple[int, int]) -> Lineage:
    nodes = {node: Node(DATASET, f"{node:04}") for node in range(size)}
    return Lineage(nodes, [(node, (node + 1) % size, 0) for node in range(size)] + [(*pair, 0) for pair in more])


def test_a_dense_knot_is_told_in_bounded_time() -> None:
    """40 nodes, each made of each: more ways round than there are atoms."""
    (knot,) = cycles(ring(40, *((a, b) for a in range(40) for b in range(40) if a != b)))
    assert (len(knot.nodes), len(knot.edges), len(knot.simple), knot.whole) == (40, 1560, MOST_SIMPLE, False)


def test_in_a_large_cycle_no_ways_are_looked_for() -> None:
    (large,) = cycles(ring(MOST_SEARCHED + 1))
    assert (len(large.nodes), large.simple, large.whole) == (MOST_SEARCHED + 1, (), False)
