"""Which names a dataset stands for, and when: what was said under another name, or of another dataset, told apart."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import LiteralString, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.lineage.resolve import AmbiguousName
from headwater_catalog.names import key_of, parse_public_id
from headwater_catalog.reading import nodes
from headwater_catalog.statements import SCOPE

Connection = AsyncConnection[TupleRow]
Stamp = tuple[int, uuid.UUID]
FIRST: Stamp = (-(2**63), uuid.UUID(int=0))
LAST: Stamp = (2**63 - 1, uuid.UUID(int=2**128 - 1))


class Range(NamedTuple):
    """A name while it means a dataset: of stamps after `after`, up to `until`."""

    name: int
    after: Stamp
    until: Stamp


# The nodes that names may stand for: what they mean now, and what they were renamed to.
REACHED: LiteralString = """
WITH RECURSIVE reached(name) AS (
    SELECT unnest(%s::int[])
    UNION SELECT change.name FROM reached JOIN lifecycle change
        ON change.previous = reached.name AND change.change = 'RENAME'
)
SELECT DISTINCT node.key FROM reached LEFT JOIN dataset ON dataset.name = reached.name
JOIN name node ON node.id = coalesce(dataset.node, reached.name)
"""


# The name that one of some keys means: by a naming rule that fits it, else itself.
MEANT: LiteralString = """
SELECT coalesce(target.key, name.key) FROM unnest(%s::uuid[]) AS asked(key)
LEFT JOIN alias ON alias.key = asked.key LEFT JOIN name target ON target.id = alias.target
LEFT JOIN name ON name.key = asked.key
WHERE coalesce(target.key, name.key) IS NOT NULL LIMIT 1
"""


async def reached(connection: Connection, names: Collection[int]) -> list[uuid.UUID]:
    """The keys of the nodes that names stand for at any time."""
    rows = await (await connection.execute(REACHED, [list(names)])).fetchall()
    return [row[0] for row in rows]


async def ranges(connection: Connection, keys: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Sequence[Range]]:
    """Key of a node → its names, each with the time in which it meant that node. One statement (statements.SCOPE)."""
    found: dict[uuid.UUID, set[Range]] = defaultdict(set)
    rows = await (await connection.execute(SCOPE, {"keys": list(keys)})).fetchall()
    for asked, name, _, _, _, _, until_s, until_h, away_s, away_h in rows:
        after = FIRST if away_s is None else (away_s, away_h)
        found[asked].add(Range(name, after, LAST if until_s is None else (until_s, until_h)))
    return {key: sorted(some) for key, some in found.items()}


def columns(some: Sequence[Range]) -> dict[str, list[object]]:
    """Ranges as parameters: names, after_s, after_h, until_s, until_h."""
    return {
        "names": [one.name for one in some],
        "after_s": [one.after[0] for one in some],
        "after_h": [one.after[1] for one in some],
        "until_s": [one.until[0] for one in some],
        "until_h": [one.until[1] for one in some],
    }


async def key_of_ref(connection: Connection, kind: str, ref: str) -> uuid.UUID | None:
    """The key of the dataset or job that a reference means: by id, whole name or short name; None where none does.

    A dataset that no event lists is known by its whole name. Raises AmbiguousName.
    """
    parsed = parse_public_id(ref)
    if parsed is not None:
        known = await nodes.by_keys(connection, [parsed[1]])
        if parsed[1] in known:
            return await _key(connection, known[parsed[1]])
        return await _meant(connection, [parsed[1]]) or parsed[1]
    ids = (await nodes.match_names(connection, nodes.KINDS[kind], [ref]))[0]
    if len(ids) > 1:
        raise AmbiguousName(ref, sorted(named.ref for named in (await nodes.by_ids(connection, ids)).values()))
    if ids:
        return await _key(connection, ids[0])
    wholes = [key_of(kind, *split) for split in nodes.splits(nodes.KINDS[kind], ref)]
    return await _meant(connection, wholes)


async def _meant(connection: Connection, keys: Sequence[uuid.UUID]) -> uuid.UUID | None:
    row = await (await connection.execute(MEANT, [list(keys)])).fetchone()
    return None if row is None else row[0]


async def _key(connection: Connection, node: int) -> uuid.UUID:
    return (await nodes.by_ids(connection, [node]))[node].key
