"""The connection rules that hold, and who made them."""

from __future__ import annotations

import uuid
import zlib
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from headwater_catalog.canonical import hash_of, read_json
from headwater_catalog.connections import PROPERTY, SETTING
from headwater_catalog.subjects import key


@dataclass(frozen=True, slots=True)
class ConnectionRuleSet:
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


async def rule_set(connection: AsyncConnection[TupleRow]) -> ConnectionRuleSet | None:
    """The rule set that holds; None where nobody has made one."""
    async with connection.cursor(row_factory=class_row(ConnectionRuleSet)) as cursor:
        await cursor.execute(RULES, [key(SETTING), PROPERTY])
        return await cursor.fetchone()
