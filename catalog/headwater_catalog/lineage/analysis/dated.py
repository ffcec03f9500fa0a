"""What the database knows beside the graph: how long jobs take, since when nothing reads a dataset, unused columns."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import LiteralString

from headwater_catalog.lineage.analysis.loading import MOST_NODES, Lineage, Rows, bounded
from headwater_catalog.lineage.edges import CURRENT, Connection
from headwater_catalog.lineage.withheld import PAIRS
from headwater_catalog.times import micros_of

MOST_COLUMNS = 200_000
"""Unused columns that are looked for; beyond, it takes a selector."""

# How long the last complete run of each job took, in microseconds; not of those whose start nobody told.
DURATIONS: LiteralString = """
SELECT job.name, greatest(run.ended - run.started, 0) FROM job CROSS JOIN LATERAL (
    SELECT started, ended FROM run WHERE run.job = job.name AND confirmed ORDER BY at_s DESC, at_h DESC LIMIT 1
) run WHERE run.ended IS NOT NULL AND run.started IS NOT NULL LIMIT %(limit)s
"""

# Of datasets: when the last edge from each to another was closed, or a run last read it that made nothing of it; when
# it was first written.
LAST_READ: LiteralString = """
SELECT wanted.node, greatest(
    (SELECT max(span.to_s) FROM claim_source source JOIN span ON span.claim = source.claim
        WHERE source.node = wanted.node AND span.target <> wanted.node),
    (SELECT max(run.last_s) FROM run WHERE run.dangling && ARRAY[wanted.node] AND run.dangling <> '{}')
), (SELECT min(span.from_s) FROM span WHERE span.target = wanted.node)
FROM unnest(%(nodes)s::int[]) AS wanted(node) LIMIT %(limit)s
"""

# What reads which columns: of open claims each source with the columns that are used; silent: it does not say which.
# Of the whole catalog by hashing all, of some datasets by index.
ALL_READ: LiteralString = """
    (SELECT span.claim, span.target FROM span
        JOIN name target ON target.id = span.target AND NOT target.retracted
        LEFT JOIN name job ON job.id = span.job
        WHERE (span.to_s IS NULL OR span.to_s > %(after)s) AND job.retracted IS NOT TRUE
    ) counted JOIN claim_source source ON source.claim = counted.claim AND source.node <> counted.target
"""
SOME_READ: LiteralString = """
    (SELECT DISTINCT unnest(%(nodes)s::int[]) AS node) wanted
    JOIN claim_source source ON source.node = wanted.node
    CROSS JOIN LATERAL (
        SELECT span.target FROM span
        JOIN name target ON target.id = span.target AND NOT target.retracted
        LEFT JOIN name job ON job.id = span.job
        WHERE span.claim = source.claim AND span.target <> source.node
            AND (span.to_s IS NULL OR span.to_s > %(after)s) AND job.retracted IS NOT TRUE
    ) counted
"""

# Columns of the newest schema (top level) that no edge between columns leads out of, of datasets out of which some does
# lead. A column is used where one below it is. Where a reader does not know which column it uses, none is told.
# sure: every reader says which columns it uses.
UNUSED_COLUMNS: LiteralString = """
WITH gone(source, target) AS MATERIALIZED ({gone}), reads AS MATERIALIZED (
    SELECT source.node, col.source_field AS path, col.claim IS NULL AS silent
    FROM {read} LEFT JOIN claim_column col ON col.claim = source.claim AND col.source = source.node
    WHERE (source.node, counted.target) NOT IN (SELECT * FROM gone)
    GROUP BY 1, 2, 3
), told AS MATERIALIZED (
    SELECT node, bool_or(silent) AS silent FROM reads
    GROUP BY node HAVING bool_or(NOT silent) AND bool_and(silent OR path IS NOT NULL)
), covered AS MATERIALIZED (
    SELECT node, path FROM reads WHERE path IS NOT NULL
    UNION
    SELECT node, left(path, place) FROM reads CROSS JOIN LATERAL generate_series(1, length(path) - 1) AS place
    WHERE strpos(path, '.') > 0 AND substr(path, place + 1, 1) = '.'
)
SELECT field.node, field.path, NOT told.silent AS sure
FROM told JOIN name ON name.id = told.node AND name.kind = 1 AND NOT name.retracted
JOIN field ON field.node = told.node AND field.depth = 1
WHERE NOT EXISTS (SELECT FROM covered WHERE covered.node = field.node AND covered.path = field.path)
ORDER BY field.node, field.path LIMIT %(limit)s
""".replace("{gone}", PAIRS)
UNUSED_OF_ALL: LiteralString = UNUSED_COLUMNS.replace("{read}", ALL_READ)
UNUSED_OF_SOME: LiteralString = UNUSED_COLUMNS.replace("{read}", SOME_READ)


@dataclass(frozen=True, slots=True)
class Unused:
    """A dataset that nothing reads, in microseconds: since when; read: something did until then.

    since is None where neither is known; where nothing ever read it, it is when the dataset was first written.
    """

    node: int
    since: int | None
    read: bool


@dataclass(frozen=True, slots=True)
class UnusedColumn:
    """A column that nothing reads; sure: false where some reader of its dataset does not say which columns it uses."""

    node: int
    path: str
    sure: bool


async def durations(connection: Connection) -> dict[int, int]:
    """Job → microseconds that its last complete run took; others are left out."""
    return dict(await bounded(connection, DURATIONS, {}, "jobs", MOST_NODES))


async def last_reads(connection: Connection, nodes: Collection[int]) -> list[Unused]:
    """Since when nothing reads these datasets, which nothing reads; the longest first, those not known last."""
    rows = await bounded(connection, LAST_READ, {"nodes": list(nodes)}, "datasets", MOST_NODES)
    return await asyncio.to_thread(_last_reads, rows, nodes)


def _last_reads(rows: Rows, nodes: Collection[int]) -> list[Unused]:
    place = {node: at for at, node in enumerate(nodes)}
    found = []
    for node, read, written in rows:
        since = written if read is None else read
        found.append(Unused(node, None if since is None else micros_of(since), read is not None))
    return sorted(found, key=lambda one: (one.since is None, one.since or 0, place[one.node]))


async def unused_columns(
    connection: Connection, lineage: Lineage, chosen: Collection[int] | None, after: int = CURRENT
) -> list[UnusedColumn]:
    """Columns that nothing reads, by the names of dataset and column. Raises GraphTooLarge."""
    if chosen is None:
        rows = await bounded(connection, UNUSED_OF_ALL, {"after": after}, "unused columns", MOST_COLUMNS)
    else:
        given = {"after": after, "nodes": list(chosen)}
        rows = await bounded(connection, UNUSED_OF_SOME, given, "unused columns", MOST_COLUMNS)
    return await asyncio.to_thread(_unused_columns, rows, lineage)


def _unused_columns(rows: Rows, lineage: Lineage) -> list[UnusedColumn]:
    # A job that reads a dataset without making anything of it does not say what it reads.
    quiet = {source for source, target, job in lineage.links if target == job}
    place = {node: at for at, node in enumerate(lineage.nodes)}
    found = [UnusedColumn(node, path, sure and node not in quiet) for node, path, sure in rows]
    return sorted(found, key=lambda one: (place[one.node], one.path))
