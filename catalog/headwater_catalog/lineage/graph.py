"""The values of lineage answers: edges with their evidence, what a walk reached, where it was cut."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from itertools import chain
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

READS = 5
"""Method of a boundary edge, dataset → job; 1 to 4 are those of claims (headwater_catalog.layers.process)."""

Column = tuple[int, str | None]
"""(dataset, path); path None: which column is unknown."""

Act = tuple[int, int]
"""(job, run), or (dataset, who made that version of it); 0: the dataset before any version that is known."""

K = TypeVar("K", int, Column, Act, str)
"""A node: a dataset or job, a column, a run or version, a zone or namespace by name ("": none)."""
V = TypeVar("V")

MOST_PARTS = 100
MOST_EDGES = 200_000
"""Edges that one step looks at: beyond, the answer is cut."""


class Direction(Enum):
    """UP: to what something was made of. DOWN: to what is made of it."""

    UP = "up"
    DOWN = "down"


class Step(NamedTuple):
    """One transformation of a column edge."""

    type: str
    subtype: str | None
    masking: bool


@dataclass(frozen=True, slots=True)
class Edge(Generic[K]):
    """source → target as one job (0: none) states it in one status by one method.

    Times in microseconds; closed None: it holds now. said: how many runs or declarations said so, as far as the spans
    that count go. via: what lies between (datasets of an edge between jobs, what a bridge hides). count: of how many
    edges between datasets it is made. parts: what it was derived from, where it is none of those that claims state.
    """

    source: K
    target: K
    job: int
    status: int
    method: int
    first: int
    last: int
    closed: int | None
    said: int
    steps: tuple[Step, ...] = ()
    via: tuple[int, ...] = ()
    count: int = 1
    parts: tuple[Part, ...] = ()

    @property
    def key(self) -> tuple[K, K, int, int, int]:
        """What makes it one edge."""
        return self.source, self.target, self.job, self.status, self.method


class Steps(Protocol[K]):
    """The graph of one granularity at one moment: what a walk asks of it. Retracted nodes are not in it.

    cut: some answer met a limit, so that there is more than was told.
    """

    @property
    def cut(self) -> bool: ...

    async def reach(self, frontier: Sequence[K], direction: Direction) -> set[K]:
        """All nodes one step away from any of these."""
        ...

    async def between(
        self, near: Sequence[K], far: Sequence[K] | None, direction: Direction, limit: int
    ) -> list[Edge[K]]:
        """Edges from near to far (None: to any) in that direction, at most `limit`, each edge once."""
        ...


class Part(NamedTuple):
    """What a job's claim states. source 0: whatever it was; columns: those of both ends, where it is about columns."""

    source: int
    target: int
    job: int
    columns: tuple[str | None, str | None] | None = None


class Cut(NamedTuple):
    """Why an answer is not whole. nodes: how many were at hand when it was cut, where that is known."""

    reason: str
    direction: Direction | None
    nodes: int


@dataclass(slots=True)
class Graph(Generic[K]):
    """What a question reached. depth: steps from the roots, negative upstream; the nearer of both.

    behind: of a walk that was cut in a direction the nodes that may have more behind them; `beyond` counts that.
    """

    roots: list[K] = field(default_factory=list)
    depth: dict[K, int] = field(default_factory=dict)
    edges: dict[tuple[K, K, int, int, int], Edge[K]] = field(default_factory=dict)
    cuts: list[Cut] = field(default_factory=list)
    behind: dict[Direction, set[K]] = field(default_factory=dict)

    def unite(self, other: Graph[K]) -> None:
        """Take in another answer: the nearer depth counts."""
        roots = dict.fromkeys(self.roots)
        roots.update(dict.fromkeys(other.roots))
        self.roots = list(roots)
        for node, depth in other.depth.items():
            if node not in self.depth or abs(depth) < abs(self.depth[node]):
                self.depth[node] = depth
        self.edges.update(other.edges)
        self._take_cuts(other)

    def intersect(self, other: Graph[K]) -> None:
        """Keep the nodes that both have, and the edges between them: the farther depth counts, roots are those of both.

        A part that does not walk has all its nodes at depth 0, and says nothing of how far they are.
        """
        both = self.depth.keys() & other.depth.keys()
        self.depth = {node: max(self.depth[node], other.depth[node], key=lambda at: (abs(at), at)) for node in both}
        self.edges.update(other.edges)
        self.edges = {key: edge for key, edge in self.edges.items() if edge.source in both and edge.target in both}
        named = set(other.roots)
        self.roots = [root for root in self.roots if root in named]
        self._take_cuts(other)

    def leave_out(self, other: Graph[K]) -> None:
        """Drop the nodes that the other has, and their edges."""
        self.depth = {node: depth for node, depth in self.depth.items() if node not in other.depth}
        self.edges = {
            key: edge for key, edge in self.edges.items() if edge.source in self.depth and edge.target in self.depth
        }
        self.roots = [root for root in self.roots if root in self.depth]
        self.behind = {way: nodes & self.depth.keys() for way, nodes in self.behind.items()}
        self.cuts += [cut for cut in other.cuts if cut not in self.cuts]

    def _take_cuts(self, other: Graph[K]) -> None:
        self.cuts += [cut for cut in other.cuts if cut not in self.cuts]
        for way, nodes in other.behind.items():
            self.behind.setdefault(way, set()).update(nodes)


def far_of(edge: Edge[K], direction: Direction) -> K:
    """Where an edge leads, walked in that direction."""
    return edge.source if direction is Direction.UP else edge.target


def near_of(edge: Edge[K], direction: Direction) -> K:
    """Where an edge is entered, walked in that direction."""
    return edge.target if direction is Direction.UP else edge.source


def whole(node: int | str | tuple[int, object]) -> int:
    """The dataset or job of a node, of a version or column too; 0 of a zone or namespace."""
    if isinstance(node, str):
        return 0
    return node if isinstance(node, int) else node[0]


def part_of(edge: Edge[K]) -> Part:
    """What states an edge between datasets, jobs or columns; one between runs and versions says it itself."""
    ends: tuple[Any, Any] = edge.source, edge.target
    columns = (ends[0][1], ends[1][1]) if all(isinstance(end, tuple) for end in ends) else None
    return Part(whole(edge.source), whole(edge.target), edge.job, columns)


def merged(rows: Iterable[Edge[K]]) -> list[Edge[K]]:
    """One edge for each key, out of one row for each of its spans and transformations."""
    spans: defaultdict[tuple[object, ...], list[Edge[K]]] = defaultdict(list)
    for row in rows:
        spans[row.key, row.first, row.last, row.closed].append(row)
    found: defaultdict[tuple[K, K, int, int, int], list[Edge[K]]] = defaultdict(list)
    for same in spans.values():
        found[same[0].key].append(_united(same, same[0].said))
    return [_united(edges, sum(edge.said for edge in edges)) for edges in found.values()]


def widest(edges: Iterable[Edge[K]]) -> list[Edge[K]]:
    """One edge for each key, where several say the same of it: nothing is added up."""
    found: defaultdict[tuple[K, K, int, int, int], list[Edge[K]]] = defaultdict(list)
    for edge in edges:
        found[edge.key].append(edge)
    return [_united(same, max(edge.said for edge in same)) for same in found.values()]


def _united(edges: Sequence[Edge[K]], said: int) -> Edge[K]:
    """The evidence of edges of one key together; at once, since a wide run gives very many."""
    ends = [edge.closed for edge in edges if edge.closed is not None]
    return replace(
        edges[0],
        first=min(edge.first for edge in edges),
        last=max(edge.last for edge in edges),
        closed=max(ends) if len(ends) == len(edges) else None,
        said=said,
        steps=_each(edge.steps for edge in edges),
        via=_each(edge.via for edge in edges),
        count=max(edge.count for edge in edges),
        parts=_each(edge.parts for edge in edges)[:MOST_PARTS],
    )


def _each(values: Iterable[tuple[V, ...]]) -> tuple[V, ...]:
    """All of them, each once, in their order."""
    return tuple(dict.fromkeys(chain.from_iterable(values)))
