"""Every answer about a whole graph equals what trying everything finds, on thousands of small graphs."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tossedlineage import DATASETS, JOBS, halves, lineages, reached

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.lineage.analysis import questions
from headwater_catalog.lineage.analysis.graphs import feeds
from headwater_catalog.lineage.analysis.loading import Lineage, Node
from headwater_catalog.lineage.analysis.reach import reach

MANY = settings(max_examples=200, deadline=None)


def pairs(lineage: Lineage) -> set[tuple[int, int]]:
    return {(source, target) for source, target, _ in lineage.links}


def others(lineage: Lineage) -> set[tuple[int, int]]:
    return {(source, target) for source, target in pairs(lineage) if source != target}


@MANY
@given(lineages(), st.sampled_from([1, 2**20]))
def test_reach_is_what_a_walk_from_each_node_finds(lineage: Lineage, memory: int) -> None:
    edges = pairs(lineage)
    found = reach(feeds(lineage), memory)
    assert found == {node: len(reached(edges, node) - {node}) for node in found}
    assert set(found) >= set(DATASETS)


def test_reach_in_rounds_of_few_bits_equals_one_round() -> None:
    """600 nodes of two chains that share an end, with cycles of 50: more than fits in a round of 256 bits."""
    links = [(node, node + 1, 0) for node in range(1, 600) if node != 300]
    links += [(300, 599, 0), (100, 50, 0), (500, 450, 0)]
    nodes = {node: Node(DATASET, f"{node:04}") for node in range(1, 601)}
    graph = feeds(Lineage(nodes, links))
    narrow = reach(graph, 1)
    assert narrow == reach(graph)
    assert (narrow[1], narrow[50], narrow[100], narrow[600]) == (301, 252, 252, 0)


@MANY
@given(lineages())
def test_ranking(lineage: Lineage) -> None:
    edges = pairs(lineage)
    wanted = []
    for node in DATASETS:
        if below := reached(edges, node) - {node}:
            wanted.append((-len(below), -len({b for a, b in others(lineage) if a == node}), node))
    assert [(-one.reach, -one.direct, one.node) for one in questions.ranking(lineage)] == sorted(wanted)


@MANY
@given(lineages())
def test_sources_sinks_orphans_and_unused(lineage: Lineage) -> None:
    edges, work = others(lineage), halves(lineage)
    read, made = {source for source, _ in edges}, {target for _, target in edges}
    into, touched = {target for _, target in work}, {end for pair in work for end in pair}
    parents = {known.parent for known in lineage.nodes.values()}
    assert questions.sources(lineage) == [node for node in DATASETS if node in read and node not in made]
    assert questions.unused(lineage) == [node for node in DATASETS if node not in read]
    assert questions.sinks(lineage) == [node for node in DATASETS if node not in read and node in into]
    assert questions.orphans(lineage) == [
        *(node for node in DATASETS if node not in touched),
        *(node for node in JOBS if node not in touched and node not in parents),
    ]


@MANY
@given(lineages())
def test_several_writers(lineage: Lineage) -> None:
    """Those above another writer are left out; a circle of parents has nobody above."""
    parent = {node: known.parent for node, known in lineage.nodes.items()}
    up = {(child, above) for child, above in parent.items() if above is not None}
    wanted = []
    for node in DATASETS:
        writers = {job for job, target in halves(lineage) if target == node and job in JOBS}
        repeated = {top for low in writers if low not in reached(up, low) for top in reached(up, low) & writers}
        if len(writers - repeated) > 1:
            wanted.append((node, tuple(sorted(writers - repeated))))
    assert [(one.node, one.jobs) for one in questions.several_writers(lineage)] == wanted


def test_a_task_and_the_query_that_it_started_are_one_writer() -> None:
    nodes = {1: Node(DATASET, "d"), 2: Node(JOB, "a", 3), 3: Node(JOB, "b", 4), 4: Node(JOB, "c"), 5: Node(JOB, "e")}
    assert questions.several_writers(Lineage(nodes, [], {(2, 1): 1, (4, 1): 1})) == []
    found = questions.several_writers(Lineage(nodes, [], {(2, 1): 1, (4, 1): 1, (5, 1): 1}))
    assert found == [questions.Written(1, (2, 5))]
