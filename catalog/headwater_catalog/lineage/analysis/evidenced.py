"""Edges of the whole catalog with their evidence, and lineage in memory that jobs are walked on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import LiteralString

from headwater_catalog.codes import BOUNDARY as WRITES
from headwater_catalog.lineage.analysis.loading import MOST_EDGES, READERS, Rows, bounded
from headwater_catalog.lineage.columns import column_edge
from headwater_catalog.lineage.edges import BOUNDARY, EVERY, STATEMENTS, Connection
from headwater_catalog.lineage.graph import READS, Column, Direction, Edge, merged, widest
from headwater_catalog.lineage.jobs import Written
from headwater_catalog.lineage.withheld import Pairs
from headwater_catalog.times import micros_of

# Edges between datasets, and those that begin or end at a job themselves: one row each, with all of its evidence.
EDGES: LiteralString = (
    """
WITH jobs AS ({readers}), told AS ({statements}), span_of AS (
    SELECT source.node, span.target, span.job, span.status, claim.method, span.from_s, span.last_s, span.to_s, span.n
    FROM span
    JOIN claim ON claim.id = span.claim
    JOIN claim_source source ON source.claim = span.claim
    JOIN name name ON name.id = source.node AND NOT name.retracted
    JOIN name target ON target.id = span.target AND NOT target.retracted
    LEFT JOIN name job ON job.id = span.job
    WHERE (span.to_s IS NULL OR span.to_s > %(after)s) AND job.retracted IS NOT TRUE
    UNION ALL
    SELECT node, job, job, status, 5, s, s, NULL, 1 FROM ({boundary}) boundary
)
SELECT node, target, job, status, method, min(from_s), max(last_s),
    CASE WHEN bool_and(to_s IS NOT NULL) THEN max(to_s) END, sum(n)::bigint
FROM span_of
WHERE %(nodes)s::int[] IS NULL
    OR (node IN (SELECT unnest(%(nodes)s::int[])) AND target IN (SELECT unnest(%(nodes)s::int[])))
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5 LIMIT %(limit)s
""".replace("{readers}", READERS)
    .replace("{statements}", STATEMENTS)
    .replace("{boundary}", BOUNDARY)
)

# Who writes what, also from nothing.
WRITTEN: LiteralString = """
SELECT span.job, span.target, span.status, claim.method, span.from_s, span.last_s, span.to_s, span.n
FROM span JOIN claim ON claim.id = span.claim
JOIN name job ON job.id = span.job AND NOT job.retracted
JOIN name target ON target.id = span.target AND NOT target.retracted
WHERE span.to_s IS NULL OR span.to_s > %(after)s
LIMIT %(limit)s
"""

# Column lineage: rows without a target field are spread over the known fields of the target (lineage/columns.py).
COLUMNS: LiteralString = """
SELECT col.source, col.source_field, span.target, coalesce(col.target_field, known.field), span.job, span.status,
    claim.method, span.from_s, span.last_s, span.to_s, span.n, col.type, col.subtype, col.masking
FROM claim_column col
JOIN claim ON claim.id = col.claim
JOIN span ON span.claim = col.claim AND (span.to_s IS NULL OR span.to_s > %(after)s)
JOIN name source ON source.id = col.source AND source.kind = 1 AND NOT source.retracted
JOIN name target ON target.id = span.target AND NOT target.retracted
LEFT JOIN name job ON job.id = span.job
LEFT JOIN LATERAL (
    SELECT path AS field FROM field WHERE col.target_field IS NULL AND node = span.target AND depth = 1
    UNION
    SELECT o.target_field FROM claim_column o
    WHERE col.target_field IS NULL AND o.claim = span.claim AND o.target_field IS NOT NULL
) known ON col.target_field IS NULL
WHERE job.retracted IS NOT TRUE AND (%(nodes)s::int[] IS NULL
    OR (col.source IN (SELECT unnest(%(nodes)s::int[])) AND span.target IN (SELECT unnest(%(nodes)s::int[]))))
LIMIT %(limit)s
"""


async def edge_rows(connection: Connection, after: int, nodes: Collection[int] | None) -> Rows:
    """Rows of edges between these datasets and jobs (None: all). Raises GraphTooLarge."""
    given = {"after": after, "nodes": None if nodes is None else list(nodes), **EVERY}
    return await bounded(connection, EDGES, given, "edges", MOST_EDGES)


async def written_rows(connection: Connection, after: int) -> Rows:
    """Rows of who writes what. Raises GraphTooLarge."""
    return await bounded(connection, WRITTEN, {"after": after}, "edges", MOST_EDGES)


async def column_rows(connection: Connection, after: int, nodes: Collection[int] | None) -> Rows:
    """Rows of edges between the columns of datasets (None: all). Raises GraphTooLarge."""
    given = {"after": after, "nodes": None if nodes is None else list(nodes)}
    return await bounded(connection, COLUMNS, given, "edges", MOST_EDGES)


def edges(rows: Rows, gone: Pairs) -> list[Edge[int]]:
    """Edges between datasets and jobs, without those that were taken back."""
    return [
        Edge(s, t, job, status, method, micros_of(first), micros_of(last), closed and micros_of(closed), said)
        for s, t, job, status, method, first, last, closed, said in rows
        if (s, t) not in gone
    ]


def written(rows: Rows, gone: Pairs) -> list[Written]:
    """Who writes what."""
    return [
        Written(job, target, status, method, micros_of(first), micros_of(last), closed and micros_of(closed), said)
        for job, target, status, method, first, last, closed, said in rows
        if (job, target) not in gone
    ]


def column_edges(rows: Rows, gone: Pairs) -> list[Edge[Column]]:
    """Edges between columns, their transformations united."""
    return merged(column_edge(row) for row in rows if (row[0], row[2]) not in gone)


def around_jobs(found: Iterable[Edge[int]], writes: Iterable[Written], jobs: Collection[int]) -> list[Edge[int]]:
    """Edges dataset → job → dataset instead of those between datasets; those of no job (views) as they are."""
    return widest(_halves(found, writes, jobs))


def _halves(found: Iterable[Edge[int]], writes: Iterable[Written], jobs: Collection[int]) -> Iterator[Edge[int]]:
    for edge in found:
        if not edge.job or edge.job == edge.target or edge.source in jobs:
            yield edge
        else:
            yield replace(edge, target=edge.job, method=READS)
    for one in writes:
        yield Edge(one.job, one.target, one.job, one.status, WRITES, one.first, one.last, one.closed, one.said)


class Held:
    """The `Writing` of what was loaded (lineage/jobs.py): nothing of it asks the database."""

    cut = False

    def __init__(self, found: Iterable[Edge[int]], writes: Iterable[Written], jobs: Collection[int]) -> None:
        self._jobs = jobs
        self._by_source, self._by_target = (
            defaultdict[int, list[Edge[int]]](list),
            defaultdict[int, list[Edge[int]]](list),
        )
        for edge in found:
            self._by_source[edge.source].append(edge)
            self._by_target[edge.target].append(edge)
        self._written = list(writes)

    async def reach(self, frontier: Sequence[int], direction: Direction) -> set[int]:
        """All nodes one step away."""
        near = await self.between(frontier, None, direction, MOST_EDGES)
        return {edge.source if direction is Direction.UP else edge.target for edge in near}

    async def between(
        self, near: Sequence[int], far: Sequence[int] | None, direction: Direction, limit: int
    ) -> list[Edge[int]]:
        """Edges from near to far (None: to any) in that direction."""
        up = direction is Direction.UP
        sides, wanted = self._by_target if up else self._by_source, None if far is None else set(far)
        found = [edge for node in dict.fromkeys(near) for edge in sides.get(node, ())]
        if wanted is not None:
            found = [edge for edge in found if (edge.source if up else edge.target) in wanted]
        self.cut |= len(found) > limit
        return found[:limit]

    async def written(self, jobs: Sequence[int] = (), targets: Sequence[int] = ()) -> list[Written]:
        """What these jobs write, and what is written to these targets."""
        by, to = set(jobs), set(targets)
        return [one for one in self._written if one.job in by or one.target in to]

    async def jobs_among(self, nodes: Iterable[int]) -> set[int]:
        """Those of the nodes that are jobs."""
        return {node for node in nodes if node in self._jobs}
