"""Lineage between runs and the versions of datasets between them (docs/decisions/0009), as SQL.

A run leads to each version that it made; a version leads to each run that read it. Which version a run read is told by
time: of the dataset's versions the last one by its start, its own left out; none known: that before all versions.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import LiteralString, NamedTuple

from psycopg.rows import TupleRow

from headwater_catalog.codes import BOUNDARY, OBSERVED, UNCONFIRMED
from headwater_catalog.lineage.edges import CURRENT, Connection
from headwater_catalog.lineage.graph import MOST_EDGES, READS, Act, Direction, Edge, Part, far_of
from headwater_catalog.reading.quality import MADE
from headwater_catalog.times import micros_of

MOST_VERSIONS = 1_000
"""Versions of a dataset, or runs of a job, that a question about its past begins with: the last ones."""

# The version of a dataset {dataset} by a stamp {until}, without what teller {reader} made. An explicit version that is
# equal to the one before is no new one: it is that of the first row that has it.
VERSION_BY: LiteralString = """
LEFT JOIN LATERAL (
    SELECT w.s, w.h, w.teller, w.version FROM write w
    WHERE w.target = {dataset} AND w.s <= {until} AND w.teller <> {reader} AND {made}
    ORDER BY w.s DESC, w.h DESC LIMIT 1
) last ON true
LEFT JOIN LATERAL (
    SELECT w.s, w.h FROM write w
    WHERE w.target = {dataset} AND (w.s, w.h) < (last.s, last.h) AND w.version IS DISTINCT FROM last.version AND {made}
    ORDER BY w.s DESC, w.h DESC LIMIT 1
) other ON last.version IS NOT NULL
LEFT JOIN LATERAL (
    SELECT w.teller FROM write w
    WHERE w.target = {dataset} AND w.version = last.version AND {made}
        AND (other.s IS NULL OR (w.s, w.h) > (other.s, other.h))
    ORDER BY w.s, w.h LIMIT 1
) first ON last.version IS NOT NULL
""".replace("{made}", MADE)
READ_VERSION: LiteralString = "coalesce(first.teller, last.teller, 0)"

# A time in microseconds as the greatest stamp of that moment.
STAMP: LiteralString = "(4611686018427387904 + 4 * {time} + 3)"

_READ: LiteralString = (
    """
SELECT dataset.id, {version}, run.job, run.id, run.confirmed, run.started, coalesce(run.ended, run.started)
FROM {runs} CROSS JOIN LATERAL unnest(run.reads) AS read(node)
JOIN name dataset ON dataset.id = read.node AND dataset.kind = 1 AND NOT dataset.retracted
JOIN name job ON job.id = run.job AND NOT job.retracted
{by}
WHERE {which} LIMIT %(limit)s
""".replace("{version}", READ_VERSION)
    .replace("{by}", VERSION_BY)
    .replace("{until}", STAMP.replace("{time}", "run.started"))
    .replace("{dataset}", "read.node")
    .replace("{reader}", "run.id")
)

# What runs read.
READ_BY: LiteralString = _READ.replace("{runs}", "run").replace(
    "{which}", "run.id = ANY(%(runs)s::int[]) AND run.state IS NOT NULL AND run.started IS NOT NULL"
)

# Who reads versions: of the jobs that ever read the dataset the runs that began while it was the last one. The bounds
# are wide by the moment at which the next one came; what each read is asked of it itself.
READERS: LiteralString = _READ.replace(
    "{runs}",
    """
unnest(%(datasets)s::int[], %(tellers)s::bigint[]) AS asked(dataset, teller)
LEFT JOIN write made ON made.target = asked.dataset AND made.teller = asked.teller
LEFT JOIN LATERAL (
    SELECT w.s FROM write w
    WHERE w.target = asked.dataset AND {made} AND (w.version IS NULL OR w.version IS DISTINCT FROM made.version)
        AND (made.s IS NULL OR (w.s, w.h) > (made.s, made.h))
    ORDER BY w.s, w.h LIMIT 1
) next ON true
CROSS JOIN LATERAL (
    SELECT job FROM run WHERE dangling <> '{}' AND dangling && ARRAY[asked.dataset]
    UNION SELECT job FROM run WHERE NOT confirmed AND reads && ARRAY[asked.dataset]
    UNION SELECT span.job FROM claim_source source JOIN span ON span.claim = source.claim
        WHERE source.node = asked.dataset
) reading
JOIN run ON run.job = reading.job AND run.state IS NOT NULL AND run.started IS NOT NULL
    AND asked.dataset = ANY(run.reads)
    AND (made.s IS NULL OR {begun} >= made.s) AND (next.s IS NULL OR {ended} <= next.s)
""".replace("{made}", MADE)
    .replace("{begun}", STAMP.replace("{time}", "run.started"))
    .replace("{ended}", "(4611686018427387904 + 4 * run.started)"),
).replace("{which}", "read.node = asked.dataset AND asked.teller = {version}".replace("{version}", READ_VERSION))

# What runs made, and who made versions.
MADE_BY: LiteralString = """
SELECT run.job, run.id, w.target, w.s
FROM write w JOIN run ON run.id = w.teller AND run.state IS NOT NULL
JOIN name target ON target.id = w.target AND target.kind = 1 AND NOT target.retracted
JOIN name job ON job.id = run.job AND NOT job.retracted
LEFT JOIN LATERAL (
    SELECT b.version FROM write b WHERE b.target = w.target AND (b.s, b.h) < (w.s, w.h) AND {before}
    ORDER BY b.s DESC, b.h DESC LIMIT 1
) before ON w.version IS NOT NULL
WHERE {made} AND (w.version IS NULL OR w.version IS DISTINCT FROM before.version) AND {which} LIMIT %(limit)s
""".replace("{made}", MADE).replace("{before}", MADE.replace("w.", "b."))
MADE_BY_RUNS = MADE_BY.replace("{which}", "w.teller = ANY(%(runs)s::int[])")
MAKERS = MADE_BY.replace(
    "{which}", "(w.target, w.teller) IN (SELECT * FROM unnest(%(datasets)s::int[], %(tellers)s::bigint[]))"
)

# The last versions of datasets: the newest, and those that the next one had not followed by a stamp.
LAST_VERSIONS: LiteralString = """
SELECT asked.node, made.teller, made.next FROM unnest(%(nodes)s::int[]) AS asked(node) LEFT JOIN LATERAL (
    SELECT w.teller, w.s, w.h, lead(w.s) OVER (ORDER BY w.s, w.h) AS next FROM (
        SELECT w.*, lag(w.version) OVER (ORDER BY w.s, w.h) AS before FROM write w
        WHERE w.target = asked.node AND {made}
    ) w WHERE w.version IS NULL OR w.version IS DISTINCT FROM w.before
    ORDER BY w.s DESC, w.h DESC LIMIT %(most)s
) made ON made.next IS NULL OR made.next > %(after)s
""".replace("{made}", MADE)

# The last runs of jobs: the one that speaks last, and those that ended after a stamp.
LAST_RUNS: LiteralString = """
SELECT asked.job, run.id FROM unnest(%(jobs)s::int[]) AS asked(job) CROSS JOIN LATERAL (
    SELECT run.id FROM (
        SELECT run.id, run.last_s, row_number() OVER (ORDER BY run.at_s DESC, run.at_h DESC) AS n FROM run
        WHERE run.job = asked.job AND run.state IS NOT NULL
    ) run WHERE run.n = 1 OR (run.n <= %(most)s AND run.last_s > %(after)s)
) run
"""

# When runs began and versions were made, and the key that decides between equal times.
WHEN_RUNS: LiteralString = "SELECT job, id, started, key FROM run WHERE id = ANY(%s)"
WHEN_VERSIONS: LiteralString = """
SELECT w.target, w.teller, w.s, w.h, w.version FROM write w
WHERE (w.target, w.teller) IN (SELECT * FROM unnest(%s::int[], %s::bigint[]))
"""


class ReadRow(NamedTuple):
    """A run reads a version; times in microseconds."""

    dataset: int
    teller: int
    job: int
    run: int
    confirmed: bool
    started: int
    ended: int


class Version(NamedTuple):
    """A version of a dataset, and who made it: a run, else an event of the dataset. s, h: stamp."""

    dataset: int
    teller: int
    s: int
    h: uuid.UUID
    version: str | None


class ActSteps:
    """Steps between runs and versions of datasets."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.cut = False
        self._jobs: set[int] = set()

    def learn(self, runs: Iterable[Act]) -> None:
        """That these are runs: what else is asked about is a version."""
        self._jobs.update(job for job, _ in runs)

    async def reach(self, frontier: Sequence[Act], direction: Direction) -> set[Act]:
        """All runs and versions one step away."""
        return {far_of(edge, direction) for edge in await self.between(frontier, None, direction, MOST_EDGES)}

    async def between(
        self, near: Sequence[Act], far: Sequence[Act] | None, direction: Direction, limit: int
    ) -> list[Edge[Act]]:
        """Edges from near to far (None: to any) in that direction."""
        runs = [act[1] for act in near if act[0] in self._jobs]
        versions = [act for act in near if act[0] not in self._jobs]
        read, made = (READ_BY, MAKERS) if direction is Direction.UP else (READERS, MADE_BY_RUNS)
        given = {
            "runs": runs,
            "datasets": [dataset for dataset, _ in versions],
            "tellers": [teller for _, teller in versions],
            "limit": MOST_EDGES,
        }
        edges = [_reading(ReadRow(*row)) for row in await self._rows(read, given)]
        edges += [_making(*row) for row in await self._rows(made, given)]
        self._jobs.update(edge.job for edge in edges)
        wanted = None if far is None else set(far)
        return [edge for edge in edges if wanted is None or far_of(edge, direction) in wanted][:limit]

    async def versions_of(self, datasets: Sequence[int], after: int = CURRENT) -> list[Act]:
        """The newest version of each dataset, and those that held after a stamp; 0 where none is known."""
        given = {"nodes": list(datasets), "most": MOST_VERSIONS, "after": after}
        return [(node, teller or 0) for node, teller, _ in await self._rows(LAST_VERSIONS, given)]

    async def runs_of(self, jobs: Sequence[int], after: int = CURRENT) -> list[Act]:
        """The last run of each job, and those that gave a sign after a stamp."""
        given = {"jobs": list(jobs), "most": MOST_VERSIONS, "after": after}
        self._jobs.update(jobs)
        return [(job, run) for job, run in await self._rows(LAST_RUNS, given)]

    async def when(self, acts: Sequence[Act]) -> dict[Act, tuple[int, str]]:
        """When each was, in microseconds, and what decides between equal times; 0 of what no version is known of."""
        found: dict[Act, tuple[int, str]] = dict.fromkeys(acts, (0, ""))
        runs = [act[1] for act in acts if act[0] in self._jobs]
        told = await versions(self.connection, [act for act in acts if act[0] not in self._jobs])
        for job, run, started, key in await self._rows(WHEN_RUNS, [runs]):
            found[job, run] = (started, key.hex)
        found.update((act, (micros_of(version.s), version.h.hex)) for act, version in told.items())
        return found

    async def _rows(self, statement: LiteralString, given: Sequence[object] | Mapping[str, object]) -> list[TupleRow]:
        rows = await (await self.connection.execute(statement, given)).fetchall()
        self.cut |= len(rows) >= MOST_EDGES
        return rows


def _reading(row: ReadRow) -> Edge[Act]:
    status = OBSERVED if row.confirmed else UNCONFIRMED
    ends = ((row.dataset, row.teller), (row.job, row.run))
    return Edge(
        *ends, row.job, status, READS, row.started, row.ended, None, 1, parts=(Part(row.dataset, row.job, row.job),)
    )


def _making(job: int, run: int, dataset: int, s: int) -> Edge[Act]:
    at = micros_of(s)
    return Edge((job, run), (dataset, run), job, OBSERVED, BOUNDARY, at, at, None, 1, parts=(Part(0, dataset, job),))


async def versions(connection: Connection, acts: Sequence[Act]) -> dict[Act, Version]:
    """The versions that these are; those of which nobody told are left out."""
    sides = [[dataset for dataset, _ in acts], [teller for _, teller in acts]]
    rows = await (await connection.execute(WHEN_VERSIONS, sides)).fetchall()
    return {(row[0], row[1]): Version(*row) for row in rows}
