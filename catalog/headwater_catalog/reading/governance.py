"""Zones: the five tasks of governance with what is done and what is missing, and the flows between zones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.reading.pages import Order, Page, page

Connection = AsyncConnection[TupleRow]
TASKS = ("FLOWS", "SCHEMAS", "TEMPLATES", "MAPPINGS", "PROFILES")
TEMPLATE_FACETS = ("storage", "headwater_format", "headwater_template", "headwater_connection")
"""Facets that tell a program how to open a dataset."""


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
class Flow:
    """Jobs that carry data from one zone to another. last: stamp; last_run: the run that spoke last."""

    from_zone: str | None
    to_zone: str | None
    jobs: int
    edges: int
    failing: int
    last: int | None
    last_run: int | None


# Of a dataset d: a job makes it; it has a schema; a facet says how to open it; its columns are mapped; it is measured.
HAS_FLOW: LiteralString = "EXISTS (SELECT FROM span s WHERE s.target = d.name AND s.to_s IS NULL AND s.job <> 0)"
HAS_SCHEMA: LiteralString = "EXISTS (SELECT FROM field f WHERE f.node = d.name)"
HAS_TEMPLATE: LiteralString = """EXISTS (SELECT FROM dataset m JOIN facet f ON f.owner_kind = 1 AND f.owner = m.name
    AND f.place = '' AND f.facet = ANY(%(templates)s) AND NOT f.deleted WHERE m.node = d.name)"""
HAS_MAPPING: LiteralString = """EXISTS (SELECT FROM span s JOIN claim_column c ON c.claim = s.claim
    WHERE s.target = d.name AND s.to_s IS NULL)"""
# What is made from nothing that is known has no columns to be mapped to: no gap, and nothing that anybody could mend.
IS_MADE: LiteralString = """EXISTS (SELECT FROM span s JOIN claim_source c ON c.claim = s.claim
    WHERE s.target = d.name AND s.to_s IS NULL AND c.node <> d.name)"""
HAS_PROFILE: LiteralString = """(EXISTS (SELECT FROM quality q WHERE q.node = d.name) OR EXISTS (
    SELECT FROM dataset m JOIN facet f ON f.owner_kind = 1 AND f.owner = m.name AND f.place = ''
        AND f.facet = 'headwater_profile' AND NOT f.deleted WHERE m.node = d.name))"""
LACKS: dict[str, LiteralString] = {
    "FLOWS": "NOT " + HAS_FLOW,
    "SCHEMAS": "NOT " + HAS_SCHEMA,
    "TEMPLATES": "NOT " + HAS_TEMPLATE,
    "MAPPINGS": "NOT " + HAS_MAPPING + " AND " + IS_MADE,
    "PROFILES": "NOT " + HAS_PROFILE,
}

STANDINGS: LiteralString = (
    """
SELECT d.zone, count(*) AS datasets, count(*) FILTER (WHERE {made} OR {mapping}) AS made,
    count(*) FILTER (WHERE {flow}) AS flows, count(*) FILTER (WHERE {schema}) AS schemas,
    count(*) FILTER (WHERE {template}) AS templates, count(*) FILTER (WHERE {mapping}) AS mappings,
    count(*) FILTER (WHERE {profile}) AS profiles
FROM dataset d JOIN name ON name.id = d.name AND NOT name.retracted
WHERE d.name = d.node GROUP BY d.zone ORDER BY d.zone NULLS LAST
""".replace("{made}", IS_MADE)
    .replace("{flow}", HAS_FLOW)
    .replace("{schema}", HAS_SCHEMA)
    .replace("{template}", HAS_TEMPLATE)
    .replace("{mapping}", HAS_MAPPING)
    .replace("{profile}", HAS_PROFILE)
)

# Datasets of a zone for which a task is not done, by name.
GAPS: LiteralString = """
SELECT d.name, name.ns, name.name FROM dataset d JOIN name ON name.id = d.name AND NOT name.retracted
WHERE d.name = d.node AND d.zone IS NOT DISTINCT FROM %(zone)s AND {lacks}
    AND (%(k0)s::text IS NULL OR (name.ns, name.name) > (%(k0)s, %(k1)s))
ORDER BY name.ns, name.name LIMIT %(limit)s
"""

ZONES: LiteralString = """
SELECT rule.zone, array_agg(rule.pattern ORDER BY rule.place) AS patterns,
    (SELECT count(*) FROM dataset d WHERE d.zone = rule.zone AND d.name = d.node) AS datasets
FROM zone_rule rule GROUP BY rule.zone ORDER BY min(rule.place)
"""

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

GAP_ORDER = Order[tuple[int, str, str]]("gaps", lambda row: (row[1], row[2]), (str, str))


async def zones(connection: Connection) -> list[Zone]:
    """Zones of the rules that hold."""
    async with connection.cursor(row_factory=class_row(Zone)) as cursor:
        await cursor.execute(ZONES)
        return await cursor.fetchall()


async def standings(connection: Connection) -> list[Standing]:
    """Each zone's standing; the last without a zone, where datasets have none."""
    async with connection.cursor(row_factory=class_row(Standing)) as cursor:
        await cursor.execute(STANDINGS, {"templates": list(TEMPLATE_FACETS)})
        return await cursor.fetchall()


async def gaps(connection: Connection, zone: str | None, task: str, first: int, after: str | None) -> Page[int]:
    """Datasets of a zone for which a task is not done."""
    given = {**GAP_ORDER.place(after), "zone": zone, "templates": list(TEMPLATE_FACETS), "limit": first + 1}
    cursor = await connection.execute(GAPS.replace("{lacks}", LACKS[task]), given)
    rows: Sequence[tuple[int, str, str]] = [(row[0], row[1], row[2]) for row in await cursor.fetchall()]
    found = page(rows, first, GAP_ORDER)
    return Page([row[0] for row in found.items], found.cursors, found.more)


async def flows(connection: Connection) -> list[Flow]:
    """What flows between zones now."""
    async with connection.cursor(row_factory=class_row(Flow)) as cursor:
        await cursor.execute(FLOWS)
        return await cursor.fetchall()
