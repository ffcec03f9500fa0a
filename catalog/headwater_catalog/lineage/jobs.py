"""Lineage between jobs: who reads what another wrote, over the datasets between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import LiteralString, NamedTuple, Protocol

from headwater_catalog.lineage.edges import DatasetSteps
from headwater_catalog.lineage.graph import Direction, Edge, Steps, merged
from headwater_catalog.times import micros_of

MOST_EDGES = 200_000
"""Dataset edges one step between jobs may look at."""
MOST_VIEWS = 64
"""Datasets without a job (views of views) in a row that one step passes through."""

# Open spans, by the job that writes or by what is written; also those without any source.
WRITTEN: LiteralString = """
SELECT span.job, span.target, span.status, claim.method, span.from_s, span.last_s, span.to_s, span.n
FROM span JOIN claim ON claim.id = span.claim
JOIN name job ON job.id = span.job AND NOT job.retracted
JOIN name target ON target.id = span.target AND NOT target.retracted
WHERE (span.job = ANY(%(jobs)s) OR span.target = ANY(%(targets)s)) AND (span.to_s IS NULL OR span.to_s > %(after)s)
LIMIT %(limit)s
"""

# Which of these are jobs.
JOBS_AMONG: LiteralString = "SELECT id FROM name WHERE id = ANY(%(nodes)s) AND kind = 2"


class Written(NamedTuple):
    """A job writes a target. Times in microseconds; closed None: still so."""

    job: int
    target: int
    status: int
    method: int
    first: int
    last: int
    closed: int | None
    said: int


class Writing(Steps[int], Protocol):
    """Steps between datasets that also know who writes what."""

    async def written(self, jobs: Sequence[int] = (), targets: Sequence[int] = ()) -> list[Written]:
        """What these jobs write, and what is written to these targets."""
        ...

    async def jobs_among(self, nodes: Iterable[int]) -> set[int]:
        """Those of the nodes that are jobs."""
        ...


class WritingSteps(DatasetSteps):
    """Steps between datasets for now, with who writes what."""

    async def written(self, jobs: Sequence[int] = (), targets: Sequence[int] = ()) -> list[Written]:
        """What these jobs write, and what is written to these targets."""
        given = {"jobs": list(jobs), "targets": list(targets), "after": self.after, "limit": MOST_EDGES}
        rows = await (await self.connection.execute(WRITTEN, given)).fetchall()
        self.cut |= len(rows) >= MOST_EDGES
        return [
            Written(job, target, status, method, micros_of(first), micros_of(last), closed and micros_of(closed), said)
            for job, target, status, method, first, last, closed, said in rows
        ]

    async def jobs_among(self, nodes: Iterable[int]) -> set[int]:
        """Those of the nodes that are jobs."""
        cursor = await self.connection.execute(JOBS_AMONG, {"nodes": list(nodes)})
        return {row[0] for row in await cursor.fetchall()}


class JobSteps:
    """Steps between jobs: A → B where A writes a dataset that B reads. Datasets that no job makes (views) are passed.

    status is the weaker of both halves; via: the datasets where A's half ends.
    """

    def __init__(self, base: Writing) -> None:
        self.base = base
        self._cut = False

    @property
    def cut(self) -> bool:
        """Whether some answer met a limit."""
        return self._cut or self.base.cut

    async def reach(self, frontier: Sequence[int], direction: Direction) -> set[int]:
        """All jobs one step away."""
        edges = await self._edges(frontier, direction)
        return {edge.source if direction is Direction.UP else edge.target for edge in edges}

    async def between(
        self, near: Sequence[int], far: Sequence[int] | None, direction: Direction, limit: int
    ) -> list[Edge[int]]:
        """Edges from near to far (None: to any) in that direction."""
        wanted = None if far is None else set(far)
        edges = await self._edges(near, direction)
        if wanted is not None:
            edges = [e for e in edges if (e.source if direction is Direction.UP else e.target) in wanted]
        self._cut |= len(edges) >= limit
        return edges[:limit]

    async def _edges(self, jobs: Sequence[int], direction: Direction) -> list[Edge[int]]:
        return await (self._sources(jobs) if direction is Direction.UP else self._targets(jobs))

    async def _targets(self, jobs: Sequence[int]) -> list[Edge[int]]:
        written, own = await self.base.written(jobs=jobs), set(jobs)
        stated = await self.base.between(jobs, None, Direction.DOWN, MOST_EDGES)
        half = [(w.job, w.target, w) for w in written if w.job in own]
        half += [(e.source, e.target, _as_written(e, e.source)) for e in stated]
        ends = await self._through_views({(job, node) for job, node, _ in half}, Direction.DOWN)
        by_end = defaultdict(list)
        for job, node, evidence in half:
            for end in ends[job, node]:
                by_end[end].append((job, node, evidence))
        readers = await self.base.between(list(by_end), None, Direction.DOWN, MOST_EDGES)
        named = await self.base.jobs_among({e.target for e in readers} | by_end.keys())
        found = [_edge(job, job_of(e, named), node, w, e) for e in readers for job, node, w in by_end[e.source]]
        found += [_edge(job, end, node, w, w) for end in by_end if end in named for job, node, w in by_end[end]]
        return merged(edge for edge in found if edge.target)

    async def _sources(self, jobs: Sequence[int]) -> list[Edge[int]]:
        targets = {w.target for w in await self.base.written(jobs=jobs)}
        wanted = set(jobs)
        into = await self.base.between(list(targets | wanted), None, Direction.UP, MOST_EDGES)
        named = await self.base.jobs_among({e.target for e in into} | {e.source for e in into})
        half = [(job_of(e, named), e.source, e) for e in into if job_of(e, named) in wanted]
        ends = await self._through_views({(job, node) for job, node, _ in half}, Direction.UP)
        writers = await self._writers(list({end for found in ends.values() for end in found}))
        found = [_edge(w.job, job, end, w, e) for job, node, e in half for end in ends[job, node] for w in writers[end]]
        found += [_edge(e.source, job, e.source, e, e) for job, node, e in half if node in named]
        return merged(found)

    async def _writers(self, ends: list[int]) -> dict[int, list[Written]]:
        """Who writes each of these: by what it said itself, and by what others state with a job as the source."""
        found = await self.base.written(targets=ends)
        stated = await self.base.between(ends, None, Direction.UP, MOST_EDGES) if ends else []
        named = await self.base.jobs_among({e.source for e in stated})
        found += [_as_written(e, e.source) for e in stated if e.source in named]
        writers = defaultdict(list)
        for one in found:
            writers[one.target].append(one)
        return writers

    async def _through_views(
        self, starts: set[tuple[int, int]], direction: Direction
    ) -> dict[tuple[int, int], set[int]]:
        """For each (job, dataset) that dataset and those reached from it by edges of no job."""
        ends = {start: {start[1]} for start in starts}
        frontier = {node for _, node in starts}
        for _ in range(MOST_VIEWS):
            if not frontier:
                break
            edges = await self.base.between(list(frontier), None, direction, MOST_EDGES)
            turned = [
                (e.source, e.target) if direction is Direction.DOWN else (e.target, e.source)
                for e in edges
                if not e.job
            ]
            frontier = set()
            for near, far in turned:
                for found in ends.values():
                    if near in found and far not in found:
                        found.add(far)
                        frontier.add(far)
        self._cut |= bool(frontier)
        return ends


def job_of(edge: Edge[int], jobs: set[int]) -> int:
    """The job that reads the source of an edge: the target where that is a job, else who states it; 0 for none."""
    return edge.target if edge.target in jobs else edge.job


def _as_written(edge: Edge[int], job: int) -> Written:
    return Written(job, edge.target, edge.status, edge.method, edge.first, edge.last, edge.closed, edge.said)


def _edge(source: int, target: int, via: int, write: Written | Edge[int], read: Written | Edge[int]) -> Edge[int]:
    ends = [end for end in (write.closed, read.closed) if end is not None]
    return Edge(
        source,
        target,
        0,
        max(write.status, read.status),
        read.method,
        max(write.first, read.first),
        min(write.last, read.last),
        min(ends) if ends else None,
        min(write.said, read.said),
        via=() if via in (source, target) else (via,),
    )
