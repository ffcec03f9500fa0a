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
# Lineage statements run in 0.1 ms and took 5 ms to plan; arrays make one plan as good as another.
PLANNED_ONCE: LiteralString = "SET LOCAL plan_cache_mode = force_generic_plan"


@asynccontextmanager
async def snapshot(pool: Pool) -> AsyncIterator[Connection]:
    """A connection of the pool inside such a transaction; the pool bounds how long a statement may run."""
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(BEGIN)
        await connection.execute(PLANNED_ONCE)
        yield connection
