"""The order of answers: by names, never by the serial numbers that the order of ingestion gave."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import LiteralString

from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.graph import Act, Edge, Graph, K, whole

NAMES: LiteralString = "SELECT id, kind, ns, name FROM name WHERE id = ANY(%s)"

Place = tuple[int, str, str]
"""Kind, namespace and name."""
When = Callable[[Sequence[Act]], Awaitable[Mapping[Act, tuple[int, str]]]]
"""When runs and versions were, and what decides between equal times."""


class Ordering:
    """Sorts nodes and edges by their names; of one dataset or job by column, or by when a version or run was.

    when: tells when runs and versions were; see headwater_catalog.lineage.acts.
    """

    def __init__(self, connection: Connection, when: When | None = None) -> None:
        self._connection, self._when = connection, when
        self._acts: dict[Act, tuple[int, str]] = {}
        self._places: dict[int, Place] = {0: (0, "", "")}

    async def nodes(self, nodes: Iterable[K]) -> list[K]:
        """Nodes in their order."""
        wanted = list(nodes)
        await self.know(map(whole, wanted))
        await self._date(wanted)
        return sorted(wanted, key=self.key)

    async def graph(self, graph: Graph[K]) -> None:
        """Put all that an answer lists in order: nodes by distance, then by name, edges by their ends."""
        edges: Sequence[Edge[K]] = list(graph.edges.values())
        await self.know({*map(whole, graph.depth), *map(whole, graph.roots)}.union(*map(_told_of, edges)))
        await self._date([*graph.depth, *graph.roots])
        graph.roots.sort(key=self.key)
        placed = sorted(graph.depth.items(), key=lambda item: (abs(item[1]), item[1], self.key(item[0])))
        graph.depth = dict(placed)
        graph.edges = {edge.key: edge for edge in sorted(map(self._inside, edges), key=self.edge_key)}

    def key(self, node: K) -> tuple[Place, str | tuple[int, str]]:
        """What sorts a node that is known."""
        if isinstance(node, str):
            return self._places[0], node
        if isinstance(node, int):
            return self._places[node], ""
        owner, part = node
        if isinstance(part, int):
            return self._places[owner], self._acts.get((owner, part), (0, ""))
        return self._places[owner], part or ""

    def edge_key(self, edge: Edge[K]) -> tuple[object, ...]:
        """What sorts an edge whose ends and job are known."""
        return self.key(edge.source), self.key(edge.target), self._places[edge.job], edge.status, edge.method

    async def know(self, ids: Iterable[int]) -> None:
        """Look up names that are not known yet, at once."""
        unknown = list(set(ids) - self._places.keys())
        if unknown:
            rows = await (await self._connection.execute(NAMES, [unknown])).fetchall()
            self._places.update((row[0], (row[1], row[2], row[3])) for row in rows)

    async def _date(self, nodes: Iterable[K]) -> None:
        if self._when:
            acts = {act for node in nodes if (act := _act(node)) is not None}
            self._acts.update(await self._when(list(acts - self._acts.keys())))

    def _inside(self, edge: Edge[K]) -> Edge[K]:
        """An edge with what it tells in order."""
        if len(edge.via) < 2 and len(edge.steps) < 2:
            return edge
        via = tuple(sorted(edge.via, key=lambda one: self._places[one]))
        steps = tuple(sorted(edge.steps, key=lambda step: (step.type, step.subtype or "", step.masking)))
        return replace(edge, via=via, steps=steps)


def _told_of(edge: Edge[K]) -> set[int]:
    """The datasets and jobs that an edge tells of."""
    return {whole(edge.source), whole(edge.target), edge.job, *edge.via}


def _act(node: int | str | tuple[int, int | str | None]) -> Act | None:
    """A node as a run or version; None where it is none."""
    if isinstance(node, tuple) and isinstance(node[1], int):
        return node[0], node[1]
    return None
