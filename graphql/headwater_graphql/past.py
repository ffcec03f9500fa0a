"""Other moments: made by another thread where they are not kept, then asked like now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import psycopg

from headwater_catalog.facts import Interpreters
from headwater_catalog.projection.moments import Moment, Moments
from headwater_catalog.reading.snapshot import Connection, Pool, snapshot
from headwater_graphql.context import Past


def past_of(pool: Pool, connect: Callable[[], psycopg.Connection[Any]], interpreters: Interpreters) -> Past:
    """How to open other moments. pool: of reading connections apart from those of now, so that a request that holds
    one of those never waits for another of them; connect: a connection that may make a moment.
    """
    moments = Moments(connect, interpreters)

    @asynccontextmanager
    async def past(as_of: int | None, known_at: int | None) -> AsyncIterator[Connection]:
        schema = await asyncio.to_thread(moments.schema, Moment(as_of, known_at))
        async with snapshot(pool, schema) as connection:
            yield connection

    return past
