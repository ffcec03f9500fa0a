"""Hidden nodes: paths through them stand as one edge. A wrapper of any granularity."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol

from headwater_catalog.codes import BOUNDARY, CARTESIAN, COLUMN, EXPLICIT
from headwater_catalog.lineage.graph import (
    MOST_EDGES,
    MOST_PARTS,
    READS,
    Direction,
    Edge,
    K,
    Part,
    Step,
    Steps,
    far_of,
    near_of,
    part_of,
    whole,
    widest,
)

MOST_HIDDEN = 10_000
"""Hidden nodes that one step passes through."""
STRENGTH = (EXPLICIT, COLUMN, BOUNDARY, READS, CARTESIAN)
"""Methods, the strongest first: what an edge through others is known by is the weakest of them."""
DIRECT = "DIRECT"
CHANGING = ("AGGREGATION", "TRANSFORMATION")
"""Subtypes of DIRECT that say more than others, the one that says most first."""
_OPEN = 2**63


class Hiding(Protocol[K]):
    """Which nodes are hidden."""

    async def among(self, nodes: Collection[K]) -> set[K]:
        """Those of the nodes that are hidden."""
        ...


class Named(Generic[K]):
    """Hides datasets and jobs, their columns, versions and runs; what is asked for itself is never hidden."""

    def __init__(self, hidden: Collection[int], asked: Iterable[K] = ()) -> None:
        self._hidden = frozenset(hidden)
        self._asked: frozenset[K] = frozenset(asked)

    async def among(self, nodes: Collection[K]) -> set[K]:
        """Those of the nodes that are hidden."""
        return {node for node in nodes if whole(node) in self._hidden and node not in self._asked}


@dataclass(frozen=True, slots=True)
class _Path:
    """What is known of a path: of each property the weakest of its edges. strength: a place in STRENGTH."""

    status: int
    strength: int
    first: int
    last: int
    closed: int
    said: int
    steps: frozenset[Step]

    @classmethod
    def of(cls, edge: Edge[K]) -> _Path:
        closed = _OPEN if edge.closed is None else edge.closed
        strength = STRENGTH.index(edge.method)
        return cls(edge.status, strength, edge.first, edge.last, closed, edge.said, frozenset(edge.steps))

    def then(self, other: _Path) -> _Path:
        """This path, nearer to the source, and another one after it."""
        return _Path(
            max(self.status, other.status),
            max(self.strength, other.strength),
            max(self.first, other.first),
            min(self.last, other.last),
            min(self.closed, other.closed),
            min(self.said, other.said),
            frozenset(composed(one, two) for one in self.steps for two in other.steps),
        )

    def beside(self, other: _Path) -> _Path:
        """Of two paths between the same nodes the stronger, property by property."""
        return _Path(
            min(self.status, other.status),
            min(self.strength, other.strength),
            min(self.first, other.first),
            max(self.last, other.last),
            max(self.closed, other.closed),
            max(self.said, other.said),
            self.steps | other.steps,
        )


def composed(first: Step, then: Step) -> Step:
    """Two transformations, one after the other: DIRECT only if both are.

    Of two DIRECT ones the subtype that says more counts, of others the one nearest to the target that is not DIRECT.
    """
    masking = first.masking or then.masking
    if first.type == then.type == DIRECT:
        return Step(DIRECT, _subtype(first.subtype, then.subtype), masking)
    last = first if then.type == DIRECT else then
    return Step(last.type, last.subtype, masking)


def _subtype(first: str | None, then: str | None) -> str | None:
    return first if _weight(first) < _weight(then) else then


def _weight(subtype: str | None) -> int:
    """How much a subtype of DIRECT says, the least is most; of others that is not known."""
    return CHANGING.index(subtype) if subtype in CHANGING else {None: 3, "IDENTITY": 4}.get(subtype, 2)


class BridgedSteps(Generic[K]):
    """Steps of some granularity in which hidden nodes do not stand; each way through them is one edge of no job.

    Such an edge is, in each property, as weak as the weakest of its path, and of several paths as strong as the
    strongest. via: the hidden nodes of all its paths.
    """

    def __init__(self, steps: Steps[K], hidden: Hiding[K]) -> None:
        self._steps: Steps[K] = steps
        self._hidden: Hiding[K] = hidden
        self._cut = False

    @property
    def cut(self) -> bool:
        """Whether some answer met a limit."""
        return self._cut or self._steps.cut

    async def reach(self, frontier: Sequence[K], direction: Direction) -> set[K]:
        """All nodes one step away, or behind hidden nodes only."""
        found = await self._steps.reach(frontier, direction)
        passing = await self._hidden.among(found)
        shown, known = found - passing, set(passing)
        while passing and not self._too_many(known):
            found = await self._steps.reach(list(passing), direction)
            passing = await self._hidden.among(found)
            shown |= found - passing
            passing -= known
            known |= passing
        return shown

    async def between(
        self, near: Sequence[K], far: Sequence[K] | None, direction: Direction, limit: int
    ) -> list[Edge[K]]:
        """Edges from near to far (None: to any) in that direction."""
        edges = await self._ask(near, direction)
        hidden = await self._hidden.among({far_of(edge, direction) for edge in edges})
        direct = [edge for edge in edges if far_of(edge, direction) not in hidden]
        into = [edge for edge in edges if far_of(edge, direction) in hidden]
        wanted = None if far is None else set(far)
        if into:
            within = await self._within(hidden, direction)
            # In a thread: hundreds of thousands of ways must not keep others from being answered.
            direct += await asyncio.to_thread(_bridged, into, within, direction, wanted, limit)
        found = [edge for edge in widest(direct) if wanted is None or far_of(edge, direction) in wanted]
        return found[:limit]

    async def _within(self, hidden: set[K], direction: Direction) -> dict[K, list[tuple[Edge[K], bool]]]:
        """The edges on from each hidden node that these lead to, and whether each leads to a hidden one."""
        found: dict[K, list[tuple[Edge[K], bool]]] = {}
        frontier = set(hidden)
        while frontier:
            edges = await self._ask(list(frontier), direction)
            deeper = await self._hidden.among({far_of(edge, direction) for edge in edges})
            found.update((node, []) for node in frontier)
            for edge in edges:
                found[near_of(edge, direction)].append((edge, far_of(edge, direction) in deeper))
            frontier = deeper - found.keys()
            if self._too_many(found):
                break
        return found

    async def _ask(self, near: Sequence[K], direction: Direction) -> list[Edge[K]]:
        edges = await self._steps.between(near, None, direction, MOST_EDGES)
        self._cut |= len(edges) >= MOST_EDGES
        return edges

    def _too_many(self, hidden: Collection[K]) -> bool:
        self._cut |= len(hidden) >= MOST_HIDDEN
        return len(hidden) >= MOST_HIDDEN


Within = dict[K, list[tuple[Edge[K], bool]]]


def _bridged(
    into: Sequence[Edge[K]], within: Within[K], direction: Direction, wanted: Collection[K] | None, limit: int
) -> list[Edge[K]]:
    """One edge from each node at which these begin to each (wanted) that is reached through hidden ones."""
    starts: defaultdict[K, dict[K, list[Edge[K]]]] = defaultdict(dict)
    for edge in into:
        starts[near_of(edge, direction)].setdefault(far_of(edge, direction), []).append(edge)
    behind = _behind(within, direction)
    found: list[Edge[K]] = []
    for near, edges in starts.items():
        through = _through([edge for several in edges.values() for edge in several], within, direction)
        ends: dict[K, _Path] = {}
        for node, path in through.items():
            for edge, deeper in within.get(node, ()):
                if not deeper and (wanted is None or far_of(edge, direction) in wanted):
                    _better(ends, far_of(edge, direction), _on(path, edge, direction))
        for far, path in ends.items():
            nodes = through.keys() & behind[far]
            ends_of = (near, far) if direction is Direction.DOWN else (far, near)
            found.append(_edge(ends_of, path, nodes, _parts(edges, within, nodes, far, direction)))
        if len(found) >= limit:
            break
    return found[:limit]


def _through(edges: Sequence[Edge[K]], within: Within[K], direction: Direction) -> dict[K, _Path]:
    """What is known of the ways to each hidden node that one node leads to."""
    best: dict[K, _Path] = {}
    changed = {far for edge in edges if _better(best, far := far_of(edge, direction), _Path.of(edge))}
    while changed:
        node = changed.pop()
        for edge, deeper in within.get(node, ()):
            far = far_of(edge, direction)
            if deeper and _better(best, far, _on(best[node], edge, direction)):
                changed.add(far)
    return best


def _on(path: _Path, edge: Edge[K], direction: Direction) -> _Path:
    """A path, and an edge on from its end."""
    further = _Path.of(edge)
    return path.then(further) if direction is Direction.DOWN else further.then(path)


def _better(known: dict[K, _Path], node: K, path: _Path) -> bool:
    """Take a path to a node into account; whether that changes anything."""
    before = known.get(node)
    known[node] = path if before is None else before.beside(path)
    return known[node] != before


def _behind(within: Within[K], direction: Direction) -> dict[K, set[K]]:
    """For each node that is not hidden the hidden ones that lead to it."""
    before: defaultdict[K, set[K]] = defaultdict(set)
    ends: set[K] = set()
    for node, edges in within.items():
        for edge, deeper in edges:
            before[far_of(edge, direction)].add(node)
            if not deeper:
                ends.add(far_of(edge, direction))
    found: dict[K, set[K]] = {}
    for end in ends:
        known = set(before[end])
        frontier = list(known)
        while frontier:
            deeper_in = before[frontier.pop()] - known
            known |= deeper_in
            frontier += deeper_in
        found[end] = known
    return found


def _parts(
    entering: Mapping[K, Sequence[Edge[K]]],
    within: Within[K],
    nodes: Collection[K],
    far: K,
    direction: Direction,
) -> tuple[Part, ...]:
    """The first claims of all paths through some hidden nodes to a far one."""
    found: dict[Part, None] = {}
    for node in sorted(nodes, key=whole):
        used: list[Edge[K]] = list(entering.get(node, ()))
        for edge, _ in within[node]:
            if far_of(edge, direction) == far or far_of(edge, direction) in nodes:
                used.append(edge)
        found.update((part, None) for edge in used for part in parts_of(edge))
        if len(found) >= MOST_PARTS:
            break
    return tuple(found)[:MOST_PARTS]


def parts_of(edge: Edge[K]) -> tuple[Part, ...]:
    """The claims that an edge was derived from; that which states it, where it was not."""
    return edge.parts or (part_of(edge),)


def _edge(ends: tuple[K, K], path: _Path, nodes: Collection[K], parts: tuple[Part, ...]) -> Edge[K]:
    return Edge(
        *ends,
        0,
        path.status,
        STRENGTH[path.strength],
        path.first,
        max(path.first, path.last),
        None if path.closed == _OPEN else path.closed,
        path.said,
        tuple(sorted(path.steps, key=lambda step: (step.type, step.subtype or "", step.masking))),
        tuple(sorted({whole(node) for node in nodes})),
        parts=parts,
    )
