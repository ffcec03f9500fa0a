"""Facets: all of them, known or not, with their times and values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

Connection = AsyncConnection[TupleRow]
MOST = 2_000
"""Facets that one node may show."""


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet's register. place: "" or inputFacets / outputFacets of a use; of: the name that carries or is used.

    body: JSON text of the value; s: stamp.
    """

    node: int
    place: str
    facet: str
    s: int
    namespace: str | None
    name: str | None
    body: str


# Facets of datasets: of all names of the class.
OF_DATASETS: LiteralString = """
SELECT asked.node, '' AS place, facet.facet, facet.s, name.ns AS namespace, name.name, value.body
FROM unnest(%(nodes)s::int[]) AS asked(node) JOIN dataset ON dataset.node = asked.node
JOIN name ON name.id = dataset.name
JOIN facet ON facet.owner_kind = 1 AND facet.owner = dataset.name AND NOT facet.deleted
JOIN value ON value.hash = facet.hash
WHERE %(wanted)s::text[] IS NULL OR facet.facet = ANY(%(wanted)s)
ORDER BY asked.node, facet.facet, facet.s DESC LIMIT %(limit)s
"""

# Facets of jobs (2) or runs (3), and of their uses of datasets.
OF_OWNERS: LiteralString = """
SELECT facet.owner AS node, split_part(facet.place, ':', 1) AS place, facet.facet, facet.s,
    name.ns AS namespace, name.name, value.body
FROM facet JOIN value ON value.hash = facet.hash
LEFT JOIN name ON name.id = nullif(split_part(facet.place, ':', 2), '')::int
WHERE facet.owner_kind = %(kind)s AND facet.owner = ANY(%(nodes)s) AND NOT facet.deleted
    AND (%(wanted)s::text[] IS NULL OR facet.facet = ANY(%(wanted)s))
ORDER BY facet.owner, facet.place, facet.facet LIMIT %(limit)s
"""


async def facets(
    connection: Connection, nodes: Sequence[int], kind: int, wanted: Sequence[str] | None = None
) -> dict[int, list[Facet]]:
    """Facets of datasets (1), jobs (2) or runs (3); wanted: only those of these names."""
    given = {
        "kind": kind,
        "nodes": list(nodes),
        "wanted": None if wanted is None else list(wanted),
        "limit": MOST * max(len(nodes), 1),
    }
    found: dict[int, list[Facet]] = defaultdict(list)
    async with connection.cursor(row_factory=class_row(Facet)) as cursor:
        await cursor.execute(OF_DATASETS if kind == 1 else OF_OWNERS, given)
        for facet in await cursor.fetchall():
            found[facet.node].append(facet)
    return found
