"""What columns mean, many at once: where their values come from, how fresh they are, whether their tests passed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from headwater_catalog.lineage.columns import origins
from headwater_catalog.lineage.graph import Column
from headwater_catalog.reading.quality import MADE
from headwater_catalog.times import micros_of

Connection = AsyncConnection[TupleRow]


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one column: far ends upstream; when its dataset was last written (microseconds); its last tests."""

    origins: list[Column]
    freshness: int | None
    last_test: bool | None


# The last data version of datasets, and their last facet with tests.
FRESHNESS: LiteralString = """
SELECT asked.node,
    (SELECT max(s) FROM write w WHERE target = asked.node AND {made}),
    (SELECT tests FROM quality WHERE node = asked.node AND tests IS NOT NULL
        ORDER BY s DESC, teller DESC, name DESC, facet DESC LIMIT 1)
FROM unnest(%s::int[]) AS asked(node)
""".replace("{made}", MADE)


async def standings(connection: Connection, columns: Sequence[Column]) -> list[Standing]:
    """Of each column, in their order; two statements for any number."""
    found = await origins(connection, columns)
    cursor = await connection.execute(FRESHNESS, [sorted({node for node, _ in columns})])
    known = {row[0]: (row[1], row[2]) for row in await cursor.fetchall()}
    return [_standing(column, ends, *known[column[0]]) for column, ends in zip(columns, found, strict=True)]


def _standing(column: Column, ends: list[Column], s: int | None, tests: str | None) -> Standing:
    return Standing(ends, None if s is None else micros_of(s), _passed(tests, column[1]))


def _passed(tests: str | None, path: str | None) -> bool | None:
    """Whether the tests of this column passed; those of the whole dataset where there are none of the column."""
    read = [test for test in json.loads(tests or "[]") if isinstance(test, list) and len(test) == 3]
    mine = [test for test in read if test[1] == path] or [test for test in read if test[1] is None]
    return all(test[2] is True for test in mine) if mine else None
