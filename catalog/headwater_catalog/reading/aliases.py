"""Names as entries spell them where a naming rule makes them others: of datasets, and in what runs list."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.projection.told import aliases_of
from headwater_catalog.reading.pages import Order, Page, pages

Connection = AsyncConnection[TupleRow]
MOST_EVENTS = 200
"""Events of a run that are looked at, the last ones: a run that streams for months has any number."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A name as entries spell it. node: what it is an alias of; key: that of the name, which leads to the node too."""

    node: int
    key: uuid.UUID
    namespace: str
    name: str
    partition: str | None
    version: str | None
    environment: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """An alias as a run lists it. side: 0 input, 1 output; node: the run."""

    side: int
    alias: Alias


# What else means a dataset, by rules: of all names of its class.
OF_NODES: LiteralString = """
SELECT asked.node, found.key, found.ns AS namespace, found.name, found.partition, found.version, found.environment
FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT alias.* FROM dataset JOIN alias ON alias.target = dataset.name
    WHERE dataset.node = asked.node AND (%(k0)s::text IS NULL
        OR (left(alias.ns, 256), left(alias.name, 256), alias.ns, alias.name)
            > (left(%(k0)s, 256), left(%(k1)s::text, 256), %(k0)s, %(k1)s))
    ORDER BY left(alias.ns, 256), left(alias.name, 256), alias.ns, alias.name LIMIT %(limit)s
) found
"""

# What the last events of runs list, up to a stamp and a time of receipt.
SAID: LiteralString = """
SELECT asked.node, told.said FROM unnest(%(nodes)s::int[]) AS asked(node) CROSS JOIN LATERAL (
    SELECT said FROM event WHERE run = asked.node AND NOT retracted
        AND s <= coalesce(%(as_of)s::bigint, s) AND received <= coalesce(%(known_at)s::bigint, received)
    ORDER BY s DESC LIMIT %(most)s
) told
"""
BY_IDS: LiteralString = """
SELECT id, target AS node, key, ns AS namespace, name, partition, version, environment FROM alias WHERE id = ANY(%s)
"""

ORDER = Order[Alias]("aliases", lambda alias: (alias.namespace, alias.name), (str, str))


async def of_nodes(
    connection: Connection, nodes: Sequence[int], first: int, after: str | None
) -> dict[int, Page[Alias]]:
    """Names that rules make each dataset, by name."""
    return await pages(connection, OF_NODES, nodes, row=Alias, order=ORDER, first=first, after=after)


async def of_runs(
    connection: Connection, runs: Sequence[int], as_of: int | None, known_at: int | None
) -> dict[int, list[Listed]]:
    """What each run lists by names that a rule makes others, in the order of their names. as_of: a stamp's integer."""
    asked = {"nodes": list(runs), "as_of": as_of, "known_at": known_at, "most": MOST_EVENTS}
    spelled: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for run, said in await (await connection.execute(SAID, asked)).fetchall():
        spelled[run] |= aliases_of(said)
    known = await _by_ids(connection, sorted({alias for found in spelled.values() for _, alias in found}))
    listed = {run: [Listed(side, known[alias]) for side, alias in found] for run, found in spelled.items()}
    return {run: sorted(found, key=_place) for run, found in listed.items()}


def _place(listed: Listed) -> tuple[int, str, str]:
    return listed.side, listed.alias.namespace, listed.alias.name


async def _by_ids(connection: Connection, ids: Sequence[int]) -> dict[int, Alias]:
    if not ids:
        return {}
    async with connection.cursor() as cursor:
        await cursor.execute(BY_IDS, [list(ids)])
        return {number: Alias(*rest) for number, *rest in await cursor.fetchall()}
