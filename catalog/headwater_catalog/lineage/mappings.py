"""Mappings between columns: observed now, or declared by the last declaration of a job; in the order of their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, LiteralString, NamedTuple

from psycopg.rows import class_row

from headwater_catalog.codes import DATASET
from headwater_catalog.lineage import because
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.graph import Edge, Step
from headwater_catalog.lineage.impact import Use
from headwater_catalog.lineage.withheld import PAIRS
from headwater_catalog.reading import nodes
from headwater_catalog.reading.datasets import DROPPED
from headwater_catalog.reading.pages import Order, Page, page
from headwater_catalog.times import micros_of


class Agreement(Enum):
    """What all jobs together say of a pair of columns. UNCONFIRMED: only runs say so that are not complete."""

    BOTH = "BOTH"
    ONLY_DECLARED = "ONLY_DECLARED"
    ONLY_OBSERVED = "ONLY_OBSERVED"
    UNCONFIRMED = "UNCONFIRMED"


class Asked(NamedTuple):
    """Which mappings: of targets and sources in these zones ("": in none, None: in any).

    datasets: only those from or to one of these nodes.
    """

    from_zone: str | None = None
    to_zone: str | None = None
    datasets: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """A job (0: none, the dataset's own definition) makes a column of another one.

    target_field None: every column; source_field None: which is not known. steps: [[type, subtype, masking], …];
    status, method: of what this job says, the surest; last: stamp; declared, observed: by any job.
    """

    target: int
    target_ns: str
    target_name: str
    target_zone: str | None
    target_field: str | None
    source: int
    source_ns: str
    source_name: str
    source_zone: str | None
    source_field: str | None
    job: int
    job_ns: str
    job_name: str
    steps: list[list[str | bool | None]]
    status: int
    method: int
    last: int
    declared: bool
    observed: bool

    @property
    def transformations(self) -> tuple[Step, ...]:
        """What becomes of the source's values, in a stable order."""
        found = (Step(str(kind), None if sub is None else str(sub), bool(mask)) for kind, sub, mask in self.steps)
        return tuple(sorted(found, key=lambda step: (step.type, step.subtype or "", step.masking)))

    @property
    def agreement(self) -> Agreement:
        """Declared against observed."""
        if self.declared:
            return Agreement.BOTH if self.observed else Agreement.ONLY_DECLARED
        return Agreement.ONLY_OBSERVED if self.observed else Agreement.UNCONFIRMED


# Of a span: it is open, or what its job declared last.
HOLDS: LiteralString = """(span.to_s IS NULL OR span.status = 2 AND span.last = (
    SELECT told.teller FROM declaration told WHERE told.job = span.job ORDER BY told.s DESC, told.h DESC LIMIT 1))"""

# Target by target in the order of their names, as an index has it (see reading.datasets.LIST: what is asked of a
# target is a subquery, and its order is that of the whole), so that a page reads the claims of few: of each the column
# claims that hold, a row a pair of columns and job. Lineage lets a completed run end what was declared before; here the
# last declaration of a job stands beside its runs, else nobody would see that they do something else. A claim of all
# columns of a target stays one row. What was taken back is left out, and so is what a dropped dataset was made of.
MAPPINGS: LiteralString = (
    """
WITH gone(source, target) AS MATERIALIZED ({gone})
SELECT target.id AS target, target.ns AS target_ns, target.name AS target_name, target.zone AS target_zone, found.*
FROM (
    SELECT name.id, name.ns, name.name, left(name.ns, 256) AS short_ns, left(name.name, 256) AS short_name,
        (SELECT zone FROM dataset WHERE dataset.name = name.id) AS zone
    FROM {target} WHERE name.kind = 1 AND NOT name.retracted
        AND (SELECT dataset.node = name.id AND (%(to)s::text IS NULL OR coalesce(dataset.zone, '') = %(to)s)
                AND NOT EXISTS (SELECT FROM ({dropped}) one WHERE one.node = dataset.name)
            FROM dataset WHERE dataset.name = name.id)
        AND (left(name.ns, 256), left(name.name, 256), name.ns, name.name)
            >= (left(coalesce(%(k0)s::text, ''), 256), left(coalesce(%(k1)s::text, ''), 256),
                coalesce(%(k0)s::text, ''), coalesce(%(k1)s::text, ''))
    ORDER BY left(name.ns, 256), left(name.name, 256), name.ns, name.name OFFSET 0
) target CROSS JOIN LATERAL (
    SELECT nullif(said.target_field, '') AS target_field, said.source, source.ns AS source_ns,
        source.name AS source_name, source_home.zone AS source_zone, nullif(said.source_field, '') AS source_field,
        said.job, coalesce(job.ns, '') AS job_ns, coalesce(job.name, '') AS job_name,
        said.steps, said.status, said.method, said.last, said.declared, said.observed
    FROM (
        SELECT coalesce(col.target_field, '') AS target_field, col.source,
            coalesce(col.source_field, '') AS source_field, span.job,
            jsonb_agg(DISTINCT jsonb_build_array(col.type, col.subtype, col.masking)) AS steps,
            min(span.status)::int AS status, min(claim.method)::int AS method, max(span.last_s) AS last,
            bool_or(bool_or(span.status = 2)) OVER pair AS declared,
            bool_or(bool_or(span.status = 1)) OVER pair AS observed
        FROM span JOIN claim ON claim.id = span.claim JOIN claim_column col ON col.claim = span.claim
        LEFT JOIN name by ON by.id = span.job
        WHERE span.target = target.id AND by.retracted IS NOT TRUE AND {holds}
            AND (%(ids)s::int[] IS NULL OR target.id = ANY(%(ids)s) OR col.source = ANY(%(ids)s))
            AND (col.source, span.target) NOT IN (SELECT gone.source, gone.target FROM gone)
        GROUP BY 1, 2, 3, 4
        WINDOW pair AS (PARTITION BY coalesce(col.target_field, ''), col.source, coalesce(col.source_field, ''))
    ) said
    JOIN name source ON source.id = said.source AND source.kind = 1 AND NOT source.retracted
    LEFT JOIN dataset source_home ON source_home.name = said.source
    LEFT JOIN name job ON job.id = said.job
    WHERE (%(from)s::text IS NULL OR coalesce(source_home.zone, '') = %(from)s)
        AND (%(k0)s::text IS NULL
            OR (target.ns, target.name, said.target_field, source.ns, source.name, said.source_field,
                coalesce(job.ns, ''), coalesce(job.name, ''))
            > (%(k0)s::text, %(k1)s::text, %(k2)s::text, %(k3)s::text, %(k4)s::text, %(k5)s::text, %(k6)s::text,
                %(k7)s::text))
    ORDER BY said.target_field, source.ns, source.name, said.source_field, 8, 9 LIMIT %(limit)s
) found
ORDER BY target.short_ns, target.short_name, target.ns, target.name,
    coalesce(found.target_field, ''), found.source_ns, found.source_name, coalesce(found.source_field, ''),
    found.job_ns, found.job_name
LIMIT %(limit)s
""".replace("{gone}", PAIRS)
    .replace("{holds}", HOLDS)
    .replace("{dropped}", DROPPED)
)

# The targets that some datasets, and what is made of them, are.
NEAR: LiteralString = """(SELECT name.* FROM (
    SELECT unnest(%(ids)s::int[]) AS id
    UNION SELECT span.target FROM claim_source c
    JOIN span ON span.claim = c.claim AND (span.to_s IS NULL OR span.status = 2) WHERE c.node = ANY(%(ids)s::int[])
) wanted JOIN name USING (id)) name"""

ORDER = Order[Mapping](
    "mappings",
    lambda m: (
        m.target_ns,
        m.target_name,
        m.target_field or "",
        m.source_ns,
        m.source_name,
        m.source_field or "",
        m.job_ns,
        m.job_name,
    ),
    (str,) * 8,
)


async def mappings(connection: Connection, asked: Asked, first: int, after: str | None) -> Page[Mapping]:
    """A page of mappings, by target, its column, source, its column, and job."""
    given: dict[str, object] = {
        **ORDER.place(after),
        "from": asked.from_zone,
        "to": asked.to_zone,
        "ids": None if asked.datasets is None else list(asked.datasets),
        "limit": first + 1,
    }
    statement = MAPPINGS.replace("{target}", "name" if asked.datasets is None else NEAR)
    async with connection.cursor(row_factory=class_row(Mapping)) as cursor:
        await cursor.execute(statement, given)
        return page(await cursor.fetchall(), first, ORDER)


async def expressions(connection: Connection, rows: Sequence[Mapping]) -> list[str | None]:
    """By which expression each mapping makes its target, where the job's SQL or its producer says so."""
    names = await nodes.by_ids(connection, {one for row in rows for one in (row.source, row.target)})
    known = {key: one for key, one in names.items() if one.kind == DATASET}
    return await because.expressions(connection, [_use(row) for row in rows], known)


def _use(row: Mapping) -> Use:
    source: Any = (row.source, row.source_field)
    target: Any = row.target if row.target_field is None else (row.target, row.target_field)
    last = micros_of(row.last)
    edge = Edge(source, target, row.job, row.status, row.method, last, last, None, 1, row.transformations)
    return Use(source, target, edge)
