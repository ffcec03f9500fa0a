"""Lineage between jobs where what a task started stands as the task: jobs collapsed into their parents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import LiteralString

from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.graph import MOST_EDGES, Direction, Edge, Steps, widest

MOST_MEMBERS = 100_000
"""Jobs that one step looks at."""

# The parents of jobs. One that was taken back is none: its children are outermost jobs.
PARENTS: LiteralString = """
SELECT job.name, parent.id FROM job JOIN name parent ON parent.id = job.parent AND NOT parent.retracted
WHERE job.name = ANY(%s)
"""

CHILDREN: LiteralString = """
SELECT job.name, job.parent FROM job JOIN name ON name.id = job.name AND NOT name.retracted
WHERE job.parent = ANY(%s) ORDER BY job.name LIMIT %s
"""


def standing(job: int, level: int, parents: Mapping[int, int]) -> int:
    """As which job this one stands: its ancestor on that level (1: the outermost), itself where it is not below it.

    A job whose ancestors lie on a cycle has no outermost one, and stays as it is.
    """
    chain = [job]
    while (parent := parents.get(chain[-1])) is not None:
        if parent in chain:
            return job
        chain.append(parent)
    return chain[-level] if level <= len(chain) else job


class CollapsedSteps:
    """Steps between jobs, in which each job below a level of its hierarchy stands as its ancestor on that level.

    Edges between jobs that stand as the same one are left out; a job that reads what it writes keeps its loop.
    """

    def __init__(self, connection: Connection, base: Steps[int], level: int) -> None:
        self._connection, self._base, self._level = connection, base, level
        self._parents: dict[int, int] = {}
        self._known: set[int] = set()
        self._cut = False

    @property
    def cut(self) -> bool:
        """Whether some answer met a limit."""
        return self._cut or self._base.cut

    async def standing(self, jobs: Iterable[int]) -> dict[int, int]:
        """As which job each of these stands."""
        wanted = set(jobs)
        unknown = wanted - self._known
        while unknown:
            rows = await (await self._connection.execute(PARENTS, [list(unknown)])).fetchall()
            self._parents.update(rows)
            self._known |= unknown
            unknown = {parent for _, parent in rows} - self._known
        return {job: standing(job, self._level, self._parents) for job in wanted}

    async def reach(self, frontier: Sequence[int], direction: Direction) -> set[int]:
        """All jobs one step away."""
        found = await self._base.reach(await self._members(frontier), direction)
        return set((await self.standing(found)).values())

    async def between(
        self, near: Sequence[int], far: Sequence[int] | None, direction: Direction, limit: int
    ) -> list[Edge[int]]:
        """Edges from near to far (None: to any) in that direction."""
        others = None if far is None else await self._members(far)
        edges = await self._base.between(await self._members(near), others, direction, MOST_EDGES)
        self._cut |= len(edges) >= MOST_EDGES
        stands = await self.standing(end for edge in edges for end in (edge.source, edge.target))
        found = widest(
            replace(edge, source=stands[edge.source], target=stands[edge.target])
            for edge in edges
            if edge.source == edge.target or stands[edge.source] != stands[edge.target]
        )
        return found[:limit]

    async def _members(self, nodes: Sequence[int]) -> list[int]:
        """The jobs that stand as these: themselves, and all below those that are on the level."""
        members = dict.fromkeys(nodes)
        await self.standing(nodes)
        frontier = [node for node in nodes if self._is_on_level(node)]
        while frontier:
            rows = await (await self._connection.execute(CHILDREN, [frontier, MOST_MEMBERS])).fetchall()
            self._parents.update(rows)
            frontier = [child for child, _ in rows if child not in members]
            self._known.update(frontier)
            members.update(dict.fromkeys(frontier))
            self._cut |= len(members) >= MOST_MEMBERS
            if self._cut:
                break
        return list(members)

    def _is_on_level(self, node: int) -> bool:
        """Whether a child of it would stand as it."""
        return standing(-1, self._level, {**self._parents, -1: node}) == node
