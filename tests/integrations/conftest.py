"""Programs of others, started for the tests of this folder; all of them are left out of `make test`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from broker import Broker
from commands import headwater, told
from served import Served


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A Kafka for all tests: each has topics and groups of its own."""
    with Broker(tmp_path_factory.mktemp("kafka")) as found:
        yield found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    """`headwater serve` on an empty catalog."""
    with Served(tmp_path) as served:
        yield served


@pytest.fixture
def by_file(fresh_database: str, tmp_path: Path) -> Callable[[int], Any]:
    """The digests after the first so many events of `streamed` were taken in from a file."""
    import streamed

    def digest(count: int) -> Any:
        file = streamed.write(tmp_path / "events.ndjson", range(count))
        assert headwater(fresh_database, "ingest", str(file))[0] == 0
        return told(fresh_database, "digest")

    return digest
