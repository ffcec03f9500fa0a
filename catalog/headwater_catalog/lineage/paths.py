"""Paths between nodes: the shortest first, all simple ones; bounded in nodes, edges, number, length and work.

The part of the graph that lies between the two ends is fetched over `Steps`; networkx finds the paths in it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Generic

import networkx as nx  # type: ignore[import-untyped,unused-ignore]  # it brings no types of its own

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.graph import Cut, Direction, Edge, K, Steps

MOST_BETWEEN = 10_000
"""Nodes that may lie between the ends; edges ten times as many."""
MOST_PATHS = 1_000
"""Paths that are counted; no more can be asked for."""
MOST_LENGTH = 100
"""Steps of a path."""
MOST_VISITS = 8_000_000
"""Neighbours and earlier paths that the search may look at: two to four seconds."""
START, MIDDLE, END = "start", "middle", "end"


@dataclass(frozen=True, slots=True)
class Condition:
    """Any of these a path must pass, or none may: columns, datasets (of columns too), jobs as nodes or by edges."""

    nodes: frozenset[Any] = frozenset()
    jobs: frozenset[int] = frozenset()

    def has(self, node: Any) -> bool:
        """Whether a node is one of them."""
        return node in self.nodes or (isinstance(node, tuple) and node[0] in self.nodes)

    def met(self, path: Path[Any]) -> bool:
        """Whether a path passes any of them."""
        return any(map(self.has, path.nodes)) or not self.jobs.isdisjoint(e.job for step in path.steps for e in step)


@dataclass(frozen=True, slots=True)
class Path(Generic[K]):
    """Nodes from end to end, and of each step the edges that it may take."""

    nodes: tuple[K, ...]
    steps: tuple[tuple[Edge[K], ...], ...]


@dataclass(slots=True)
class Paths(Generic[K]):
    """Paths in their order; count: how many there are, as far as was counted; cuts: why there may be more."""

    found: list[Path[K]] = field(default_factory=list)
    count: int = 0
    cuts: list[Cut] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sought(Generic[K]):
    """What is asked: from any of these to any of those, through one node of each condition, avoiding all of another.

    Both may have nodes in common: a path leads from one node to another one.
    limit: paths that are given; up to MOST_PATHS are counted.
    """

    starts: Sequence[K]
    ends: Sequence[K]
    through: Sequence[Condition] = ()
    avoiding: Condition = Condition()
    limit: int = 100

    def check(self) -> None:
        """Raise InvalidRequest where no path could be an answer."""
        if not 1 <= self.limit <= MOST_PATHS:
            raise InvalidRequest(
                "invalid_limit", f"limit is 1 to {MOST_PATHS}, not {self.limit}.", "Ask for fewer paths."
            )
        if len({*self.starts, *self.ends}) == 1:
            raise InvalidRequest(
                "same_ends",
                "A path leads from one node to another; here both ends are the same.",
                "Name another end; the lineage of a node shows the cycles through it.",
            )
        if all(map(self.avoiding.has, self.starts)) or all(map(self.avoiding.has, self.ends)):
            raise InvalidRequest(
                "avoids_end", "What is to be avoided is an end of the path itself.", "Leave it out of avoiding."
            )


Order = Callable[[Iterable[K]], Awaitable[dict[K, Any]]]
"""What nodes are sorted by: their names, since their numbers differ from catalog to catalog."""


class OutOfWork(Exception):  # noqa: N818 - no error: the search ends here and says so
    """The search has looked at as many neighbours as it may."""


class Counting(nx.DiGraph):  # type: ignore[misc,unused-ignore]  # networkx has no types
    """A graph that counts which neighbours a search looks at, since some graphs have more paths than time."""

    left = 10**12

    def successors(self, n: Any) -> Iterator[Any]:
        """As networkx, counted."""
        return self._counted(self.succ[n])

    def predecessors(self, n: Any) -> Iterator[Any]:
        """As networkx, counted."""
        return self._counted(self.pred[n])

    def _counted(self, near: Any) -> Iterator[Any]:
        self.left -= len(near) + 1
        if self.left < 0:
            raise OutOfWork
        return iter(near)


async def find(steps: Steps[K], sought: Sought[K], order: Order[K]) -> Paths[K]:
    """The paths between the ends, the shortest first, those of one length by name. Raises InvalidRequest."""
    sought.check()
    answer = Paths[K]()
    between = await _between(steps, sought, answer.cuts)
    edges = await _edges(steps, between, sought, answer.cuts)
    names = await order(between)
    await asyncio.to_thread(_search, answer, edges, sought, names)
    return answer


async def _between(steps: Steps[K], sought: Sought[K], cuts: list[Cut]) -> set[K]:
    """All nodes downstream of the starts and upstream of the ends: one side first, then the other within it."""
    up, cut = await _reached(steps, sought.ends, Direction.UP, sought.avoiding, None)
    if not cut:
        return (await _reached(steps, sought.starts, Direction.DOWN, sought.avoiding, up))[0].union(sought.ends)
    down, cut = await _reached(steps, sought.starts, Direction.DOWN, sought.avoiding, None)
    if not cut:
        return (await _reached(steps, sought.ends, Direction.UP, sought.avoiding, down))[0].union(sought.starts)
    cuts.append(Cut("LIMIT", None, len(up | down)))
    return (up & down).union(sought.starts, sought.ends)


async def _reached(
    steps: Steps[K], starts: Sequence[K], direction: Direction, avoiding: Condition, within: set[K] | None
) -> tuple[set[K], bool]:
    """What is reached, the starts too, and whether it was cut: nothing avoided is passed, nothing beyond `within`.

    The starts count in any case: a job is an end that only its own steps lead to.
    """
    seen = {one for one in starts if not avoiding.has(one)}
    frontier = sorted(seen, key=str)
    while frontier:
        reached = await steps.reach(frontier, direction) - seen
        near = {one for one in (reached if within is None else reached & within) if not avoiding.has(one)}
        if len(seen) + len(near) > MOST_BETWEEN:
            return seen, True
        seen |= near
        frontier = sorted(near, key=str)
    return seen, False


async def _edges(
    steps: Steps[K], nodes: set[K], sought: Sought[K], cuts: list[Cut]
) -> dict[tuple[K, K], list[Edge[K]]]:
    """The edges between the nodes; those into an end are asked of the end, since a job is reached from itself only."""
    inside = sorted((one for one in nodes if not sought.avoiding.has(one)), key=str)
    last = [one for one in sought.ends if not sought.avoiding.has(one)]
    most = 10 * MOST_BETWEEN
    rows = await steps.between(inside, inside, Direction.DOWN, most) if inside else []
    rows += await steps.between(last, inside, Direction.UP, most) if last else []
    if steps.cut:
        cuts.append(Cut("EDGES", None, 0))
    found: dict[tuple[K, K], list[Edge[K]]] = defaultdict(list)
    for edge in {row.key: row for row in rows}.values():
        if edge.job not in sought.avoiding.jobs and edge.source != edge.target:
            found[edge.source, edge.target].append(edge)
    return found


def _search(answer: Paths[K], edges: dict[tuple[K, K], list[Edge[K]]], sought: Sought[K], names: dict[K, Any]) -> None:
    """Fill in the paths, by length and then by name."""
    graph = _graph(edges, sought, names)
    try:
        for examined, nodes in enumerate(_simple(graph)):
            # networkx compares each path with all before it, at each of its steps.
            graph.left -= len(nodes) * examined // 2
            if len(nodes) > MOST_LENGTH + 1:
                answer.cuts.append(Cut("LENGTH", None, MOST_LENGTH))
                break
            if len(nodes) == 1:  # one that is of both sets leads nowhere
                continue
            path = _path(nodes, edges)
            if not all(one.met(path) for one in sought.through):
                continue
            if answer.count == MOST_PATHS:
                answer.cuts.append(Cut("PATHS", None, MOST_PATHS))
                break
            answer.count += 1
            answer.found.append(path)
    except OutOfWork:
        answer.cuts.append(Cut("WORK", None, answer.count))
    answer.found.sort(key=lambda path: (len(path.nodes), [names[one] for one in path.nodes]))
    del answer.found[sought.limit :]


def _graph(edges: dict[tuple[K, K], list[Edge[K]]], sought: Sought[K], names: dict[K, Any]) -> Counting:
    """The graph that is searched, in the order of names, so that a search that is cut is cut at the same place."""
    graph = Counting()
    graph.add_nodes_from([START, END])
    inside = {one for pair in edges for one in pair}
    graph.add_edges_from((START, one) for one in sorted(inside.intersection(sought.starts), key=names.__getitem__))
    graph.add_edges_from(sorted(edges, key=lambda pair: (names[pair[0]], names[pair[1]])))
    graph.add_edges_from((one, END) for one in sorted(inside.intersection(sought.ends), key=names.__getitem__))
    for condition in sought.through:
        if not condition.jobs:
            _keep_around(graph, [one for one in graph if condition.has(one)])
    graph.left = MOST_VISITS
    return graph


def _keep_around(graph: Counting, nodes: list[Any]) -> None:
    """Leave out what lies neither before nor behind any of the nodes: no path through them passes it."""
    graph.add_node(MIDDLE)
    graph.add_edges_from((MIDDLE, one) for one in nodes)
    around = {START, END, *nodes} | nx.descendants(graph, MIDDLE)
    graph.remove_node(MIDDLE)
    graph.add_node(MIDDLE)
    graph.add_edges_from((one, MIDDLE) for one in nodes)
    around |= nx.ancestors(graph, MIDDLE)
    graph.remove_nodes_from([one for one in graph if one not in around])


def _simple(graph: Counting) -> Iterator[list[Any]]:
    """Simple paths from any start to any end, the shortest first."""
    try:
        for nodes in nx.shortest_simple_paths(graph, START, END):
            yield nodes[1:-1]
    except nx.NetworkXNoPath:
        return


def _path(nodes: Sequence[K], edges: dict[tuple[K, K], list[Edge[K]]]) -> Path[K]:
    pairs = pairwise(nodes)
    steps = (sorted(edges[pair], key=lambda edge: (edge.status, edge.method, edge.first, edge.job)) for pair in pairs)
    return Path(tuple(nodes), tuple(map(tuple, steps)))
