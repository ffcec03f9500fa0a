"""One catalog a session, empty at the start of each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from projected import Catalog


@pytest.fixture(scope="session")
def session_catalog(database_url: str) -> Iterator[Catalog]:
    """The catalog of this worker."""
    found = Catalog(database_url)
    yield found
    found.close()


@pytest.fixture
def catalog(session_catalog: Catalog) -> Catalog:
    """An empty catalog."""
    session_catalog.clear()
    return session_catalog
