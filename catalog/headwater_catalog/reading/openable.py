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
from headwater_catalog.templates import outline
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
AT_ONCE: Final = 1_000
"""Values that are read together: at most 64 MiB."""
MOST_KEPT: Final = 4_096
"""Outlines whose answers are kept; there are some hundreds."""
Outline = Format | str | Reached
"""What of a facet's value decides: a format, the name of one (storage), a connection."""
Kind = tuple[str, bytes]
"""A facet, and the hash of a value."""
MOST_OUTLINES: Final = 65_536
"""Values whose outlines are kept from request to request; where there are more, all are read anew."""
_OUTLINES: Final[dict[Kind, Outline | None]] = {}
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
    outlines = await _known(connection, {(facet, value) for facet, value, _ in said})
    return await asyncio.to_thread(_given, said, spaces, outlines, held.rules if held else [])


async def _known(connection: Connection, kinds: set[Kind]) -> dict[Kind, Outline]:
    """What values say of how data is opened. A value stays what it is, so that it is read once, not a request."""
    found = {kind: _OUTLINES[kind] for kind in kinds if kind in _OUTLINES}
    unread = sorted(kinds - found.keys())
    for at in range(0, len(unread), AT_ONCE):
        some = unread[at : at + AT_ONCE]
        bodies = await _bodies(connection, {value for _, value in some})
        found |= await asyncio.to_thread(_outlines, some, bodies)
    if len(_OUTLINES) + len(unread) > MOST_OUTLINES:
        _OUTLINES.clear()
    _OUTLINES.update((kind, found[kind]) for kind in unread[:MOST_OUTLINES])
    return {kind: outline for kind, outline in found.items() if outline is not None}


async def _bodies(connection: Connection, hashes: Iterable[bytes]) -> dict[bytes, str]:
    rows = await (await connection.execute(BODIES, [list(hashes)])).fetchall()
    return {bytes(value): body for value, body in rows}


def _outlines(kinds: Iterable[Kind], bodies: Mapping[bytes, str]) -> dict[Kind, Outline | None]:
    """What of each value decides; None of one that is no word on how data is opened."""
    found: dict[Kind, Outline | None] = {}
    same: dict[Outline, Outline] = {}
    for facet, value in kinds:
        outline = _outline(facet, bodies[value]) if value in bodies else None
        found[facet, value] = None if outline is None else same.setdefault(outline, outline)
    return found


def _outline(facet: str, body: str) -> Outline | None:
    value = read_json(body.encode())
    if facet == "headwater_format":
        told = read(Format, value)
        return outline.of_format(told) if told and told.name else None
    if facet == "storage":
        kept = read(Storage, value)
        return outline.of_name(kept.file_format.lower()) if kept and kept.file_format else None
    reached = read(Reached, value)
    return outline.of_connection(reached or Reached())


def _given(
    said: Sequence[tuple[str, bytes, str | None]],
    spaces: Sequence[str],
    outlines: Mapping[Kind, Outline],
    held: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    formats = [(value, _rank(one)) for (_, value), one in outlines.items() if not isinstance(one, Reached)]
    reached = [(ns, value, outlines.get((facet, value))) for facet, value, ns in said if ns is not None]
    pairs = [(ns, b"", None) for ns in spaces] + [one for one in reached if isinstance(one[2], Reached)]
    ruled = {ns: _ruled(ns, held) for ns in {ns for ns, _, _ in pairs}}
    systems = [(ns, value, opened) for ns, value, one in pairs if (opened := _system(*ruled[ns], one)) is not None]
    return {
        **NOTHING,
        "formats": [value for value, _ in formats],
        "ranks": [rank for _, rank in formats],
        "spaces": [ns for ns, _, _ in systems],
        "reached": [value for _, value, _ in systems],
        "opened": [opened for _, _, opened in systems],
    }


def _ruled(ns: str, held: Sequence[Mapping[str, Any]]) -> tuple[str, str | None, Reached | None]:
    """What a namespace says of its system, the pattern of the rule that fits, and what that says; outlines."""
    space, rule = outline.of_space(ns), rules.fitting(held, ns)
    if rule is None:
        return space, None, None
    told = rules.connection_of(rule)
    exact = rule["namespace"] == ns and not {"*", "?"} & set(ns)
    return space, space if exact else "*", outline.of_connection(told, told.secret_reference) if told else None


@lru_cache(maxsize=MOST_KEPT)
def _rank(said: Format | str) -> int:
    """1: a format that is read, 2: that is not; 3 and 4: the same of storage, which counts after it."""
    if isinstance(said, str):
        return 4 - _is_read(Told("file", "x", storage=said))
    return 2 - _is_read(Told("file", "x", format=said))


@lru_cache(maxsize=MOST_KEPT)
def _system(space: str, rule: str | None, ruled: Reached | None, facet: Reached | None) -> bool | None:
    """Whether a table of a namespace is opened, with the connection that a facet says; None: it is no database."""
    told = Told(space, "a.b.c", connection=facet, ruled=ruled, rule=rule)
    reached = opening(told).connection
    return _is_read(told) if reached and driver(reached.driver) else None


def _is_read(told: Told) -> bool:
    """The first target that opens it is enough."""
    one = opening(told)
    return any(template(one, Wanted(target)).code is not None for target in TARGETS if target != "sql")
