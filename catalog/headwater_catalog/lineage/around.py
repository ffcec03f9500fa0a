"""Jobs that a selector names, among datasets: a step leads from what one reads to it, and from it to its targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from headwater_catalog.codes import BOUNDARY
from headwater_catalog.lineage.graph import MOST_EDGES, READS, Direction, Edge, far_of, widest
from headwater_catalog.lineage.jobs import Writing


class AroundJobs:
    """Steps between datasets, and between these jobs and the datasets that they read and write."""

    def __init__(self, steps: Writing, jobs: Iterable[int]) -> None:
        self._steps = steps
        self._jobs = frozenset(jobs)
        self._cut = False

    @property
    def cut(self) -> bool:
        """Whether some answer met a limit."""
        return self._cut or self._steps.cut

    async def reach(self, frontier: Sequence[int], direction: Direction) -> set[int]:
        """All nodes one step away."""
        found = await self._steps.reach(frontier, direction)
        own = await self._own(self._jobs.intersection(frontier), direction)
        return found | {far_of(edge, direction) for edge in own}

    async def between(
        self, near: Sequence[int], far: Sequence[int] | None, direction: Direction, limit: int
    ) -> list[Edge[int]]:
        """Edges from near to far (None: to any) in that direction."""
        edges = await self._steps.between(near, far, direction, limit)
        known = {(edge.source, edge.target) for edge in edges}
        wanted = None if far is None else set(far)
        own = await self._own(self._jobs.intersection(near), direction)
        # An edge that itself begins or ends at the job says more than ours does.
        edges += [
            edge
            for edge in own
            if (edge.source, edge.target) not in known and (wanted is None or far_of(edge, direction) in wanted)
        ]
        return edges[:limit]

    async def _own(self, jobs: frozenset[int], direction: Direction) -> list[Edge[int]]:
        if not jobs:
            return []
        return await (self._read(jobs) if direction is Direction.UP else self._written(jobs))

    async def _read(self, jobs: frozenset[int]) -> list[Edge[int]]:
        targets = list({one.target for one in await self._steps.written(jobs=list(jobs))})
        into = await self._steps.between(targets, None, Direction.UP, MOST_EDGES) if targets else []
        # Of a job that writes several datasets each says the same reads.
        found = [replace(e, target=e.job, method=READS) for e in into if e.job in jobs and e.source != e.job]
        return widest(replace(edge, steps=(), via=()) for edge in found)

    async def _written(self, jobs: frozenset[int]) -> list[Edge[int]]:
        written = [one for one in await self._steps.written(jobs=list(jobs)) if one.job in jobs]
        return widest(
            Edge(one.job, one.target, one.job, one.status, BOUNDARY, one.first, one.last, one.closed, one.said)
            for one in written
        )
