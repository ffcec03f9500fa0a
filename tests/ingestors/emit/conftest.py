"""A catalog that keeps what is sent to it, and commands that are wrapped for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from catching import Catching, catching
from wrapped import Wrapping


@pytest.fixture(scope="module")
def server() -> Iterator[Catching]:
    with catching() as found:
        yield found


@pytest.fixture
def catalog(server: Catching) -> Catching:
    server.bodies.clear()
    return server


@pytest.fixture
def wrapping(tmp_path: Path, catalog: Catching) -> Wrapping:
    return Wrapping(tmp_path, catalog.url)
