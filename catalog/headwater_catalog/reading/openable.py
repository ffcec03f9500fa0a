"""Which datasets a template opens: what `headwater template` makes a program for, found out for all of them at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog import connections as rules
from headwater_catalog.canonical import read_json
from headwater_catalog.facets.opening import Connection as Reached
from headwater_catalog.facets.opening import Format
from headwater_catalog.facets.physical import Storage
from headwater_catalog.facets.shape import read
from headwater_catalog.names import PATH_STORES
from headwater_catalog.reading.rules import connection_rules
from headwater_catalog.templates.drivers import driver
from headwater_catalog.templates.opening import COMPRESSIONS, EXTENSIONS, Told, opening
from headwater_catalog.templates.render import TARGETS, Wanted, template

Connection = AsyncConnection[TupleRow]

# Of a dataset d and its name: it is opened as a table of a database that can be reached, or it lies where its namespace
# or headwater_location says, in a format that can be read: as headwater_format says, else storage, else its extension.
OPENS: LiteralString = r"""
SELECT d.name AS node FROM dataset d JOIN name ON name.id = d.name
LEFT JOIN (
    SELECT m.node, min(seen.rank) AS rank, (array_agg(f.hash ORDER BY f.place, f.s DESC)
        FILTER (WHERE f.facet = 'headwater_connection'))[1] AS reached
    FROM facet f JOIN dataset m ON m.name = f.owner
    LEFT JOIN unnest(%(formats)s::bytea[], %(ranks)s::int[]) AS seen(hash, rank) ON seen.hash = f.hash
    WHERE f.owner_kind = 1 AND f.place IN ('', 'crawler') AND NOT f.deleted
        AND f.facet IN ('headwater_format', 'storage', 'headwater_connection')
    GROUP BY m.node
) said ON said.node = d.name
LEFT JOIN unnest(%(spaces)s::text[], %(reached)s::bytea[], %(opened)s::bool[]) AS system(ns, reached, opened)
    ON system.ns = name.ns AND system.reached = coalesce(said.reached, '')
WHERE d.name = d.node AND coalesce(system.opened,
    coalesce(said.rank, CASE WHEN name.name ~* %(extensions)s THEN 5 END) IN (1, 3, 5)
    AND (split_part(name.ns, ':', 1) = ANY(%(stores)s::text[]) OR EXISTS (
        SELECT FROM dataset m JOIN facet f ON f.owner_kind = 1 AND f.owner = m.name
        JOIN value v ON v.hash = f.hash
        WHERE m.node = d.name AND f.facet = 'headwater_location' AND NOT f.deleted AND v.body ~ '"uri":"[^"]')))
"""
# Values that the facets have which say how datasets are opened; a connection with each namespace that it is said of.
SAID: LiteralString = """
SELECT DISTINCT f.facet, f.hash, CASE f.facet WHEN 'headwater_connection' THEN name.ns END AS ns
FROM facet f JOIN dataset m ON m.name = f.owner JOIN name ON name.id = m.node
WHERE f.owner_kind = 1 AND f.place IN ('', 'crawler') AND NOT f.deleted
    AND f.facet IN ('headwater_format', 'storage', 'headwater_connection')
"""
SPACES: LiteralString = "SELECT DISTINCT name.ns FROM dataset d JOIN name ON name.id = d.node"
BODIES: LiteralString = "SELECT hash, body FROM value WHERE hash = ANY(%s) AND octet_length(body) <= 65536"
"""Longer ones are no word on how data is opened."""
# A name's last part, after its first dot: an extension that says a format, perhaps one of packed files after it.
_ENDINGS: Final = rf"\.({'|'.join(EXTENSIONS)})(\.({'|'.join(COMPRESSIONS)}))?$"


NOTHING: Final[Mapping[str, Any]] = {
    "formats": [], "ranks": [], "spaces": [], "reached": [], "opened": [], "extensions": _ENDINGS,
    "stores": sorted(PATH_STORES),
}  # fmt: skip
"""The parameters of OPENS in a catalog where no facet, rule or namespace says how a dataset is opened."""


async def given(connection: Connection) -> dict[str, Any]:
    """The parameters of OPENS: what templates make of each value of a facet, and of each system."""
    rows = await (await connection.execute(SAID)).fetchall()
    said = [(str(facet), bytes(value), ns) for facet, value, ns in rows]
    spaces = [row[0] for row in await (await connection.execute(SPACES)).fetchall()]
    held = await connection_rules(connection)
    bodies = await _bodies(connection, {value for _, value, _ in said})
    return await asyncio.to_thread(_given, said, spaces, bodies, held.rules if held else [])


async def _bodies(connection: Connection, hashes: Iterable[bytes]) -> dict[bytes, str]:
    rows = await (await connection.execute(BODIES, [list(hashes)])).fetchall()
    return {bytes(value): body for value, body in rows}


def _given(
    said: Sequence[tuple[str, bytes, str | None]],
    spaces: Sequence[str],
    bodies: Mapping[bytes, str],
    held: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    told = [(facet, value, ns, bodies[value]) for facet, value, ns in said if value in bodies]
    formats = [(value, rank) for facet, value, _, body in told if (rank := _rank(facet, body)) is not None]
    pairs = [(ns, b"", "") for ns in spaces] + [(ns, value, body) for _, value, ns, body in told if ns is not None]
    systems = [(ns, value, opened) for ns, value, body in pairs if (opened := _system(ns, body, held)) is not None]
    return {
        **NOTHING,
        "formats": [value for value, _ in formats],
        "ranks": [rank for _, rank in formats],
        "spaces": [ns for ns, _, _ in systems],
        "reached": [value for _, value, _ in systems],
        "opened": [opened for _, _, opened in systems],
    }


@lru_cache(maxsize=256)
def _rank(facet: str, body: str) -> int | None:
    """1: a format that is read, 2: that is not; 3 and 4: the same of storage, which counts after it. None: no word."""
    value = read_json(body.encode())
    if facet == "headwater_format":
        told = read(Format, value)
        return 2 - _is_read(Told("file", "x", format=told)) if told and told.name else None
    kept = read(Storage, value) if facet == "storage" else None
    return 4 - _is_read(Told("file", "x", storage=kept.file_format)) if kept and kept.file_format else None


def _system(ns: str, body: str, held: Sequence[Mapping[str, Any]]) -> bool | None:
    """Whether a table of a namespace is opened, with the connection that a facet says; None: it is no database."""
    rule = rules.fitting(held, ns)
    ruled = rules.connection_of(rule) if rule else None
    facet = read(Reached, read_json(body.encode())) if body else None
    told = Told(ns, "a.b.c", connection=facet, ruled=ruled, rule=rule["namespace"] if rule else None)
    reached = opening(told).connection
    return _is_read(told) if reached and driver(reached.driver) else None


def _is_read(told: Told) -> bool:
    one = opening(told)
    return any(template(one, Wanted(target)).code is not None for target in TARGETS if target != "sql")
