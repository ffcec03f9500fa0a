"""Zones: the rule that put a dataset where it is, and what breaks what the rules expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.reading import openable
from headwater_catalog.reading.governance import GONE, LACKS
from headwater_catalog.reading.pages import Order, Page, page
from headwater_catalog.zone_rules import Expectation, Scope, ZoneRule, rule_of

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
# The scope of each test by the text of its canonical JSON, in the order of zone_rules.scope_of: params, a prefix of one
# of its names, the zone rule. JSON stays text here, for jsonb would refuse signs that values may have; and of numbers
# that only Python has it would refuse the whole.
HAS_INTEGRATION_TESTS: LiteralString = r"""EXISTS (
    SELECT FROM quality q JOIN value v ON v.hash = q.hash
    CROSS JOIN LATERAL (
        SELECT regexp_replace(v.body, '([:,\[])(NaN|-?Infinity)(?=[],}])', '\1null', 'g')::json -> 'assertions' AS tests
    ) AS facet
    CROSS JOIN LATERAL json_array_elements(
        CASE json_typeof(facet.tests) WHEN 'array' THEN facet.tests ELSE '[]' END) AS told
    WHERE q.node = d.name AND q.tests IS NOT NULL AND q.tests <> '[]' AND coalesce(
        substring(lower(told::text) FROM '"scope":\s*"(generic|integration|integrated|after_integration)"'),
        substring(lower(told::text)
            FROM '"(?:assertion|name)":\s*"\s*(generic|integration|integrated|after_integration)\s*:'),
        CASE WHEN wanted.integrated THEN 'integration' ELSE 'generic' END) <> 'generic')"""
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
    "FORMAT": LACKS["TEMPLATES"],
    "FILE_SOURCE": "NOT " + SAYS_SOURCE + " AND (bad.file IS NOT NULL OR " + NO_FILES + ")",
    "FILE_TIMESTAMP": "(bad.file IS NOT NULL OR NOT " + SAYS_TIMESTAMP + " AND " + NO_FILES + ")",
    "SCHEMA": LACKS["SCHEMAS"],
    "FLOW": LACKS["FLOWS"],
    "MAPPING": LACKS["MAPPINGS"],
    "PROFILE": LACKS["PROFILES"],
    "TESTS": "NOT " + HAS_TESTS,
    "INTEGRATION_TESTS": "NOT " + HAS_INTEGRATION_TESTS,
    "OWNER": "NOT " + HAS_OWNER,
    "TERM": "NOT " + HAS_TERM,
}
"""By expectation (headwater_catalog.zone_rules.Expectation): for which datasets it is not met."""

# Datasets by name, as an index has it (see reading.datasets.LIST), with what they lack of what the first rule that fits
# them expects.
BREACHES: LiteralString = (
    """
WITH rule AS MATERIALIZED ({fitting}), asked AS MATERIALIZED (
    SELECT * FROM unnest(%(places)s::int[], %(expects)s::text[], %(integrated)s::bool[])
        AS asked(place, expectation, integrated)
)
SELECT d.name AS node, d.ns, d.called AS name, d.zone, wanted.place, wanted.expectation, bad.file
FROM (
    SELECT name.id AS name, name.ns, name.name AS called, left(name.ns, 256) AS short_ns,
        left(name.name, 256) AS short_name, (SELECT zone FROM dataset WHERE dataset.name = name.id) AS zone
    FROM name WHERE name.kind = 1 AND NOT name.retracted
        AND (SELECT d.node = name.id AND d.zone IS NOT NULL AND (%(zone)s::text IS NULL OR d.zone = %(zone)s)
                AND NOT {gone}
            FROM dataset d WHERE d.name = name.id)
        AND (left(name.ns, 256), left(name.name, 256), name.ns, name.name)
            >= (left(coalesce(%(k0)s::text, ''), 256), left(coalesce(%(k1)s::text, ''), 256),
                coalesce(%(k0)s::text, ''), coalesce(%(k1)s::text, ''))
    ORDER BY left(name.ns, 256), left(name.name, 256), name.ns, name.name OFFSET 0
) d
CROSS JOIN LATERAL (
    SELECT rule.place FROM rule WHERE d.called ~ fits OR d.ns || '/' || d.called ~ fits ORDER BY place LIMIT 1
) first
JOIN asked wanted ON wanted.place = first.place
LEFT JOIN LATERAL (
    SELECT CASE wanted.expectation WHEN 'FILE_SOURCE' THEN ({no_source})
        WHEN 'FILE_TIMESTAMP' THEN ({no_timestamp}) END AS file
) bad ON true
WHERE CASE wanted.expectation {unmet} ELSE false END
    AND (%(k0)s::text IS NULL
        OR (d.ns, d.called, wanted.expectation) > (%(k0)s::text, %(k1)s::text, %(k2)s::text COLLATE "C"))
ORDER BY d.short_ns, d.short_name, d.ns, d.called, wanted.expectation COLLATE "C" LIMIT %(limit)s
""".replace("{fitting}", FITTING)
    .replace("{gone}", GONE)
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
    formats = any(one is Expectation.FORMAT for _, one, _ in asked)
    given = {
        **ORDER.place(after),
        **(await openable.given(connection) if formats else openable.NOTHING),
        "zone": zone,
        "places": [place for place, _, _ in asked],
        "expects": [one.value for _, one, _ in asked],
        "integrated": [rule.test_scope is Scope.AFTER_INTEGRATION for _, _, rule in asked],
        "limit": first + 1,
    }
    async with connection.cursor(row_factory=class_row(Breach)) as cursor:
        await cursor.execute(BREACHES, given)
        return page(await cursor.fetchall(), first, ORDER), held
