"""A catalog with the real translators behind real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import servers
from running import running

from headwater_catalog.database.engine import Database
from headwater_web.composition import translators


@pytest.fixture
def database(fresh_database: str) -> Database:
    """A migrated, empty database."""
    return Database.from_url(fresh_database)


@pytest.fixture
def http(database: Database) -> Iterator[httpx.Client]:
    """A client of a server on that database."""
    with running(database, translators().here) as address, _client(address) as client:
        yield client


@pytest.fixture(scope="module")
def shared(database_server: str, database_template: str) -> Iterator[tuple[Database, httpx.Client]]:
    """A database and a client for all tests of a module: each leaves what it sent."""
    url = servers.create_database(database_server, database_template)
    database = Database.from_url(url)
    with running(database, translators().here) as address, _client(address) as client:
        yield database, client
    servers.drop_database(url)


def _client(address: str) -> httpx.Client:
    return httpx.Client(base_url=address, trust_env=False, timeout=120)
