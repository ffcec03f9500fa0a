"""Zones: the five tasks of governance with what is done and what is missing, and the flows between zones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.lineage.mappings import HOLDS
from headwater_catalog.lineage.withheld import PAIRS
from headwater_catalog.reading import openable
from headwater_catalog.reading.datasets import DROPPED
from headwater_catalog.reading.pages import Order, Page, page

Connection = AsyncConnection[TupleRow]
TASKS = ("FLOWS", "SCHEMAS", "TEMPLATES", "MAPPINGS", "PROFILES")


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of the rules that hold, in their order, with how many datasets live there."""

    zone: str
    patterns: list[str]
    datasets: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a zone is with each task: datasets for which it is done. made: those whose sources are known."""

    zone: str | None
    datasets: int
    made: int
    flows: int
    schemas: int
    templates: int
    mappings: int
    profiles: int


@dataclass(frozen=True, slots=True)
class FlowJob:
    """A job that writes into a zone. from_zones: of what it reads, "" for none; run, last: the one that spoke last.

    fresh: stamp of its last completed run.
    """

    job: int
    ns: str
    name: str
    from_zones: list[str]
    datasets: int
    run: int | None
    last: int | None
    fresh: int | None


@dataclass(frozen=True, slots=True)
class Flow:
    """Jobs that carry data from one zone to another. last: stamp; last_run: the run that spoke last."""

    from_zone: str | None
    to_zone: str | None
    jobs: int
    edges: int
    failing: int
    last: int | None
    last_run: int | None


# Datasets for which each task is done, some several times: a job makes it, and not only by a guess; it has a schema; a
# template opens it; its columns are mapped, as lineage.mappings tells; it is measured. What was taken back counts not.
KEPT: LiteralString = """NOT EXISTS (SELECT FROM name job WHERE job.id = s.job AND job.retracted)
    AND NOT source.retracted AND (source.id, s.target) NOT IN ({pairs})""".replace("{pairs}", PAIRS)
# What only code that nobody ran lets one guess (notebooks) is no flow: a declaration of a job that says so of itself.
# By the key of the table, and of declarations alone, so that ten thousand runs are not asked.
SURE: LiteralString = """(s.status <> 2 OR NOT EXISTS (SELECT FROM facet guess WHERE guess.owner_kind = 2
    AND guess.owner = s.job AND guess.place = '' AND guess.facet = 'headwater_proposal' AND NOT guess.deleted))"""
FACETS: LiteralString = """SELECT m.node FROM facet f JOIN dataset m ON m.name = f.owner
    WHERE f.owner_kind = 1 AND f.place IN ('', 'crawler') AND NOT f.deleted AND f.facet = {which}"""
DONE: dict[str, LiteralString] = {
    "FLOWS": """SELECT s.target AS node FROM span s JOIN name job ON job.id = s.job AND NOT job.retracted
        WHERE s.to_s IS NULL AND {sure}""".replace("{sure}", SURE),
    "SCHEMAS": """SELECT h.node FROM schema_head h WHERE EXISTS (SELECT FROM field WHERE field.node = h.node)""",
    "TEMPLATES": openable.OPENS,
    "MAPPINGS": """SELECT s.target AS node FROM span s JOIN claim_column c ON c.claim = s.claim
        JOIN name source ON source.id = c.source AND source.kind = 1
        WHERE {holds} AND {kept}""".replace("{holds}", HOLDS.replace("span.", "s.")).replace("{kept}", KEPT),
    # Rows alone, which statistics of runs tell too, or a test, say nothing of what values look like.
    "PROFILES": """SELECT q.node FROM quality q
        WHERE q.facet IN ('dataQualityMetrics', 'dataQuality', 'headwater_profile') UNION ALL {facets}""".replace(
        "{facets}", FACETS.replace("{which}", "'headwater_profile'")
    ),
}
"""By task: the datasets for which it is done."""
# What is made from nothing that is known has no columns to be mapped to: no gap, and nothing that anybody could mend.
MADE: LiteralString = """SELECT s.target AS node FROM span s JOIN claim_source c ON c.claim = s.claim
    JOIN name source ON source.id = c.node AND source.kind = 1
    WHERE s.to_s IS NULL AND c.node <> s.target AND {sure} AND {kept}""".replace("{sure}", SURE).replace("{kept}", KEPT)


def _is_among(nodes: LiteralString) -> LiteralString:
    """Of a dataset d: it is one of them."""
    return "EXISTS (SELECT FROM (" + nodes + ") one WHERE one.node = d.name)"


GONE = _is_among(DROPPED)
"""Of a dataset d: it was dropped, and nobody has to do anything for it."""
# OFFSET 0: of a page's datasets one by one; PostgreSQL would find out all that are opened, for the first page too.
HAS: dict[str, LiteralString] = {
    **{task: _is_among(nodes) for task, nodes in DONE.items()},
    "TEMPLATES": "EXISTS (SELECT FROM (" + openable.OPENS + ") one WHERE one.node = d.name OFFSET 0)",
}
"""By task: of a dataset d, it is done."""
LACKS: dict[str, LiteralString] = {
    **{task: "NOT " + has for task, has in HAS.items()},
    "MAPPINGS": "NOT " + HAS["MAPPINGS"] + " AND " + _is_among(MADE),
}
"""By task: of a dataset d, it is not done, and could be."""

# Each set is made once: asked dataset by dataset, they took most of a second for ten thousand.
STANDINGS: LiteralString = (
    """
SELECT d.zone, count(*) AS datasets, count(coalesce(made.node, mapped.node)) AS made, count(flow.node) AS flows,
    count(known.node) AS schemas, count(opened.node) AS templates, count(mapped.node) AS mappings,
    count(measured.node) AS profiles
FROM dataset d JOIN name ON name.id = d.name AND NOT name.retracted
LEFT JOIN (SELECT DISTINCT node FROM ({made}) one) made ON made.node = d.name
LEFT JOIN (SELECT DISTINCT node FROM ({FLOWS}) one) flow ON flow.node = d.name
LEFT JOIN (SELECT DISTINCT node FROM ({SCHEMAS}) one) known ON known.node = d.name
LEFT JOIN (SELECT DISTINCT node FROM ({TEMPLATES}) one) opened ON opened.node = d.name
LEFT JOIN (SELECT DISTINCT node FROM ({MAPPINGS}) one) mapped ON mapped.node = d.name
LEFT JOIN (SELECT DISTINCT node FROM ({PROFILES}) one) measured ON measured.node = d.name
LEFT JOIN ({dropped}) gone ON gone.node = d.name
WHERE d.name = d.node AND gone.node IS NULL GROUP BY d.zone
ORDER BY (SELECT min(place) FROM zone_rule WHERE zone_rule.zone = d.zone) NULLS LAST, d.zone NULLS LAST
""".replace("{made}", MADE)
    .replace("{dropped}", DROPPED)
    .replace("{FLOWS}", DONE["FLOWS"])
    .replace("{SCHEMAS}", DONE["SCHEMAS"])
    .replace("{TEMPLATES}", DONE["TEMPLATES"])
    .replace("{MAPPINGS}", DONE["MAPPINGS"])
    .replace("{PROFILES}", DONE["PROFILES"])
)

# Datasets of a zone for which a task is done or not, by name, as an index has it: see reading.datasets.LIST.
CELL: LiteralString = """
SELECT name.id, name.ns, name.name FROM name
WHERE name.kind = 1 AND NOT name.retracted
    AND (SELECT d.node = name.id AND d.zone IS NOT DISTINCT FROM %(zone)s AND {which} AND NOT {gone}
        FROM dataset d WHERE d.name = name.id)
    AND (left(name.ns, 256), left(name.name, 256), name.ns, name.name)
        > (left(coalesce(%(k0)s::text, ''), 256), left(coalesce(%(k1)s::text, ''), 256),
            coalesce(%(k0)s::text, ''), coalesce(%(k1)s::text, ''))
ORDER BY left(name.ns, 256), left(name.name, 256), name.ns, name.name LIMIT %(limit)s
""".replace("{gone}", GONE)

ZONES: LiteralString = """
SELECT rule.zone, array_agg(rule.pattern ORDER BY rule.place) AS patterns, (
    SELECT count(*) FROM dataset d JOIN name ON name.id = d.name AND NOT name.retracted
    WHERE d.zone = rule.zone AND d.name = d.node AND d.name NOT IN ({dropped})) AS datasets
FROM zone_rule rule GROUP BY rule.zone ORDER BY min(rule.place)
""".replace("{dropped}", DROPPED)

# What flows between zones: open spans whose source and target live in different ones, with the state of each job.
FLOWS: LiteralString = """
WITH flow AS (
    SELECT DISTINCT source_of.zone AS from_zone, target_of.zone AS to_zone, span.job, source.node AS source, span.target
    FROM span JOIN claim_source source ON source.claim = span.claim
    JOIN dataset source_of ON source_of.name = source.node
    JOIN dataset target_of ON target_of.name = span.target
    JOIN name job ON job.id = span.job AND NOT job.retracted
    JOIN name source_name ON source_name.id = source.node AND NOT source_name.retracted
    JOIN name target_name ON target_name.id = span.target AND NOT target_name.retracted
    WHERE span.to_s IS NULL AND source_of.zone IS DISTINCT FROM target_of.zone
), latest AS (
    SELECT jobs.job, run.id, run.state, run.at_s FROM (SELECT DISTINCT job FROM flow) jobs CROSS JOIN LATERAL (
        SELECT id, state, at_s FROM run WHERE job = jobs.job AND state IS NOT NULL
        ORDER BY at_s DESC, at_h DESC LIMIT 1
    ) run
)
SELECT flow.from_zone, flow.to_zone, count(DISTINCT flow.job) AS jobs,
    count(DISTINCT (flow.source, flow.target)) AS edges,
    count(DISTINCT flow.job) FILTER (WHERE latest.state IN (3, 4)) AS failing,
    max(latest.at_s) AS last, (array_agg(latest.id ORDER BY latest.at_s DESC NULLS LAST))[1] AS last_run
FROM flow LEFT JOIN latest USING (job) GROUP BY 1, 2 ORDER BY 1 NULLS LAST, 2 NULLS LAST
"""

# Jobs that write into a zone, by name, each with its last run and its last success.
FLOW_JOBS: LiteralString = """
SELECT said.job, name.ns, name.name, coalesce(said.from_zones, '{}') AS from_zones, said.datasets,
    latest.id AS run, latest.at_s AS last, done.at_s AS fresh
FROM (
    SELECT span.job, count(DISTINCT span.target) AS datasets,
        array_agg(DISTINCT coalesce(source_of.zone, '')) FILTER (WHERE source_of.name IS NOT NULL) AS from_zones
    FROM dataset d JOIN name target ON target.id = d.name AND NOT target.retracted
    JOIN span ON span.target = d.name AND span.to_s IS NULL AND span.job <> 0
    LEFT JOIN claim_source source ON source.claim = span.claim
    LEFT JOIN dataset source_of ON source_of.name = source.node
    WHERE d.name = d.node AND d.zone IS NOT DISTINCT FROM %(zone)s GROUP BY span.job
) said JOIN name ON name.id = said.job AND NOT name.retracted
LEFT JOIN LATERAL (
    SELECT id, at_s FROM run WHERE job = said.job AND state IS NOT NULL ORDER BY at_s DESC, at_h DESC LIMIT 1
) latest ON true
LEFT JOIN LATERAL (
    SELECT at_s FROM run WHERE job = said.job AND state = 2 ORDER BY at_s DESC LIMIT 1
) done ON true
WHERE %(k0)s::text IS NULL OR (name.ns, name.name) > (%(k0)s, %(k1)s)
ORDER BY name.ns, name.name LIMIT %(limit)s
"""

FLOW_JOB_ORDER = Order[FlowJob]("flow-jobs", lambda one: (one.ns, one.name), (str, str))
CELL_ORDER = Order[tuple[int, str, str]]("cell", lambda row: (row[1], row[2]), (str, str))


async def zones(connection: Connection) -> list[Zone]:
    """Zones of the rules that hold."""
    async with connection.cursor(row_factory=class_row(Zone)) as cursor:
        await cursor.execute(ZONES)
        return await cursor.fetchall()


async def standings(connection: Connection) -> list[Standing]:
    """Each zone's standing; the last without a zone, where datasets have none."""
    async with connection.cursor(row_factory=class_row(Standing)) as cursor:
        await cursor.execute(STANDINGS, await openable.given(connection))
        return await cursor.fetchall()


async def cell(
    connection: Connection, zone: str | None, task: str, first: int, after: str | None, *, have: bool = False
) -> Page[int]:
    """Datasets of a zone for which a task is done (have), or is not."""
    which = (HAS if have else LACKS)[task]
    opened = await openable.given(connection) if task == "TEMPLATES" else {}
    given = {**CELL_ORDER.place(after), **opened, "zone": zone, "limit": first + 1}
    cursor = await connection.execute(CELL.replace("{which}", which), given)
    rows: Sequence[tuple[int, str, str]] = [(row[0], row[1], row[2]) for row in await cursor.fetchall()]
    found = page(rows, first, CELL_ORDER)
    return Page([row[0] for row in found.items], found.cursors, found.more)


async def flows(connection: Connection) -> list[Flow]:
    """What flows between zones now."""
    async with connection.cursor(row_factory=class_row(Flow)) as cursor:
        await cursor.execute(FLOWS)
        return await cursor.fetchall()


async def flow_jobs(connection: Connection, zone: str | None, first: int, after: str | None) -> Page[FlowJob]:
    """A page of the jobs that write into a zone."""
    async with connection.cursor(row_factory=class_row(FlowJob)) as cursor:
        await cursor.execute(FLOW_JOBS, {**FLOW_JOB_ORDER.place(after), "zone": zone, "limit": first + 1})
        return page(await cursor.fetchall(), first, FLOW_JOB_ORDER)
