"""Small generated lineages, of which everything can be found by trying."""

from __future__ import annotations

from hypothesis import strategies as st

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.lineage.analysis.loading import Lineage, Node

DATASETS, JOBS = range(1, 8), range(11, 16)


@st.composite
def lineages(draw: st.DrawFn) -> Lineage:
    """Datasets and jobs with cycles, self-loops, views, jobs as sources and as ends, parents and edges taken back."""
    links = set()
    job = st.sampled_from([0, *JOBS])
    for source, target, stated in draw(
        st.lists(st.tuples(st.sampled_from([*DATASETS, *JOBS]), st.sampled_from(DATASETS), job), max_size=14)
    ):
        if stated or source in DATASETS:
            links.add((source, target, stated))
    for source, reader in draw(st.lists(st.tuples(st.sampled_from(DATASETS), st.sampled_from(JOBS)), max_size=4)):
        links.add((source, reader, reader))
    alone = draw(st.lists(st.tuples(st.sampled_from(JOBS), st.sampled_from(DATASETS)), max_size=4))
    writes = {(one, target): 1 for _, target, one in links if one and target in DATASETS}
    writes |= dict.fromkeys(alone, 1)
    ends = st.tuples(st.sampled_from([*DATASETS, *JOBS]), st.sampled_from([*DATASETS, *JOBS]))
    gone = draw(st.frozensets(ends, max_size=3))
    parents = draw(st.dictionaries(st.sampled_from(JOBS), st.sampled_from(JOBS), max_size=3))
    nodes = {one: Node(DATASET, f"ns/d{one}") for one in DATASETS}
    nodes |= {one: Node(JOB, f"ns/j{one}", parents.get(one)) for one in JOBS}
    kept = [link for link in sorted(links) if link[:2] not in gone]
    return Lineage(nodes, kept, {pair: status for pair, status in writes.items() if pair not in gone}, gone)


def halves(lineage: Lineage) -> set[tuple[int, int]]:
    """dataset → job → dataset, spelled out from the definition."""
    found = set()
    for source, target, job in lineage.links:
        found.add((source, target) if not job or source in JOBS else (source, job))
    return (found | set(lineage.writes)) - lineage.gone


def reached(edges: set[tuple[int, int]], start: int) -> set[int]:
    """All nodes that a walk from a node comes to, itself only by a way back."""
    found: set[int] = set()
    waiting = [start]
    while waiting:
        near = waiting.pop()
        fresh = {target for source, target in edges if source == near} - found
        found |= fresh
        waiting += fresh
    return found
