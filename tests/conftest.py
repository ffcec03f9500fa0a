"""Databases for tests: one server a worker, one migrated template, cheap copies of it."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import cache

import httpx._transports.default
import pytest
import servers
from hypothesis import HealthCheck, settings
from projected import Catalog

from headwater_catalog.database import migrate

# A busy machine is no fault of the program: properties are not judged by how long an example takes.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

# A client reads the certificates of the world when it is made, 20 ms, and the servers of tests are on loopback.
httpx._transports.default.create_ssl_context = cache(httpx._transports.default.create_ssl_context)


def pytest_collection_finish() -> None:
    """Six thousand tests and what they import stay to the end: no collector of garbage need look at them again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """The URL of a PostgreSQL that lives as long as this worker's session (HEADWATER_TEST_DATABASE chooses which)."""
    with servers.room() as folder, servers.serving(folder / "data") as server:
        yield server.url


@pytest.fixture(scope="session")
def database_template(database_server: str) -> str:
    """The name of a database with every migration in it and nobody connected to it."""
    migrate.upgrade(servers.create_database(database_server, name=servers.TEMPLATE))
    return servers.TEMPLATE


@pytest.fixture(scope="session")
def database_url(database_server: str, database_template: str) -> str:
    """One migrated database for the whole session: for tests that only read, or clean up after themselves."""
    return servers.create_database(database_server, database_template)


@pytest.fixture
def fresh_database(database_server: str, database_template: str) -> Iterator[str]:
    """The URL of a migrated, empty database of the test's own."""
    url = servers.create_database(database_server, database_template)
    yield url
    servers.drop_database(url)


@pytest.fixture
def empty_database(database_server: str) -> Iterator[str]:
    """The URL of a database without any table."""
    url = servers.create_database(database_server)
    yield url
    servers.drop_database(url)


@pytest.fixture(scope="session")
def session_catalog(database_url: str) -> Iterator[Catalog]:
    """The catalog of this worker."""
    found = Catalog(database_url)
    yield found
    found.close()


@pytest.fixture
def catalog(session_catalog: Catalog) -> Catalog:
    """A catalog that is empty at the start of the test."""
    session_catalog.clear()
    return session_catalog
