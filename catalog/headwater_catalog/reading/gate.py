"""The one gate through which measured values leave the catalog: without those of withheld columns (decisions/0022)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, LiteralString, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.canonical import canonical, read_json
from headwater_catalog.facets.withheld import MEASURED, Gate, shown
from headwater_catalog.hidden import WHOLE, Hidden, holds_secret
from headwater_catalog.reading.personal import Name, personal
from headwater_catalog.secret_words import NEEDLES

Connection = AsyncConnection[TupleRow]
UNKNOWN: Final = Gate(Hidden([WHOLE]))
"""Of what nobody knows the dataset of, such as a facet of a job: it may be of any, so that all columns are withheld."""
MOST_SECRETS: Final = 100_000
"""Columns that may be named like secrets, of all that is asked about at once; of more all columns are withheld."""

# All names of the datasets that names mean, at the moment of the connection and now: tags are those of now.
MEMBERS: LiteralString = """
SELECT asked.id, member.ns, member.name FROM unnest(%(names)s::int[]) AS asked(id) CROSS JOIN LATERAL (
    SELECT asked.id AS name
    UNION SELECT other.name FROM dataset own JOIN dataset other ON other.node = own.node WHERE own.name = asked.id
    UNION SELECT other.name FROM core.dataset own JOIN core.dataset other ON other.node = own.node
        WHERE own.name = asked.id
) same JOIN core.name member ON member.id = same.name AND member.kind = 1
"""
# Columns of their newest schemas of which a part may name a secret.
SECRETS: LiteralString = """
SELECT asked.id, field.path FROM unnest(%(names)s::int[]) AS asked(id)
JOIN dataset own ON own.name = asked.id JOIN field ON field.node = own.node
WHERE lower(field.path) ~ %(needles)s LIMIT %(most)s
"""
# What runs used: a test of a run names no dataset.
USED: LiteralString = """
SELECT run.id, coalesce(run.reads, '{}') || coalesce(run.writes, '{}') FROM run WHERE run.id = ANY(%(runs)s::int[])
"""


class Said(NamedTuple):
    """A facet's value as JSON text, and names (ids) of datasets that it is of; several: any of them; none: UNKNOWN."""

    names: tuple[int, ...]
    facet: str
    body: str


async def through(connection: Connection, said: Sequence[Said]) -> list[str]:
    """The values as they may be shown, in their order; those that measure nothing cost nothing."""
    held = [one for one in said if one.facet in MEASURED]
    if not held:
        return [one.body for one in said]
    gates = await gates_of(connection, sorted({name for one in held for name in one.names}))
    each = {names: joined(gates, names) for names in {one.names for one in held}}
    return await asyncio.to_thread(
        lambda: [_body(one, each[one.names]) if one.facet in MEASURED else one.body for one in said]
    )


async def gates_of(connection: Connection, names: Sequence[int]) -> dict[int, Gate]:
    """What is withheld of the dataset of each name (id), under any of its names; at most four statements."""
    members: dict[int, list[Name]] = defaultdict(list)
    for asked, ns, name in await (await connection.execute(MEMBERS, {"names": list(names)})).fetchall():
        members[asked].append((ns, name))
    marks = await personal(connection, sorted({name for some in members.values() for name in some}))
    secrets = await _secrets(connection, list(members))
    return {
        asked: Gate(
            Hidden([*(path for name in some for path in marks.get(name, ())), *secrets.get(asked, ())]),
            tuple(name for _, name in some),
        )
        for asked, some in members.items()
    }


def joined(gates: Mapping[int, Gate], names: Iterable[int]) -> Gate:
    """What is withheld of what may be of any of these datasets."""
    known = [gates[name] for name in names if name in gates]
    if len(known) < 2:
        return known[0] if known else UNKNOWN
    return Gate(Hidden(path for one in known for path in one.hidden), tuple(n for one in known for n in one.names))


async def of_runs(connection: Connection, runs: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The datasets (nodes) that runs used, of which their own facets may tell."""
    asked = sorted(set(runs))
    if not asked:
        return {}
    rows = await (await connection.execute(USED, {"runs": asked})).fetchall()
    return {run: tuple(nodes) for run, nodes in rows}


async def _secrets(connection: Connection, names: Sequence[int]) -> Mapping[int, list[str]]:
    given = {"names": names, "needles": "|".join(NEEDLES), "most": MOST_SECRETS}
    rows = await (await connection.execute(SECRETS, given)).fetchall()
    if len(rows) == MOST_SECRETS:
        return {name: [WHOLE] for name in names}
    found: dict[int, list[str]] = defaultdict(list)
    for asked, path in rows:
        if holds_secret(path):
            found[asked].append(path)
    return found


def _body(said: Said, known: Gate) -> str:
    value = read_json(said.body.encode())
    told = shown(said.facet, value, known)
    return said.body if told == value else canonical(told).decode()
