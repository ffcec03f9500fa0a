"""Facets: all of a node, known or not, with their times and values; those of some names; uses of datasets."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import LiteralString, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.codes import DATASET, RUN
from headwater_catalog.facets.withheld import MEASURED
from headwater_catalog.reading import gate
from headwater_catalog.reading.pages import Order, Page, pages

Connection = AsyncConnection[TupleRow]
MOST = 2_000
"""Facets that one node may show."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet's register. place: "" or inputFacets / outputFacets of a use; used: as Slot says it.

    told: of datasets the place by which one knows whose word it is (facets/crawled.py); the effective one comes first.
    namespace, name: of what carries it or is used. body: JSON text of the value; s: stamp.
    """

    node: int
    place: str
    used: str
    told: str
    facet: str
    s: int
    namespace: str | None
    name: str | None
    body: str


class Slot(NamedTuple):
    """A facet of a node: place is "" or that of a use, `inputFacets:` or `outputFacets:` and the id of the name."""

    node: int
    place: str
    facet: str


class Held(NamedTuple):
    """What a register holds: whose word it is (Facet.told), its stamp, and the value as JSON text."""

    told: str
    s: int
    h: uuid.UUID
    body: str


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a dataset, by the name that was used, of which a run or job said something in particular."""

    node: int
    place: str
    namespace: str
    name: str
    key: uuid.UUID


# Facets of datasets: of all names of the class.
OF_DATASETS: LiteralString = """
SELECT asked.node, '' AS place, '' AS used, facet.place AS told, facet.facet, facet.s,
    name.ns AS namespace, name.name, value.body
FROM unnest(%(nodes)s::int[]) AS asked(node) JOIN dataset ON dataset.node = asked.node
JOIN name ON name.id = dataset.name
JOIN facet ON facet.owner_kind = 1 AND facet.owner = dataset.name AND NOT facet.deleted
JOIN value ON value.hash = facet.hash
WHERE %(wanted)s::text[] IS NULL OR facet.facet = ANY(%(wanted)s)
ORDER BY asked.node, facet.facet, facet.place, facet.s DESC LIMIT %(limit)s
"""

# Facets of jobs (2) or runs (3), and of their uses of datasets.
OF_OWNERS: LiteralString = """
SELECT facet.owner AS node, split_part(facet.place, ':', 1) AS place, facet.place AS used, '' AS told, facet.facet,
    facet.s,    name.ns AS namespace, name.name, value.body
FROM facet JOIN value ON value.hash = facet.hash
LEFT JOIN name ON name.id = nullif(split_part(facet.place, ':', 2), '')::int
WHERE facet.owner_kind = %(kind)s AND facet.owner = ANY(%(nodes)s) AND NOT facet.deleted
    AND (%(wanted)s::text[] IS NULL OR facet.facet = ANY(%(wanted)s))
ORDER BY facet.owner, facet.place, facet.facet LIMIT %(limit)s
"""

# Some facets of datasets, by all names of their classes: producers' before crawlers', of each the last one first.
HELD_BY_DATASETS: LiteralString = """
SELECT asked.node, asked.place, asked.facet, facet.place, facet.s, facet.h, value.body
FROM unnest(%(nodes)s::int[], %(places)s::text[], %(facets)s::text[]) AS asked(node, place, facet)
JOIN dataset ON dataset.node = asked.node
JOIN facet ON facet.owner_kind = 1 AND facet.owner = dataset.name AND facet.place IN ('', 'crawler')
    AND facet.facet = asked.facet AND NOT facet.deleted
JOIN value ON value.hash = facet.hash ORDER BY facet.place, facet.s DESC, facet.h DESC
"""

# Some facets of jobs (2) or runs (3), and of their uses of datasets.
HELD_BY_OWNERS: LiteralString = """
SELECT asked.node, asked.place, asked.facet, '', facet.s, facet.h, value.body
FROM unnest(%(nodes)s::int[], %(places)s::text[], %(facets)s::text[]) AS asked(node, place, facet)
JOIN facet ON facet.owner_kind = %(kind)s AND facet.owner = asked.node AND facet.place = asked.place
    AND facet.facet = asked.facet AND NOT facet.deleted
JOIN value ON value.hash = facet.hash
"""

# Uses of datasets by jobs or runs that have facets of their own.
USES: LiteralString = """
SELECT asked.node, used.place, name.ns AS namespace, name.name, name.key
FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT DISTINCT f.place FROM facet f
    WHERE f.owner_kind = %(kind)s AND f.owner = asked.node AND f.place > coalesce(%(k0)s::text, '') AND NOT f.deleted
    ORDER BY f.place LIMIT %(limit)s
) used JOIN name ON name.id = split_part(used.place, ':', 2)::int
ORDER BY asked.node, used.place
"""
USE_ORDER = Order[Use]("uses", lambda use: (use.place,), (str,))


async def facets(
    connection: Connection, nodes: Sequence[int], kind: int, wanted: Sequence[str] | None = None
) -> dict[int, list[Facet]]:
    """Facets of datasets (1), jobs (2) or runs (3), as they may be shown; wanted: only those of these names."""
    given = {
        "kind": kind,
        "nodes": list(nodes),
        "wanted": None if wanted is None else list(wanted),
        "limit": MOST * max(len(nodes), 1),
    }
    found: dict[int, list[Facet]] = defaultdict(list)
    async with connection.cursor(row_factory=class_row(Facet)) as cursor:
        await cursor.execute(OF_DATASETS if kind == 1 else OF_OWNERS, given)
        rows = await cursor.fetchall()
    bodies = await _shown(connection, kind, [(one.node, one.used, one.facet, one.body) for one in rows])
    for facet, body in zip(rows, bodies, strict=True):
        found[facet.node].append(facet if body is facet.body else replace(facet, body=body))
    return found


async def held(connection: Connection, slots: Sequence[Slot], kind: int) -> dict[Slot, list[Held]]:
    """What these facets of datasets (1), jobs (2) or runs (3) hold, the one that counts first, as it may be shown."""
    given = {
        "kind": kind,
        "nodes": [slot.node for slot in slots],
        "places": [slot.place for slot in slots],
        "facets": [slot.facet for slot in slots],
    }
    found: dict[Slot, list[Held]] = defaultdict(list)
    cursor = await connection.execute(HELD_BY_DATASETS if kind == DATASET else HELD_BY_OWNERS, given)
    rows = await cursor.fetchall()
    bodies = await _shown(connection, kind, [(node, place, facet, body) for node, place, facet, *_, body in rows])
    for (node, place, facet, told, s, h, _), body in zip(rows, bodies, strict=True):
        found[Slot(node, place, facet)].append(Held(told, s, h, body))
    return found


async def _shown(connection: Connection, kind: int, rows: Sequence[tuple[int, str, str, str]]) -> list[str]:
    """Bodies as they may be shown. rows: node, the place of a use or "", facet, body."""
    own = {node for node, place, facet, _ in rows if kind == RUN and not place and facet in MEASURED}
    used = await gate.of_runs(connection, own)

    def of(node: int, place: str) -> tuple[int, ...]:
        return (int(place.partition(":")[2]),) if place else (node,) if kind == DATASET else used.get(node, ())

    return await gate.through(connection, [gate.Said(of(node, place), *told) for node, place, *told in rows])


async def uses(
    connection: Connection, nodes: Sequence[int], kind: int, first: int, after: str | None
) -> dict[int, Page[Use]]:
    """Uses of datasets by these jobs (2) or runs (3) of which they said something in particular, inputs first."""
    given = {"kind": kind}
    return await pages(connection, USES, nodes, row=Use, order=USE_ORDER, first=first, after=after, given=given)
