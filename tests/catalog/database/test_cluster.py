"""The cluster's own choices: where it shares memory, how long its log may grow."""

from __future__ import annotations

from collections import namedtuple
from pathlib import Path

import psycopg
import pytest

from headwater_catalog.database.cluster import dynamic_memory
from headwater_catalog.database.embedded import embedded

Size = namedtuple("Size", ["f_blocks", "f_frsize"])


@pytest.mark.parametrize(("megabytes", "expected"), [(64, "mmap"), (256, "posix"), (8192, "posix")])
def test_a_small_dev_shm_is_left_alone(megabytes: int, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.statvfs", lambda _: Size(megabytes * 256, 4096))
    assert dynamic_memory() == expected


def test_without_dev_shm_it_starts_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dynamic_memory(tmp_path / "missing") == "mmap"
    monkeypatch.setattr("headwater_catalog.database.cluster.dynamic_memory", lambda: "mmap")
    with embedded(tmp_path / "data") as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW dynamic_shared_memory_type").fetchone() == ("mmap",)


def test_a_log_that_has_grown_too_big_is_put_aside(tmp_path: Path) -> None:
    with embedded(tmp_path / "data") as server:
        log = server.directory.log_file
    with log.open("ab") as grown:
        grown.truncate(9 * 1024 * 1024)
    with embedded(tmp_path / "data"):
        assert log.stat().st_size < 1024 * 1024
    assert log.with_name("postgres.log.1").stat().st_size == 9 * 1024 * 1024
