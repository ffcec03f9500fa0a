"""What a tag, an owner or a term is said of: columns where it is said of columns, else whole datasets and jobs."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import LiteralString, NamedTuple

from headwater_catalog.canonical import read_json
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.graph import Column
from headwater_catalog.lineage.resolve import MOST_NODES, SAYING, Resolved, known_columns
from headwater_catalog.lineage.said_then import SAID, paths_told, said_then
from headwater_catalog.lineage.select import Atom
from headwater_catalog.names import key_of
from headwater_catalog.statements import NOW, Bounds

# Of what it is said, by the key and the path of a column; the path of one of which producers alone speak is in no row.
SPOKEN: LiteralString = """
SELECT DISTINCT coalesce(dataset.node, name.id), said.node = said.whole, said.node, subject.parts ->> 3,
    name.id, name.ns, name.name
FROM ({saying}) AS said(node, whole) JOIN name ON name.key = said.whole LEFT JOIN dataset ON dataset.name = name.id
JOIN name home ON home.id = coalesce(dataset.node, name.id) AND NOT home.retracted
LEFT JOIN subject ON subject.key = said.node AND subject.kind = 'field'
LIMIT %(limit)s
"""
STATEMENTS: dict[str, LiteralString] = {method: SPOKEN.replace("{saying}", some) for method, some in SAYING.items()}

# The tags that producers gave to what some names stand for, and to columns.
TAGS: LiteralString = """
SELECT facet.owner, value.body FROM facet JOIN value ON value.hash = facet.hash
WHERE facet.owner_kind = 1 AND facet.owner = ANY(%s) AND facet.place IN ('', 'crawler') AND facet.facet = 'tags'
    AND NOT facet.deleted
"""


class _Row(NamedTuple):
    node: int
    whole: bool
    key: uuid.UUID
    path: str | None
    name: int
    space: str
    text: str


async def spoken_of(connection: Connection, atom: Atom, then: Bounds = NOW) -> list[Column]:
    """What `tag:`, `owner:` or `term:` names: known columns, and (node, None) of what it is said as a whole.

    At most MOST_NODES + 1; then: as for headwater_catalog.lineage.resolve.named_set.
    """
    said = await (_said_now(connection, atom) if then == NOW else said_then(connection, atom, then))
    wanted = [(0, node, path) for node, path in dict.fromkeys(said) if path is not None]
    [columns] = await known_columns(connection, 1, wanted)
    return [*sorted({one for one in said if one[1] is None}), *columns]


async def pieces(
    connection: Connection, atom: Atom, found: Resolved, then: Bounds = NOW
) -> tuple[list[Column], list[int]]:
    """What a part of a selector names, each as it is said: columns, and whole datasets and jobs."""
    if atom.method not in SAID:
        return list(found.columns), [] if found.columns else list(found.found)
    said = await spoken_of(connection, atom, then)
    return [one for one in said if one[1] is not None], [node for node, path in said if path is None]


async def _said_now(connection: Connection, atom: Atom) -> list[Column]:
    given = {"value": atom.value, "limit": MOST_NODES + 1}
    rows = [_Row(*row) for row in await (await connection.execute(STATEMENTS[atom.method], given)).fetchall()]
    told = await _told_by_producers(connection, atom, [row for row in rows if not row.whole and row.path is None])
    paths = {row.key: row.path or told.get(row.key) for row in rows}
    return [(row.node, paths[row.key]) for row in rows if row.whole or paths[row.key]]


async def _told_by_producers(connection: Connection, atom: Atom, rows: Sequence[_Row]) -> Mapping[uuid.UUID, str]:
    """The paths of columns that producers tagged, by their keys."""
    asked: dict[int, _Row] = {row.name: row for row in rows}
    found: dict[uuid.UUID, str] = {}
    if not asked:
        return found
    bodies: dict[str, list[int]] = defaultdict(list)
    for name, body in await (await connection.execute(TAGS, [list(asked)])).fetchall():
        bodies[body].append(name)
    for body, names in bodies.items():
        paths = [path for path in paths_told(read_json(body.encode()), "tags", "key", atom.value) if path]
        for name in names:
            found |= {key_of("field", asked[name].space, asked[name].text, path): path for path in paths}
    return found
