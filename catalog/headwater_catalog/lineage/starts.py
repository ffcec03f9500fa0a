"""Where walks of other granularities begin: jobs, columns or data of the datasets and jobs that are named."""

from __future__ import annotations

from typing import LiteralString

from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.graph import MOST_EDGES, Column, Direction
from headwater_catalog.lineage.jobs import Writing

MOST_ROOT_COLUMNS = 5_000

# The columns of datasets: of the newest schema, those that open claims make, and those that claims use.
COLUMNS_OF: LiteralString = """
SELECT col.node, col.path FROM (
    SELECT node, path FROM field WHERE node = ANY(%(nodes)s) AND depth = 1
    UNION
    SELECT span.target, col.target_field FROM span JOIN claim_column col ON col.claim = span.claim
    WHERE span.target = ANY(%(nodes)s) AND span.to_s IS NULL AND col.target_field IS NOT NULL
    UNION
    SELECT col.source, col.source_field FROM claim_column col WHERE col.source = ANY(%(nodes)s)
        AND EXISTS (SELECT FROM write said WHERE said.claim = col.claim)
) col JOIN name ON name.id = col.node ORDER BY name.ns, name.name, col.path LIMIT %(limit)s
"""


async def jobs_of(steps: Writing, named: list[int]) -> list[int]:
    """The jobs among the nodes, and those that write the others; of one that none writes, those that read it."""
    found = await steps.jobs_among(named)
    others = [node for node in named if node not in found]
    if others:
        writes = [one for one in await steps.written(targets=others) if one.job]
        unwritten = sorted(set(others) - {one.target for one in writes})
        found |= {one.job for one in writes}
        if unwritten:
            found |= {edge.job for edge in await steps.between(unwritten, None, Direction.DOWN, MOST_EDGES) if edge.job}
    return sorted(found)


async def targets_of(steps: Writing, named: list[int]) -> list[int]:
    """What the jobs among the nodes write."""
    jobs = await steps.jobs_among(named)
    return sorted({one.target for one in await steps.written(jobs=list(jobs)) if one.job in jobs}) if jobs else []


async def data_of(steps: Writing, jobs: list[int]) -> list[int]:
    """What these jobs write; what one that writes nothing reads."""
    writes = [one for one in await steps.written(jobs=jobs) if one.job in jobs] if jobs else []
    silent = sorted(set(jobs) - {one.job for one in writes})
    read = await steps.between(silent, None, Direction.UP, MOST_EDGES) if silent else []
    return sorted({one.target for one in writes} | {edge.source for edge in read})


async def columns_of(connection: Connection, named: list[int]) -> list[Column]:
    """All columns of datasets, as many as a question begins with."""
    if not named:
        return []
    cursor = await connection.execute(COLUMNS_OF, {"nodes": named, "limit": MOST_ROOT_COLUMNS + 1})
    return [(node, path) for node, path in await cursor.fetchall()]
