"""Zones: the rule that put a dataset where it is, and what breaks what the rules expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.reading.governance import HAS_FLOW, HAS_MAPPING, HAS_PROFILE, HAS_SCHEMA, HAS_TEMPLATE, IS_MADE
from headwater_catalog.reading.governance import TEMPLATE_FACETS as OPENING
from headwater_catalog.reading.pages import Order, Page, page
from headwater_catalog.zone_rules import Scope, ZoneRule, rule_of

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True)
class Breach:
    """A dataset lacks what the rule that put it there expects. place: of the rule; file: one that breaks it."""

    node: int
    ns: str
    name: str
    zone: str
    place: int
    expectation: str
    file: str | None


# The rules that hold, in order.
RULES: LiteralString = "SELECT place, zone, pattern, settings FROM zone_rule ORDER BY place"

# Rules as headwater_catalog.zones has them fit: * stands for any signs, ? for one.
FITTING: LiteralString = r"""
SELECT place, '^' || replace(replace(
    regexp_replace(pattern, '([.^$+(){}|\[\]\\])', '\\\1', 'g'), '*', '.*'), '?', '.') || '$' AS fits
FROM zone_rule
"""

# The first rule that fits each of these datasets.
OF_DATASETS: LiteralString = """
WITH rule AS MATERIALIZED ({fitting})
SELECT name.id, first.place FROM name CROSS JOIN LATERAL (
    SELECT rule.place FROM rule WHERE name.name ~ fits OR name.ns || '/' || name.name ~ fits ORDER BY place LIMIT 1
) first WHERE name.id = ANY(%s)
""".replace("{fitting}", FITTING)

HAS_TESTS: LiteralString = """EXISTS (SELECT FROM quality q WHERE q.node = d.name AND q.tests IS NOT NULL
    AND q.tests <> '[]')"""
# Names and params of tests stand in the facet's canonical JSON; see zone_rules.scope_of.
HAS_INTEGRATION_TESTS: LiteralString = """EXISTS (
    SELECT FROM quality q JOIN value v ON v.hash = q.hash
    WHERE q.node = d.name AND q.tests IS NOT NULL AND q.tests <> '[]' AND (wanted.integrated
        OR v.body ~* '"(integration|integrated|after_integration):'
        OR v.body ~* '"scope":"(integration|integrated|after_integration)"'))"""
HAS_OWNER: LiteralString = """EXISTS (SELECT FROM dataset m JOIN name n ON n.id = m.name
    JOIN owner o ON o.node = n.key WHERE m.node = d.name)"""
HAS_TERM: LiteralString = """EXISTS (SELECT FROM dataset m JOIN name n ON n.id = m.name
    JOIN assignment a ON a.whole = n.key AND a.status = 'ACCEPTED' WHERE m.node = d.name)"""
# What headwater_location says that names of files are made of; and files that landed, of many the first ones.
SAYS: LiteralString = """EXISTS (SELECT FROM dataset m JOIN facet f ON f.owner_kind = 1 AND f.owner = m.name
    JOIN value v ON v.hash = f.hash
    WHERE m.node = d.name AND f.place IN ('', 'crawler') AND f.facet = 'headwater_location' AND NOT f.deleted
        AND v.body ~ '"fileName":"[^"]*{part}')"""
LANDED: LiteralString = """(SELECT regexp_replace(landed.path, '^.*/', '') AS file FROM dataset m CROSS JOIN LATERAL (
    SELECT l.path FROM landing_file l WHERE l.name = m.name AND l.side = 1 LIMIT 10000
) landed WHERE m.node = d.name) landed"""
SAYS_SOURCE: LiteralString = SAYS.replace("{part}", r"\{source\}")
SAYS_TIMESTAMP: LiteralString = SAYS.replace("{part}", r"\{timestamp")
# A name without its extension and times has letters; or a day, perhaps a time, or seconds since 1970.
NO_SOURCE: LiteralString = r"""
    regexp_replace(regexp_replace(file, '\.[A-Za-z][A-Za-z0-9.]*$', ''), '[0-9]T[0-9]+Z?', '', 'g') !~ '[[:alpha:]]{2}'
"""
NO_TIMESTAMP: LiteralString = r"""
    file !~ '(19|20)[0-9]{2}[-_.]?[01][0-9][-_.]?[0-3][0-9]' AND file !~ '(^|[^0-9])[0-9]{10}([0-9]{3})?([^0-9]|$)'
"""
BAD_FILE: LiteralString = "SELECT file FROM {landed} WHERE {bad} LIMIT 1".replace("{landed}", LANDED)
NO_FILES: LiteralString = "NOT EXISTS (SELECT FROM {landed})".replace("{landed}", LANDED)
UNMET: dict[LiteralString, LiteralString] = {
    "FORMAT": "NOT " + HAS_TEMPLATE,
    "FILE_SOURCE": "NOT " + SAYS_SOURCE + " AND (bad.file IS NOT NULL OR " + NO_FILES + ")",
    "FILE_TIMESTAMP": "(bad.file IS NOT NULL OR NOT " + SAYS_TIMESTAMP + " AND " + NO_FILES + ")",
    "SCHEMA": "NOT " + HAS_SCHEMA,
    "FLOW": "NOT " + HAS_FLOW,
    "MAPPING": "NOT " + HAS_MAPPING + " AND " + IS_MADE,
    "PROFILE": "NOT " + HAS_PROFILE,
    "TESTS": "NOT " + HAS_TESTS,
    "INTEGRATION_TESTS": "NOT " + HAS_INTEGRATION_TESTS,
    "OWNER": "NOT " + HAS_OWNER,
    "TERM": "NOT " + HAS_TERM,
}
"""By expectation (headwater_catalog.zone_rules.Expectation): for which datasets it is not met."""

# Datasets by name, with what they lack of what the first rule that fits them expects.
BREACHES: LiteralString = (
    """
WITH rule AS MATERIALIZED ({fitting}), asked AS MATERIALIZED (
    SELECT * FROM unnest(%(places)s::int[], %(expects)s::text[], %(integrated)s::bool[])
        AS asked(place, expectation, integrated)
)
SELECT d.name AS node, name.ns, name.name, d.zone, wanted.place, wanted.expectation, bad.file
FROM dataset d JOIN name ON name.id = d.name AND NOT name.retracted
CROSS JOIN LATERAL (
    SELECT rule.place FROM rule WHERE name.name ~ fits OR name.ns || '/' || name.name ~ fits ORDER BY place LIMIT 1
) first
JOIN asked wanted ON wanted.place = first.place
LEFT JOIN LATERAL (
    SELECT CASE wanted.expectation WHEN 'FILE_SOURCE' THEN ({no_source})
        WHEN 'FILE_TIMESTAMP' THEN ({no_timestamp}) END AS file
) bad ON true
WHERE d.name = d.node AND d.zone IS NOT NULL AND (%(zone)s::text IS NULL OR d.zone = %(zone)s)
    AND CASE wanted.expectation {unmet} ELSE false END
    AND (%(k0)s::text IS NULL
        OR (name.ns, name.name, wanted.expectation) > (%(k0)s::text, %(k1)s::text, %(k2)s::text COLLATE "C"))
ORDER BY name.ns, name.name, wanted.expectation COLLATE "C" LIMIT %(limit)s
""".replace("{fitting}", FITTING)
    .replace("{no_source}", BAD_FILE.replace("{bad}", NO_SOURCE))
    .replace("{no_timestamp}", BAD_FILE.replace("{bad}", NO_TIMESTAMP))
    .replace("{unmet}", " ".join(["WHEN '" + one + "' THEN " + unmet for one, unmet in UNMET.items()]))
)
ORDER = Order[Breach]("breaches", lambda one: (one.ns, one.name, one.expectation), (str, str, str))


async def rules(connection: Connection) -> list[ZoneRule]:
    """The rules that hold, in order."""
    cursor = await connection.execute(RULES)
    return [rule_of(*row) for row in await cursor.fetchall()]


async def of_datasets(connection: Connection, nodes: Sequence[int]) -> dict[int, ZoneRule]:
    """The rule that put each dataset into its zone; those that no rule fits are left out."""
    held = {rule.place - 1: rule for rule in await rules(connection)}
    if not held:
        return {}
    cursor = await connection.execute(OF_DATASETS, [list(nodes)])
    return {node: held[place] for node, place in await cursor.fetchall()}


async def breaches(
    connection: Connection, zone: str | None, first: int, after: str | None
) -> tuple[Page[Breach], dict[int, ZoneRule]]:
    """A page of what breaks the expectations of a zone, None: of all; and the rules by the place that rows say."""
    held = {rule.place - 1: rule for rule in await rules(connection)}
    asked = [(place, one, rule) for place, rule in held.items() for one in rule.expects]
    given = {
        **ORDER.place(after),
        "zone": zone,
        "places": [place for place, _, _ in asked],
        "expects": [one.value for _, one, _ in asked],
        "integrated": [rule.test_scope is Scope.AFTER_INTEGRATION for _, _, rule in asked],
        "templates": list(OPENING),
        "limit": first + 1,
    }
    async with connection.cursor(row_factory=class_row(Breach)) as cursor:
        await cursor.execute(BREACHES, given)
        return page(await cursor.fetchall(), first, ORDER), held
