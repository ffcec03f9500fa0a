"""One request, one moment: a read-only transaction in which every statement sees the same catalog."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

Connection = AsyncConnection[TupleRow]
Pool = AsyncConnectionPool[Connection]

BEGIN: LiteralString = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"


@asynccontextmanager
async def snapshot(pool: Pool) -> AsyncIterator[Connection]:
    """A connection of the pool inside such a transaction; the pool bounds how long a statement may run."""
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(BEGIN)
        yield connection
