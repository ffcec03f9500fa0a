"""Dataset lineage for now: spans, their sources, and the reads that no claim explains (SEMANTICS §9), as SQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.lineage.graph import READS, Direction, Edge
from headwater_catalog.times import micros_of, stamp_s

Connection = AsyncConnection[TupleRow]

CURRENT = 2**63 - 1
"""As `after` below: only open spans count."""
ALL = -(2**63)
"""As `after` below: closed spans count too."""


def after(since: int | None, *, everything: bool = False) -> int:
    """The stamp after which a closed span must have ended to count: of `history: ALL`, of `since` (microseconds)."""
    if everything:
        return ALL
    # Beyond every stamp of that microsecond, whatever its phase: the span must end later than `since`.
    return CURRENT if since is None else stamp_s(1, since, 3)


# The reads of the statements that speak for a job (§9): its last confirmed run, a later declaration, a later other run.
# `jobs` is a relation of one column, id.
STATEMENTS: LiteralString = """
    SELECT jobs.id AS job, told.status, told.s, told.explicit, read.node, read.node = ANY(told.dangling) AS dangling
    FROM jobs CROSS JOIN LATERAL (
        WITH done AS (
            SELECT at_s AS s, at_h AS h, reads, dangling, explicit FROM run
            WHERE job = jobs.id AND confirmed ORDER BY at_s DESC, at_h DESC LIMIT 1
        ), declared AS (
            SELECT s, h, reads, dangling, explicit FROM declaration
            WHERE job = jobs.id ORDER BY s DESC, h DESC LIMIT 1
        ), loose AS (
            SELECT last_s AS s, last_h AS h, reads, dangling, explicit FROM run
            WHERE job = jobs.id AND NOT confirmed ORDER BY last_s DESC, last_h DESC LIMIT 1
        )
        SELECT 1 AS status, done.* FROM done
        UNION ALL
        SELECT 2, declared.* FROM declared
        WHERE NOT EXISTS (SELECT FROM done WHERE (done.s, done.h) >= (declared.s, declared.h))
        UNION ALL
        SELECT 3, loose.* FROM loose WHERE NOT EXISTS (SELECT FROM done WHERE (done.s, done.h) >= (loose.s, loose.h))
    ) told CROSS JOIN LATERAL unnest(told.reads) AS read(node)
"""

# Boundary edges dataset → job: a read that is dangling, or whose job is itself a source among the edges that count,
# unless that statement has explicit lineage.
BOUNDARY: LiteralString = """
    SELECT told.node, told.job, told.status, told.s FROM told
    JOIN name job ON job.id = told.job AND NOT job.retracted
    JOIN name read ON read.id = told.node AND NOT read.retracted
    WHERE (%(statuses)s::int[] IS NULL OR told.status = ANY(%(statuses)s))
        AND (%(methods)s::int[] IS NULL OR 5 = ANY(%(methods)s)) AND (told.dangling OR (NOT told.explicit AND EXISTS (
        SELECT FROM claim_source feed JOIN span fed ON fed.claim = feed.claim
        WHERE feed.node = told.job AND (fed.to_s IS NULL OR fed.to_s > %(after)s)
    )))
"""

EVERY = {"statuses": None, "methods": None}
"""What BOUNDARY is asked with where all edges count."""

# Of all spans those in some statuses, of claims by some methods; null: all.
PICKED_SPAN: LiteralString = "(%(statuses)s::int[] IS NULL OR span.status = ANY(%(statuses)s))"
PICKED_CLAIM: LiteralString = "(%(methods)s::int[] IS NULL OR claim.method = ANY(%(methods)s))"

# The jobs that may read some datasets so that a boundary edge follows: reads that are dangling in some run or
# declaration; and what jobs that are a source themselves read. That the statement which speaks now has it, STATEMENTS
# asks. Found by indexes: asking every job took 40 ms a step at 3,000 jobs.
READERS: LiteralString = """
    SELECT job AS id FROM run WHERE dangling <> '{}' AND dangling && %(nodes)s::int[]
    UNION SELECT job FROM declaration WHERE reads && %(nodes)s::int[]
    UNION SELECT job FROM run WHERE NOT confirmed AND reads && %(nodes)s::int[]
        AND EXISTS (SELECT FROM claim_source feed WHERE feed.node = run.job)
    UNION SELECT span.job FROM claim_source source JOIN span ON span.claim = source.claim
        WHERE source.node = ANY(%(nodes)s::int[])
            AND EXISTS (SELECT FROM claim_source feed WHERE feed.node = span.job)
"""

# The same of a span alone: without a filter no claim is looked up.
OF_METHOD: LiteralString = """
    (%(methods)s::int[] IS NULL
        OR (SELECT method FROM claim WHERE claim.id = span.claim) = ANY(%(methods)s::int[]))
"""

# One step upstream: the sources of all claims that hold for these targets. Claims first, once each: a run with 1,000
# inputs and 1,000 outputs is 1,000 rows and not a million.
REACH_UP: LiteralString = """
WITH claims AS (
    SELECT DISTINCT span.claim FROM span
    LEFT JOIN name job ON job.id = span.job
    JOIN name target ON target.id = span.target AND NOT target.retracted
    WHERE span.target = ANY(%(nodes)s::int[]) AND (span.to_s IS NULL OR span.to_s > %(after)s)
        AND job.retracted IS NOT TRUE AND {status} AND {of_method}
), jobs AS (SELECT id FROM name WHERE id = ANY(%(nodes)s::int[]) AND kind = 2), told AS ({statements})
SELECT source.node FROM claims JOIN claim_source source USING (claim)
JOIN name name ON name.id = source.node AND NOT name.retracted
UNION
SELECT node FROM ({boundary}) boundary
""".replace("{statements}", STATEMENTS).replace("{boundary}", BOUNDARY)
REACH_UP = REACH_UP.replace("{status}", PICKED_SPAN).replace("{of_method}", OF_METHOD)

# One step downstream: the targets of all claims that have one of these as source, and the jobs that only read them.
REACH_DOWN: LiteralString = (
    """
WITH claims AS (
    SELECT DISTINCT source.claim FROM claim_source source
    JOIN name name ON name.id = source.node AND NOT name.retracted
    WHERE source.node = ANY(%(nodes)s::int[])
), jobs AS ({readers}), told AS (
    SELECT * FROM ({statements}) told WHERE node = ANY(%(nodes)s::int[])
)
SELECT span.target FROM claims JOIN span USING (claim)
LEFT JOIN name job ON job.id = span.job
JOIN name name ON name.id = span.target AND NOT name.retracted
WHERE (span.to_s IS NULL OR span.to_s > %(after)s) AND job.retracted IS NOT TRUE AND {status}
    AND {of_method}
UNION
SELECT job FROM ({boundary}) boundary
""".replace("{readers}", READERS)
    .replace("{status}", PICKED_SPAN)
    .replace("{of_method}", OF_METHOD)
    .replace("{statements}", STATEMENTS)
    .replace("{boundary}", BOUNDARY)
)

# One row an edge, with the evidence of all of its spans; a limit cuts edges, never the evidence of one.
_WHOLE: LiteralString = """
SELECT node, target, job, status, method, min(first), max(last),
    CASE WHEN bool_and(closed IS NOT NULL) THEN max(closed) END, sum(said)::bigint
FROM ({spans}) AS span (node, target, job, status, method, first, last, closed, said)
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5 LIMIT %(limit)s
"""

# Edges into these targets.
EDGES_UP: LiteralString = (
    """
WITH jobs AS (SELECT id FROM name WHERE id = ANY(%(nodes)s::int[]) AND kind = 2), told AS ({statements})
""".replace("{statements}", STATEMENTS)
    + _WHOLE.replace(
        "{spans}",
        """
SELECT source.node, span.target, span.job, span.status, claim.method, span.from_s, span.last_s, span.to_s, span.n
FROM span
JOIN claim ON claim.id = span.claim
JOIN claim_source source ON source.claim = span.claim
JOIN name name ON name.id = source.node AND NOT name.retracted
JOIN name target ON target.id = span.target AND NOT target.retracted
LEFT JOIN name job ON job.id = span.job
WHERE span.target = ANY(%(nodes)s::int[]) AND (span.to_s IS NULL OR span.to_s > %(after)s)
    AND job.retracted IS NOT TRUE AND {status} AND {method}
    AND (%(far)s::int[] IS NULL OR source.node = ANY(%(far)s))
UNION ALL
SELECT node, job, job, status, 5, s, s, NULL, 1 FROM ({boundary}) boundary
WHERE %(far)s::int[] IS NULL OR node = ANY(%(far)s)
""".replace("{boundary}", BOUNDARY)
        .replace("{status}", PICKED_SPAN)
        .replace("{method}", PICKED_CLAIM),
    )
)

# Edges out of these sources.
EDGES_DOWN: LiteralString = (
    """
WITH jobs AS ({readers}), told AS (
    SELECT * FROM ({statements}) told WHERE node = ANY(%(nodes)s::int[])
)
""".replace("{readers}", READERS).replace("{statements}", STATEMENTS)
    + _WHOLE.replace(
        "{spans}",
        """
SELECT source.node, span.target, span.job, span.status, claim.method, span.from_s, span.last_s, span.to_s, span.n
FROM claim_source source
JOIN claim ON claim.id = source.claim
JOIN span ON span.claim = source.claim
JOIN name name ON name.id = source.node AND NOT name.retracted
JOIN name target ON target.id = span.target AND NOT target.retracted
LEFT JOIN name job ON job.id = span.job
WHERE source.node = ANY(%(nodes)s::int[]) AND (span.to_s IS NULL OR span.to_s > %(after)s) AND job.retracted IS NOT TRUE
    AND {status} AND {method} AND (%(far)s::int[] IS NULL OR span.target = ANY(%(far)s))
UNION ALL
SELECT node, job, job, status, 5, s, s, NULL, 1 FROM ({boundary}) boundary
WHERE %(far)s::int[] IS NULL OR job = ANY(%(far)s)
""".replace("{boundary}", BOUNDARY)
        .replace("{status}", PICKED_SPAN)
        .replace("{method}", PICKED_CLAIM),
    )
)

Row = tuple[int, int, int, int, int, int, int, int | None, int]


class DatasetSteps:
    """Steps between datasets (and jobs, where an edge itself begins or ends at one).

    statuses, methods: only along such edges; None: all. A caller sees by the length that its own limit was met.
    """

    def __init__(
        self,
        connection: Connection,
        after: int = CURRENT,
        statuses: Collection[int] | None = None,
        methods: Collection[int] | None = None,
    ) -> None:
        self.connection, self.after = connection, after
        self.cut = False
        self._picked = {
            "statuses": None if statuses is None else sorted(statuses),
            "methods": None if methods is None else sorted(methods),
        }

    async def reach(self, frontier: Sequence[int], direction: Direction) -> set[int]:
        """All nodes one step away."""
        statement = REACH_UP if direction is Direction.UP else REACH_DOWN
        given = {"nodes": list(frontier), "after": self.after, **self._picked}
        cursor = await self.connection.execute(statement, given, prepare=True)
        return {row[0] for row in await cursor.fetchall()}

    async def between(
        self, near: Sequence[int], far: Sequence[int] | None, direction: Direction, limit: int
    ) -> list[Edge[int]]:
        """Edges from near to far (None: to any) in that direction."""
        statement = EDGES_UP if direction is Direction.UP else EDGES_DOWN
        given = {
            "nodes": list(near),
            "far": None if far is None else list(far),
            "after": self.after,
            "limit": limit,
            **self._picked,
        }
        rows = await (await self.connection.execute(statement, given, prepare=True)).fetchall()
        return [_edge(row) for row in rows]


def _edge(row: Row) -> Edge[int]:
    source, target, job, status, method, first, last, closed, said = row
    return Edge(
        source, target, job, status, method, micros_of(first), micros_of(last), closed and micros_of(closed), said
    )


__all__ = ["ALL", "CURRENT", "EVERY", "READS", "Connection", "DatasetSteps", "after"]
