"""Columns by their public keys."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

Connection = AsyncConnection[TupleRow]

# Columns of the newest schemas by key: the first half of sha256 over ["field", namespace, name, path] in canonical
# JSON, as headwater_catalog.names.key_of. A scan: those who know the dataset ask for the column by path instead.
BY_KEYS: LiteralString = """
SELECT found.key, found.node, found.path FROM (
    SELECT encode(substr(sha256(convert_to(
        '["field",' || to_json(name.ns)::text || ',' || to_json(name.name)::text || ','
        || to_json(field.path)::text || ']', 'UTF8')), 1, 16), 'hex')::uuid AS key, field.node, field.path
    FROM field JOIN name ON name.id = field.node
) found WHERE found.key = ANY(%(keys)s)
UNION ALL
SELECT subject.key, coalesce(dataset.node, name.id), subject.parts ->> 3
FROM subject JOIN name ON name.key = subject.whole LEFT JOIN dataset ON dataset.name = name.id
WHERE subject.kind = 'field' AND subject.key = ANY(%(keys)s)
"""


async def by_keys(connection: Connection, keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[int, str]]:
    """Key → (dataset, path); also columns of which only people speak."""
    cursor = await connection.execute(BY_KEYS, {"keys": list(keys)})
    return {row[0]: (row[1], row[2]) for row in await cursor.fetchall()}
