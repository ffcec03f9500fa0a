"""The critical path equals the longest of all chains, tried one by one."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st
from tossedlineage import DATASETS, JOBS, halves, lineages, reached

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.lineage.analysis.chain import ChainStep, critical_path
from headwater_catalog.lineage.analysis.loading import Lineage, Node

DURATIONS = st.dictionaries(st.sampled_from(JOBS), st.integers(0, 5))


def longest(lineage: Lineage, durations: dict[int, int], edges: set[tuple[int, int]]) -> tuple[int, int]:
    """(duration, jobs) of the longest chain, cycles as one: by recursion over all chains."""
    around = {
        node: frozenset({node} | {n for n in reached(edges, node) if node in reached(edges, n)})
        for node in lineage.nodes
    }

    def own(each: frozenset[int]) -> tuple[int, int]:
        jobs = [node for node in each if node in JOBS and any(node in edge for edge in edges)]
        return sum(durations.get(job, 0) for job in jobs), len(jobs)

    def best(each: frozenset[int]) -> tuple[int, int]:
        after = {around[b] for a, b in edges if a in each and b not in each}
        time, count = max((best(one) for one in after), default=(0, 0))
        return own(each)[0] + time, own(each)[1] + count

    return max((best(each) for each in around.values()), default=(0, 0))


@settings(max_examples=200, deadline=None)
@given(lineages(), DURATIONS)
def test_the_longest_chain_equals_brute_force(lineage: Lineage, durations: dict[int, int]) -> None:
    found, edges = critical_path(lineage, durations), halves(lineage)
    said = sum(step.duration for step in found), sum(len(step.jobs) for step in found)
    assert said == longest(lineage, durations, edges)
    assert all(step.duration == sum(durations.get(job, 0) for job in step.jobs) for step in found)
    for before, step in itertools.pairwise(found):
        assert set(step.jobs) <= reached(edges, before.jobs[0])


@settings(max_examples=200, deadline=None)
@given(lineages(), DURATIONS, st.frozensets(st.sampled_from([*DATASETS, *JOBS])))
def test_of_a_selection_it_stays_within(lineage: Lineage, durations: dict[int, int], chosen: frozenset[int]) -> None:
    within = {job for a, b, job in lineage.links if a in chosen and b in chosen} | chosen
    reading = {job for _, _, job in lineage.links}
    from_nothing = {job for job, target in lineage.writes if target in chosen and job not in reading}
    for step in critical_path(lineage, durations, chosen):
        assert set(step.jobs) <= within | from_nothing
        assert set(step.via) <= chosen
    assert critical_path(lineage, durations, lineage.nodes) == critical_path(lineage, durations)


def test_a_chain_is_told_with_what_lies_between() -> None:
    """Two jobs after each other take longer than one that takes longest."""
    nodes = {node: Node(DATASET, f"d{node}") for node in (1, 2, 3)}
    nodes |= {node: Node(JOB, f"j{node}") for node in (11, 12, 13)}
    links = [(1, 2, 11), (2, 3, 12), (3, 3, 12), (1, 3, 13)]
    lineage = Lineage(nodes, links, {(11, 2): 1, (12, 3): 1, (13, 3): 1})
    assert critical_path(lineage, {11: 30, 12: 20, 13: 25}) == [
        ChainStep((11,), 30, (1,)),
        ChainStep((12,), 20, (2, 3)),
    ]
    assert critical_path(lineage, {11: 30, 12: 20, 13: 25}, [1, 2]) == [ChainStep((11,), 30, (1,))]


def test_a_job_that_only_starts_others_is_in_no_chain() -> None:
    """It takes as long as all that it starts."""
    nodes = {1: Node(DATASET, "d"), 11: Node(JOB, "dag"), 12: Node(JOB, "task", 11)}
    found = critical_path(Lineage(nodes, [], {(12, 1): 1}), {11: 100, 12: 7})
    assert found == [ChainStep((12,), 7, ())]
