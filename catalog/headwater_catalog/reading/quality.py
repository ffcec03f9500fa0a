"""Data versions, tests and metrics of datasets: what their runs and events measured."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.canonical import canonical, read_json
from headwater_catalog.reading import gate
from headwater_catalog.reading.pages import Order, Page, pages

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True)
class Version:
    """A data version: made by a run (teller > 0) or told by a dataset's own event."""

    node: int
    s: int
    h: uuid.UUID
    teller: int
    version: str | None


@dataclass(frozen=True, slots=True)
class Measured:
    """A quality facet as it may be shown.

    tests: JSON text [[assertion, column, success], …] of assertions, else None; body: the facet.
    """

    node: int
    s: int
    teller: int
    name: int
    facet: str
    tests: str | None
    body: str


# What makes a row of `write` a version (SEMANTICS §10): a completed run wrote it, or an event of the dataset itself
# names one, whether or not it also tells of its lineage.
MADE: LiteralString = """
    (w.status = 1 AND w.listed OR w.job = 0 AND w.version IS NOT NULL)
        AND coalesce(w.change, '') NOT IN ('DROP', 'ALTER', 'RENAME')
"""

# Data versions, newest first: of each confirmed run that wrote, and of dataset events that name one. An explicit
# version equal to the one before is no new version.
VERSIONS: LiteralString = """
SELECT asked.node, made.s, made.h, made.teller, made.version
FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT * FROM (
        SELECT w.s, w.h, w.teller, w.version, lag(w.version) OVER (ORDER BY w.s, w.h) AS before
        FROM write w
        WHERE w.target = asked.node AND {made}
    ) w
    WHERE (w.version IS NULL OR w.version IS DISTINCT FROM w.before)
        AND (%(k0)s::bigint IS NULL OR (w.s, w.h) < (%(k0)s, %(k1)s::uuid))
    ORDER BY w.s DESC, w.h DESC LIMIT %(limit)s
) made
""".replace("{made}", MADE)

# Quality facets, newest first: those with tests, or those with metrics.
MEASURED: LiteralString = """
SELECT asked.node, found.s, found.teller, found.name, found.facet, found.tests, value.body
FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT * FROM quality q
    WHERE q.node = asked.node AND (q.tests IS NOT NULL) = %(tests)s
        AND (%(k0)s::bigint IS NULL OR (q.s, q.teller, q.name, q.facet) < (%(k0)s, %(k1)s, %(k2)s, %(k3)s))
    ORDER BY q.s DESC, q.teller DESC, q.name DESC, q.facet DESC LIMIT %(limit)s
) found JOIN value ON value.hash = found.hash
"""

VERSION_ORDER = Order[Version]("versions", lambda v: (v.s, v.h.hex), (int, uuid.UUID))
TEST_ORDER = Order[Measured]("tests", lambda m: (m.s, m.teller, m.name, m.facet), (int, int, int, str))
METRIC_ORDER = Order[Measured]("metrics", lambda m: (m.s, m.teller, m.name, m.facet), (int, int, int, str))


async def versions(
    connection: Connection, nodes: Sequence[int], first: int, after: str | None
) -> dict[int, Page[Version]]:
    """Data versions of each node, newest first."""
    return await pages(connection, VERSIONS, nodes, row=Version, order=VERSION_ORDER, first=first, after=after)


async def tests(
    connection: Connection, nodes: Sequence[int], first: int, after: str | None
) -> dict[int, Page[Measured]]:
    """Facets with tests of each node, newest first; each holds several tests."""
    found = await pages(
        connection, MEASURED, nodes, row=Measured, order=TEST_ORDER, first=first, after=after, given={"tests": True}
    )
    return await _shown(connection, found)


async def metrics(
    connection: Connection, nodes: Sequence[int], first: int, after: str | None
) -> dict[int, Page[Measured]]:
    """Facets with metrics of each node, newest first."""
    found = await pages(
        connection, MEASURED, nodes, row=Measured, order=METRIC_ORDER, first=first, after=after, given={"tests": False}
    )
    return await _shown(connection, found)


async def _shown(connection: Connection, found: Mapping[int, Page[Measured]]) -> dict[int, Page[Measured]]:
    rows = [row for page in found.values() for row in page.items]
    bodies = iter(await gate.through(connection, [gate.Said((row.node,), row.facet, row.body) for row in rows]))
    return {node: replace(page, items=[_with(row, next(bodies)) for row in page.items]) for node, page in found.items()}


def _with(row: Measured, body: str) -> Measured:
    """The row with another body; what was stored of its tests is then as that says."""
    if body is row.body:
        return row
    if row.tests is None:
        return replace(row, body=body)
    value = read_json(body.encode())
    listed = value.get("assertions") if isinstance(value, dict) else None
    told = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    parts = [[one.get(name) for name in ("assertion", "column", "success")] for one in told]
    return replace(row, body=body, tests=canonical(parts).decode())
