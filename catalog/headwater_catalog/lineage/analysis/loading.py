"""The graph of the whole catalog in memory: few set-based statements, bounded, without what was taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, LiteralString, NamedTuple

from headwater_catalog.errors import TooLarge
from headwater_catalog.lineage.edges import BOUNDARY, CURRENT, EVERY, STATEMENTS, Connection
from headwater_catalog.lineage.withheld import Pairs, withheld
from headwater_catalog.reading.nodes import full_name

MOST_NODES = 250_000
"""Datasets and jobs of a graph."""
MOST_EDGES = 500_000
"""Edges of a graph: a source, a target and who states it."""
CHUNK = 5_000
"""Rows between two turns of the event loop."""
Rows = list[tuple[Any, ...]]

# Datasets and jobs, in the order of their names; parent: of a job, what its runs named last.
NODES: LiteralString = """
SELECT name.id, name.kind, name.ns, name.name, NULL::int FROM name
WHERE NOT name.retracted AND name.id IN (SELECT node FROM dataset)
UNION ALL
SELECT name.id, name.kind, name.ns, name.name, job.parent FROM job JOIN name ON name.id = job.name
WHERE NOT name.retracted
ORDER BY 2, 3, 4 LIMIT %(limit)s
"""

# All that reads without that a claim says what from it (edges.READERS, of every dataset).
READERS: LiteralString = """
    SELECT job AS id FROM run WHERE dangling <> '{}' AND job IS NOT NULL
    UNION SELECT job FROM declaration
    UNION SELECT feed.node FROM claim_source feed JOIN name ON name.id = feed.node AND name.kind = 2
"""

# Who makes what from what: edges between datasets, and those that begin or end at a job themselves.
LINKS: LiteralString = (
    """
WITH held AS (
    SELECT DISTINCT span.claim, span.target, span.job FROM span
    JOIN name target ON target.id = span.target AND NOT target.retracted
    LEFT JOIN name job ON job.id = span.job
    WHERE (span.to_s IS NULL OR span.to_s > %(after)s) AND job.retracted IS NOT TRUE
), jobs AS ({readers}), told AS ({statements})
SELECT source.node, held.target, held.job FROM held JOIN claim_source source USING (claim)
JOIN name name ON name.id = source.node AND NOT name.retracted
UNION
SELECT node, job, job FROM ({boundary}) boundary
LIMIT %(limit)s
""".replace("{readers}", READERS)
    .replace("{statements}", STATEMENTS)
    .replace("{boundary}", BOUNDARY)
)

# Who writes what, also from nothing; status: the surest.
WRITES: LiteralString = """
SELECT span.job, span.target, min(span.status) FROM span
JOIN name job ON job.id = span.job AND NOT job.retracted
JOIN name target ON target.id = span.target AND NOT target.retracted
WHERE span.to_s IS NULL OR span.to_s > %(after)s
GROUP BY 1, 2 LIMIT %(limit)s
"""


class Node(NamedTuple):
    """A dataset or job. ref: its whole name; parent: the job that started it."""

    kind: int
    ref: str
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Lineage:
    """The lineage of a catalog at one moment, by ids of the database.

    nodes: in the order of their names. links: (source, target, job that states it or 0).
    writes: (job, dataset) → status, for every job that writes, also from nothing. gone: edges that were taken back.
    """

    nodes: Mapping[int, Node]
    links: Collection[tuple[int, int, int]]
    writes: Mapping[tuple[int, int], int] = field(default_factory=dict)
    gone: Pairs = frozenset()


class GraphTooLarge(TooLarge):
    """A graph has more nodes or edges than are held in memory at once."""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(
            "graph_too_large",
            f"The graph has more than {most:,} {what}.",
            "Name a part, such as a zone or `+dataset+`: `headwater export --format` and `headwater lineage` take one.",
            most=most,
        )


async def load(connection: Connection, after: int = CURRENT) -> Lineage:
    """The lineage of the whole catalog as the connection sees it; after: see headwater_catalog.lineage.edges.after.

    Raises GraphTooLarge.
    """
    named = await bounded(connection, NODES, {}, "datasets and jobs", MOST_NODES)
    gone = await withheld(connection)
    links = await bounded(connection, LINKS, {"after": after, **EVERY}, "edges", MOST_EDGES)
    writes = await bounded(connection, WRITES, {"after": after}, "edges", MOST_EDGES)
    return await asyncio.to_thread(_made, named, links, writes, gone)


def _made(named: Rows, links: Rows, writes: Rows, gone: Pairs) -> Lineage:
    return Lineage(
        {one: Node(kind, full_name(ns, name), parent) for one, kind, ns, name, parent in named},
        [(source, target, job) for source, target, job in links if (source, target) not in gone],
        {(job, target): status for job, target, status in writes if (job, target) not in gone},
        gone,
    )


async def bounded(
    connection: Connection, statement: LiteralString, given: Mapping[str, object], what: str, most: int
) -> Rows:
    """The rows of a statement, which are `what`; others have their turn in between. Raises GraphTooLarge."""
    cursor = await connection.execute(statement, {**given, "limit": most + 1})
    found: Rows = []
    while rows := await cursor.fetchmany(CHUNK):
        found += rows
        await asyncio.sleep(0)
    if len(found) > most:
        raise GraphTooLarge(what, most)
    return found


__all__ = ["MOST_EDGES", "MOST_NODES", "GraphTooLarge", "Lineage", "Node", "Pairs", "bounded", "load"]
