"""Lineage between jobs: who reads what another wrote, over the datasets between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import LiteralString, NamedTuple, Protocol

from headwater_catalog.lineage.edges import DatasetSteps
from headwater_catalog.lineage.graph import MOST_EDGES, Direction, Edge, Part, Steps, far_of, near_of, part_of, widest
from headwater_catalog.times import micros_of

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
    """A job writes a target. Times in microseconds; closed None: still so. by: who states it, 0: the job itself."""

    job: int
    target: int
    status: int
    method: int
    first: int
    last: int
    closed: int | None
    said: int
    by: int = 0


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

    Where B states a job as a source itself, that one leads to B. status is the weaker of both halves, method that of
    the reading one; via: the datasets where A's half ends. Both ways put together the same halves.
    """

    def __init__(self, base: Writing) -> None:
        self.base = base
        self._cut = False
        self._last: dict[Direction, tuple[frozenset[int], list[Edge[int]]]] = {}

    @property
    def cut(self) -> bool:
        """Whether some answer met a limit."""
        return self._cut or self.base.cut

    async def reach(self, frontier: Sequence[int], direction: Direction) -> set[int]:
        """All jobs one step away."""
        return {far_of(edge, direction) for edge in await self._edges(frontier, direction)}

    async def between(
        self, near: Sequence[int], far: Sequence[int] | None, direction: Direction, limit: int
    ) -> list[Edge[int]]:
        """Edges from near to far (None: to any) in that direction."""
        wanted = None if far is None else set(far)
        edges = await self._edges(near, direction)
        if wanted is not None:
            edges = [edge for edge in edges if far_of(edge, direction) in wanted]
        return edges[:limit]

    async def _edges(self, jobs: Sequence[int], direction: Direction) -> list[Edge[int]]:
        """A walk asks where a step leads, and then for its edges: the last answer of either way is remembered."""
        asked, last = frozenset(jobs), self._last.get(direction)
        if last is None or last[0] != asked:
            found = await (self._sources(jobs) if direction is Direction.UP else self._targets(jobs))
            last = self._last[direction] = asked, found
        return last[1]

    async def _targets(self, jobs: Sequence[int]) -> list[Edge[int]]:
        wanted = set(jobs)
        stated = await self._ask(jobs, Direction.DOWN)
        stated = [edge for edge in stated if edge.source in wanted]
        written = [one for one in await self.base.written(jobs=jobs) if one.job in wanted]
        written += [_as_written(edge) for edge in stated]
        named = await self.base.jobs_among({one.target for one in written})
        written = [one for one in written if one.target not in named]
        ends = await self._through_views({one.target for one in written}, Direction.DOWN)
        readers = await self._ask({end for found in ends.values() for end in found}, Direction.DOWN)
        named |= await self.base.jobs_among({edge.target for edge in readers})
        reading = defaultdict(list)
        for edge in readers:
            reading[edge.source].append(edge)
        found = [
            _edge(one, edge, job_of(edge, named))
            for one in written
            for end in ends[one.target]
            for edge in reading[end]
            if job_of(edge, named)
        ]
        return widest(found + [_fed(edge, job_of(edge, named)) for edge in stated if job_of(edge, named)])

    async def _sources(self, jobs: Sequence[int]) -> list[Edge[int]]:
        wanted = set(jobs)
        targets = {one.target for one in await self.base.written(jobs=jobs) if one.job in wanted}
        into = await self._ask(targets | wanted, Direction.UP)
        named = await self.base.jobs_among({end for edge in into for end in (edge.source, edge.target)})
        reads = [edge for edge in into if job_of(edge, named) in wanted]
        ends = await self._through_views({edge.source for edge in reads} - named, Direction.UP)
        writers = await self._writers({end for found in ends.values() for end in found})
        found = [
            _edge(one, edge, job_of(edge, named))
            for edge in reads
            for end in ends.get(edge.source, ())
            for one in writers[end]
        ]
        return widest(found + [_fed(edge, job_of(edge, named)) for edge in reads if edge.source in named])

    async def _writers(self, ends: Collection[int]) -> dict[int, list[Written]]:
        """Who writes each of these: by what it said itself, and by what others state with a job as the source."""
        found = await self.base.written(targets=list(ends))
        stated = await self._ask(ends, Direction.UP)
        named = await self.base.jobs_among({edge.source for edge in stated})
        found += [_as_written(edge) for edge in stated if edge.source in named]
        writers = defaultdict(list)
        for one in found:
            writers[one.target].append(one)
        return writers

    async def _through_views(self, starts: Collection[int], direction: Direction) -> dict[int, set[int]]:
        """For each dataset itself and the datasets reached from it by edges of no job."""
        ends = {start: {start} for start in starts}
        frontier = set(starts)
        for _ in range(MOST_VIEWS):
            if not frontier:
                break
            views = [edge for edge in await self._ask(frontier, direction) if not edge.job]
            jobs = await self.base.jobs_among({far_of(edge, direction) for edge in views})
            frontier = set()
            for edge in views:
                near, far = near_of(edge, direction), far_of(edge, direction)
                for found in ends.values():
                    if near in found and far not in found and far not in jobs:
                        found.add(far)
                        frontier.add(far)
        self._cut |= bool(frontier)
        return ends

    async def _ask(self, near: Collection[int], direction: Direction) -> list[Edge[int]]:
        """All edges in a direction, as many as a step looks at."""
        edges = await self.base.between(list(near), None, direction, MOST_EDGES) if near else []
        self._cut |= len(edges) >= MOST_EDGES
        return edges


def job_of(edge: Edge[int], jobs: set[int]) -> int:
    """The job that reads the source of an edge: the target where that is a job, else who states it; 0 for none."""
    return edge.target if edge.target in jobs else edge.job


def _as_written(edge: Edge[int]) -> Written:
    """What somebody states of a job as the source, as what that job writes."""
    return Written(
        edge.source, edge.target, edge.status, edge.method, edge.first, edge.last, edge.closed, edge.said, edge.job
    )


def _edge(write: Written, read: Edge[int], reader: int) -> Edge[int]:
    """write.job → reader: it holds since both halves do, and as long."""
    ends = [end for end in (write.closed, read.closed) if end is not None]
    first = max(write.first, read.first)
    wrote = Part(write.job, write.target, write.by) if write.by else Part(0, write.target, write.job)
    return Edge(
        write.job,
        reader,
        0,
        max(write.status, read.status),
        read.method,
        first,
        max(first, min(write.last, read.last)),
        min(ends) if ends else None,
        min(write.said, read.said),
        via=(write.target,),
        parts=(wrote, part_of(read)),
    )


def _fed(edge: Edge[int], reader: int) -> Edge[int]:
    """What somebody states of a job as the source, as an edge to who reads it."""
    return replace(edge, target=reader, job=0, via=(), parts=(part_of(edge),))
