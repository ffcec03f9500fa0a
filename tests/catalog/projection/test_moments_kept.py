"""Moments that are kept: made once, let go of while nobody asks, made anew when the catalog changed; never now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import oracle
import pytest
from projected import Catalog

from headwater_catalog.database.engine import Database
from headwater_catalog.projection import moments as kept
from headwater_catalog.projection.moments import Moments, When
from headwater_ingestors.openlineage.facets import INTERPRETERS

pytestmark = oracle.needs_oracle
EARLY = 1_759_000_000_000_000
COUNT = "select count(*) from dataset"


@pytest.fixture
async def moments(catalog: Catalog, database_url: str) -> AsyncIterator[Moments]:
    catalog.ingest(oracle.generate.history(3, 60))
    database = Database.from_url(database_url)
    async with Moments(database.connect, database.writer, INTERPRETERS) as found:
        yield found


async def count(moments: Moments, moment: When) -> int:
    async with moments.at(moment) as connection:
        row = await (await connection.execute(COUNT)).fetchone()
        assert row is not None
        return int(row[0])


async def test_a_moment_before_everything_is_empty_and_stays_so(moments: Moments) -> None:
    async with moments.at(When(EARLY)) as connection:
        others = [count(moments, When(EARLY + n)) for n in range(1, kept.MOST_MOMENTS + 3)]
        assert await asyncio.gather(*others) == [0] * len(others)
        assert await (await connection.execute(COUNT)).fetchone() == (0,)
    assert len(moments._kept) <= kept.MOST_MOMENTS


async def test_a_moment_is_made_anew_when_something_came(moments: Moments, catalog: Catalog) -> None:
    late = When(None, 2**53)
    before = await count(moments, late)
    assert await count(moments, late) == before
    assert len(moments._kept) == 1
    catalog.ingest(oracle.generate.history(4, 60))
    assert await count(moments, late) >= before
    assert len({holder.position for holder in moments._kept}) == 2


async def test_a_lost_connection_is_no_moment(moments: Moments) -> None:
    assert await count(moments, When(EARLY)) == 0
    await moments._kept[0].connection.close()
    assert await count(moments, When(EARLY)) == 0
