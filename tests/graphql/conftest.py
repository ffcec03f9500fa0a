"""A shop that has told of its day, and a way to ask about it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import catalogs
import pytest
import servers
import shop


@pytest.fixture(scope="session")
def shop_url(database_server: str, database_template: str) -> Iterator[str]:
    """A database with the shop's day; tests that ask only."""
    import json

    url = servers.create_database(database_server, database_template)
    catalogs.project(url, [(json.dumps(event).encode(), 1_800_000_000_000_000) for event in shop.events()])
    yield url
    servers.drop_database(url)


@pytest.fixture
async def shop_asked(shop_url: str) -> AsyncIterator[catalogs.Asking]:
    """Questions to the shop."""
    async with catalogs.asking(shop_url) as asked:
        yield asked


@pytest.fixture
async def edited(fresh_database: str) -> AsyncIterator[catalogs.Asking]:
    """A shop of the test's own, to edit."""
    async with catalogs.asking(fresh_database) as asked:
        assert set(asked.tell(*shop.events())) == {"accepted"}
        yield asked
