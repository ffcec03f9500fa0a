"""A server with a door that only logs, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from doubles import LogOnly
from running import running

from headwater_catalog.database.engine import Database


@pytest.fixture
def database(fresh_database: str) -> Database:
    return Database.from_url(fresh_database)


@pytest.fixture
def fake() -> LogOnly:
    return LogOnly()


@pytest.fixture
def address(database: Database, fake: LogOnly) -> Iterator[str]:
    with running(database, [fake]) as found:
        yield found
        fake.gate.set()


@pytest.fixture
def http(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client
