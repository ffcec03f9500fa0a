"""Column lineage for now: rows of claims between (dataset, column) nodes (SEMANTICS §9), as SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString

from headwater_catalog.lineage.edges import CURRENT, Connection
from headwater_catalog.lineage.graph import Column, Direction, Edge, Step, merged
from headwater_catalog.lineage.withheld import PAIRS
from headwater_catalog.times import micros_of

# Into these columns. A row without a target field holds for every known field of the target: top-level fields of its
# newest schema and all target fields of that claim; for the unknown column where none is known.
EDGES_UP: LiteralString = """
SELECT col.source, col.source_field, span.target, want.field, span.job, span.status, claim.method,
    span.from_s, span.last_s, span.to_s, span.n, col.type, col.subtype, col.masking
FROM unnest(%(nodes)s::int[], %(fields)s::text[]) AS want(node, field)
JOIN span ON span.target = want.node AND (span.to_s IS NULL OR span.to_s > %(after)s)
JOIN claim ON claim.id = span.claim
JOIN claim_column col ON col.claim = span.claim
JOIN name source ON source.id = col.source AND source.kind = 1 AND NOT source.retracted
JOIN name target ON target.id = span.target AND NOT target.retracted
LEFT JOIN name job ON job.id = span.job
WHERE job.retracted IS NOT TRUE AND CASE
    WHEN col.target_field IS NOT NULL THEN col.target_field = want.field
    WHEN want.field IS NOT NULL THEN
        EXISTS (SELECT FROM field WHERE node = span.target AND md5(path) = md5(want.field) AND path = want.field
            AND depth = 1)
        OR EXISTS (SELECT FROM claim_column o WHERE o.claim = span.claim AND o.target_field = want.field)
    ELSE
        NOT EXISTS (SELECT FROM field WHERE node = span.target AND depth = 1)
        AND NOT EXISTS (SELECT FROM claim_column o WHERE o.claim = span.claim AND o.target_field IS NOT NULL)
    END
LIMIT %(limit)s
"""

# Out of these columns; rows without a target field are spread over the known fields of the target.
EDGES_DOWN: LiteralString = """
SELECT col.source, col.source_field, span.target, coalesce(col.target_field, known.field), span.job, span.status,
    claim.method, span.from_s, span.last_s, span.to_s, span.n, col.type, col.subtype, col.masking
FROM unnest(%(nodes)s::int[], %(fields)s::text[]) AS want(node, field)
JOIN claim_column col ON col.source = want.node AND col.source_field IS NOT DISTINCT FROM want.field
JOIN claim ON claim.id = col.claim
JOIN span ON span.claim = col.claim AND (span.to_s IS NULL OR span.to_s > %(after)s)
JOIN name source ON source.id = col.source AND source.kind = 1 AND NOT source.retracted
JOIN name target ON target.id = span.target AND NOT target.retracted
LEFT JOIN name job ON job.id = span.job
LEFT JOIN LATERAL (
    SELECT path AS field FROM field WHERE node = span.target AND depth = 1
    UNION
    SELECT o.target_field FROM claim_column o WHERE o.claim = span.claim AND o.target_field IS NOT NULL
) known ON col.target_field IS NULL
WHERE job.retracted IS NOT TRUE
LIMIT %(limit)s
"""

# The far ends of column lineage upstream of many columns at once, along what flows into them (DIRECT): those without
# such a source of their own. One row a (start, end); without a depth in the row, so that a cycle ends. A limit bounds
# the rows that are walked.
ORIGINS: LiteralString = """
WITH RECURSIVE gone(source, target) AS ({gone}), walked(place, node, field) AS (
    SELECT place::int, node, field COLLATE "C"
    FROM unnest(%(nodes)s::int[], %(fields)s::text[]) WITH ORDINALITY AS want(node, field, place)
    UNION
    SELECT walked.place, col.source, col.source_field
    FROM walked
    JOIN span ON span.target = walked.node AND span.to_s IS NULL
    JOIN claim_column col ON col.claim = span.claim AND col.type = 'DIRECT'
        AND (col.target_field = walked.field OR col.target_field IS NULL)
    JOIN name source ON source.id = col.source AND source.kind = 1 AND NOT source.retracted
    LEFT JOIN name job ON job.id = span.job
    WHERE job.retracted IS NOT TRUE AND (col.source, span.target) NOT IN (SELECT * FROM gone)
), bounded AS MATERIALIZED (SELECT * FROM walked LIMIT %(limit)s)
SELECT b.place, b.node, b.field FROM bounded b
WHERE b.field IS NOT NULL AND NOT EXISTS (
    SELECT FROM span JOIN claim_column col ON col.claim = span.claim AND col.type = 'DIRECT'
    WHERE span.target = b.node AND span.to_s IS NULL AND (col.target_field = b.field OR col.target_field IS NULL)
        AND (col.source, coalesce(col.source_field, '')) <> (b.node, b.field)
        AND (col.source, span.target) NOT IN (SELECT * FROM gone)
)
ORDER BY 1, 2, 3
""".replace("{gone}", PAIRS)

MOST_ROWS = 200_000
"""Rows one step may give: beyond, the statement stops, and with it the answer is cut."""


class ColumnSteps:
    """Steps between columns. Cartesian claims have none; rows from jobs are detail, not edges."""

    def __init__(self, connection: Connection, after: int = CURRENT) -> None:
        self.connection, self.after = connection, after
        self.cut = False

    async def reach(self, frontier: Sequence[Column], direction: Direction) -> set[Column]:
        """All columns one step away."""
        edges = await self._edges(frontier, direction)
        return {edge.source if direction is Direction.UP else edge.target for edge in edges}

    async def between(
        self, near: Sequence[Column], far: Sequence[Column] | None, direction: Direction, limit: int
    ) -> list[Edge[Column]]:
        """Edges from near to far (None: to any) in that direction, their transformations united."""
        wanted = None if far is None else set(far)
        edges = await self._edges(near, direction)
        if wanted is not None:
            edges = [e for e in edges if (e.source if direction is Direction.UP else e.target) in wanted]
        return edges[:limit]

    async def _edges(self, nodes: Sequence[Column], direction: Direction) -> list[Edge[Column]]:
        statement = EDGES_UP if direction is Direction.UP else EDGES_DOWN
        given = {
            "nodes": [node for node, _ in nodes],
            "fields": [field for _, field in nodes],
            "after": self.after,
            "limit": MOST_ROWS,
        }
        rows = await (await self.connection.execute(statement, given, prepare=True)).fetchall()
        self.cut |= len(rows) >= MOST_ROWS
        return merged(column_edge(row) for row in rows)


async def origins(connection: Connection, columns: Sequence[Column]) -> list[list[Column]]:
    """For each column the far ends of its column lineage upstream, itself left out; one statement for all."""
    given = {"nodes": [n for n, _ in columns], "fields": [f for _, f in columns], "limit": MOST_ROWS}
    cursor = await connection.execute(ORIGINS, given, prepare=True)
    found: list[list[Column]] = [[] for _ in columns]
    for place, node, field in await cursor.fetchall():
        if (node, field) != columns[place - 1]:
            found[place - 1].append((node, field))
    return found


Row = tuple[int, str | None, int, str | None, int, int, int, int, int, int | None, int, str, str | None, bool]


def column_edge(row: Row) -> Edge[Column]:
    """The edge that a row of column lineage is, with its one transformation."""
    source, source_field, target, field, job, status, method, first, last, closed, said, how, subtype, masking = row
    return Edge(
        (source, source_field),
        (target, field),
        job,
        status,
        method,
        micros_of(first),
        micros_of(last),
        closed and micros_of(closed),
        said,
        (Step(how, subtype, masking),),
    )
