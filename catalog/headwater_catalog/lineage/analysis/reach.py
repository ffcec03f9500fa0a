"""How many nodes lie downstream of each node of a graph, exactly."""

from __future__ import annotations

from headwater_catalog.lineage.analysis.graphs import IntGraph, components

MEMORY = 64 * 2**20
"""Bytes of what is reached, for all nodes together."""
LEAST_BITS = 256


def reach(graph: IntGraph, memory: int = MEMORY) -> dict[int, int]:
    """node → number of nodes that are reached from it, itself left out.

    By components (Purdom 1970): nodes of one cycle reach the same. What is reached is a set of bits that flows
    upstream; so many bits at once as fit in the memory, in topological order, so that a round ends at its last source.
    """
    members = components(graph)[::-1]
    place = {node: at for at, each in enumerate(members) for node in each}
    targets = [
        list({place[far] for node in each for far in graph.succ[node]} - {at}) for at, each in enumerate(members)
    ]
    counts = [0] * len(members)
    width = max(LEAST_BITS, memory * 8 // max(len(members), 1))
    for own in _rounds([len(each) for each in members], width):
        _flow(own, targets, counts)
    return {node: counts[at] - 1 for at, each in enumerate(members) for node in each}


def _rounds(sizes: list[int], width: int) -> list[dict[int, int]]:
    """Of each round the components that have bits of their own (place → bits): about `width` bits in all."""
    rounds: list[dict[int, int]] = [{}]
    used = 0
    for at, size in enumerate(sizes):
        if used and used + size > width:
            rounds.append({})
            used = 0
        rounds[-1][at] = ((1 << size) - 1) << used
        used += size
    return rounds


def _flow(own: dict[int, int], targets: list[list[int]], counts: list[int]) -> None:
    """Add to each component's count what it reaches of these bits."""
    last = max(own, default=-1)
    seen = [0] * (last + 1)
    for at in range(last, -1, -1):
        bits = own.get(at, 0)
        for target in targets[at]:
            if target <= last:
                bits |= seen[target]
        seen[at] = bits
        counts[at] += bits.bit_count()
