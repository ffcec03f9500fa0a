"""Rules that are entries: the sets that hold, and the edits that brought them."""

from __future__ import annotations

import uuid
import zlib
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog import connections
from headwater_catalog.canonical import hash_of, read_json
from headwater_catalog.naming import held
from headwater_catalog.subjects import Subject, key

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The register of the rules. s, h: its stamp; body: the entry, compressed, None where its bytes are gone."""

    rules: list[dict[str, Any]]
    author: str
    s: int
    h: uuid.UUID
    body: bytes | None

    @property
    def edit(self) -> str | None:
        """The id of the edit, by which it can be retracted."""
        return None if self.body is None else hash_of(read_json(zlib.decompress(self.body))).hex()


RULES: LiteralString = """
SELECT register.value AS rules, register.author, register.s, register.h, (
    SELECT body FROM entry WHERE entry.h = register.h AND entry.kind = 'edit' AND body IS NOT NULL LIMIT 1) AS body
FROM register WHERE node = %s AND property = %s AND value IS NOT NULL
"""


async def connection_rules(connection: Connection) -> RuleSet | None:
    """How stores are reached; None where nobody has made a rule."""
    return await _held(connection, connections.SETTING, connections.PROPERTY)


async def naming_rules(connection: Connection) -> RuleSet | None:
    """What names mean; None where nobody has made a rule."""
    return await _held(connection, held.SETTING, held.PROPERTY)


async def _held(connection: Connection, setting: Subject, name: str) -> RuleSet | None:
    async with connection.cursor(row_factory=class_row(RuleSet)) as cursor:
        await cursor.execute(RULES, [key(setting), name])
        return await cursor.fetchone()
