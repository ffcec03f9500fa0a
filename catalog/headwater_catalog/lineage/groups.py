"""Lineage between zones or namespaces: datasets collapsed into what they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import LiteralString

from headwater_catalog.lineage.bridge import STRENGTH, BridgedSteps, Hiding, parts_of
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.graph import MOST_EDGES, MOST_PARTS, Direction, Edge, Steps, far_of
from headwater_catalog.lineage.jobs import Writing

MOST_MEMBERS = 100_000
"""Datasets that one step looks at."""

# Where datasets belong: their zone ("": none), their namespace.
ZONES: LiteralString = "SELECT node, coalesce(zone, '') FROM dataset WHERE name = node AND node = ANY(%s)"
NAMESPACES: LiteralString = """
SELECT dataset.node, name.ns FROM dataset JOIN name ON name.id = dataset.node
WHERE dataset.name = dataset.node AND dataset.node = ANY(%s)
"""

# What belongs to some zones or namespaces.
IN_ZONES: LiteralString = """
SELECT dataset.node, coalesce(dataset.zone, '') FROM dataset JOIN name ON name.id = dataset.node AND NOT name.retracted
WHERE dataset.name = dataset.node AND (dataset.zone = ANY(%(groups)s) OR dataset.zone IS NULL AND '' = ANY(%(groups)s))
ORDER BY name.ns, name.name LIMIT %(limit)s
"""
IN_NAMESPACES: LiteralString = """
SELECT dataset.node, name.ns FROM name
JOIN dataset ON dataset.name = name.id AND dataset.node = name.id
WHERE name.kind = 1 AND name.ns = ANY(%(groups)s) AND NOT name.retracted ORDER BY name.ns, name.name LIMIT %(limit)s
"""
STATEMENTS: dict[str, tuple[LiteralString, LiteralString]] = {
    "zone": (ZONES, IN_ZONES),
    "namespace": (NAMESPACES, IN_NAMESPACES),
}


class Jobs:
    """Hides jobs, and what else is hidden: between datasets a job that lineage leads through is no end."""

    def __init__(self, writing: Writing, hidden: Hiding[int] | None = None) -> None:
        self._writing, self._hidden = writing, hidden

    async def among(self, nodes: Collection[int]) -> set[int]:
        """Those of the nodes that are hidden."""
        others = await self._hidden.among(nodes) if self._hidden else set()
        return others | await self._writing.jobs_among(nodes)


class GroupSteps:
    """Steps between zones or namespaces, by name: one edge for each pair that edges between their datasets lead over.

    It is as strong as the strongest of them, and counts them. Edges within one zone or namespace are left out.
    """

    def __init__(self, connection: Connection, steps: Steps[int], hidden: Hiding[int], by: str) -> None:
        self._connection, self._hidden = connection, hidden
        self._steps = BridgedSteps(steps, hidden)
        self._groups: LiteralString = STATEMENTS[by][0]
        self._members: LiteralString = STATEMENTS[by][1]
        self._known: dict[int, str] = {}
        self._cut = False

    @property
    def cut(self) -> bool:
        """Whether some answer met a limit."""
        return self._cut or self._steps.cut

    async def groups_of(self, nodes: Iterable[int]) -> dict[int, str]:
        """Where each dataset belongs; jobs are left out."""
        wanted = set(nodes)
        unknown = list(wanted - self._known.keys())
        if unknown:
            self._known.update(await (await self._connection.execute(self._groups, [unknown])).fetchall())
        return {node: self._known[node] for node in wanted if node in self._known}

    async def reach(self, frontier: Sequence[str], direction: Direction) -> set[str]:
        """All zones or namespaces one step away."""
        found = await self._steps.reach(await self._datasets(frontier), direction)
        return set((await self.groups_of(found)).values())

    async def between(
        self, near: Sequence[str], far: Sequence[str] | None, direction: Direction, limit: int
    ) -> list[Edge[str]]:
        """Edges from near to far (None: to any) in that direction."""
        edges = await self._steps.between(await self._datasets(near), None, direction, MOST_EDGES)
        self._cut |= len(edges) >= MOST_EDGES
        groups = await self.groups_of({end for edge in edges for end in (edge.source, edge.target)})
        pairs: defaultdict[tuple[str, str], list[Edge[int]]] = defaultdict(list)
        for edge in edges:
            ends = groups.get(edge.source), groups.get(edge.target)
            if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
                pairs[ends[0], ends[1]].append(edge)
        found = [_edge(source, target, edges) for (source, target), edges in pairs.items()]
        wanted = None if far is None else set(far)
        return [edge for edge in found if wanted is None or far_of(edge, direction) in wanted][:limit]

    async def _datasets(self, groups: Sequence[str]) -> list[int]:
        given = {"groups": list(groups), "limit": MOST_MEMBERS}
        rows = await (await self._connection.execute(self._members, given)).fetchall()
        self._known.update(rows)
        self._cut |= len(rows) >= MOST_MEMBERS
        members = [node for node, _ in rows]
        hidden = await self._hidden.among(members)
        return [node for node in members if node not in hidden]


def _edge(source: str, target: str, edges: Sequence[Edge[int]]) -> Edge[str]:
    """The widest of edges between two."""
    closed = [edge.closed for edge in edges]
    ends = [end for end in closed if end is not None]
    parts = dict.fromkeys(part for edge in edges[:MOST_PARTS] for part in parts_of(edge))
    return Edge(
        source,
        target,
        0,
        min(edge.status for edge in edges),
        STRENGTH[min(STRENGTH.index(edge.method) for edge in edges)],
        min(edge.first for edge in edges),
        max(edge.last for edge in edges),
        max(ends) if len(ends) == len(edges) else None,
        max(edge.said for edge in edges),
        count=len(edges),
        parts=tuple(parts)[:MOST_PARTS],
    )


__all__ = ["GroupSteps", "Jobs"]
