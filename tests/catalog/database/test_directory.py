"""The lock of a data directory: who holds it, from another process's view and after a death."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from headwater_catalog.database.directory import DataDirectory, Holder, read_lock
from headwater_catalog.errors import DataDirectoryInUse, DataDirectoryUnusable


def test_the_lock_names_pid_and_url(tmp_path: Path) -> None:
    with DataDirectory(tmp_path).claim() as lock:
        assert read_lock(tmp_path) == Holder(os.getpid(), None)
        lock.announce("http://127.0.0.1:7070")
        assert read_lock(tmp_path) == Holder(os.getpid(), "http://127.0.0.1:7070")
    assert read_lock(tmp_path) is None


def test_a_second_claim_is_told_where_to_go(tmp_path: Path) -> None:
    with DataDirectory(tmp_path).claim() as lock:
        lock.announce("http://127.0.0.1:7070")
        with pytest.raises(DataDirectoryInUse, match=r"HEADWATER_URL=http://127\.0\.0\.1:7070") as refused:
            DataDirectory(tmp_path).claim()
    assert refused.value.data == {"path": tmp_path, "pid": os.getpid(), "url": "http://127.0.0.1:7070"}
    assert refused.value.exit_code == 3


def test_a_lock_file_left_behind_holds_nobody_up(tmp_path: Path) -> None:
    DataDirectory(tmp_path).lock_file.write_text('{"pid": 1, "url": "http://127.0.0.1:7070"}')
    assert read_lock(tmp_path) is None
    DataDirectory(tmp_path).claim().release()


def test_a_lock_file_that_is_just_being_written_names_nobody(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path)
    with directory.claim():
        directory.lock_file.write_text("")
        assert read_lock(tmp_path) == Holder(None, None)
        with pytest.raises(DataDirectoryInUse, match="another process, which does not serve, or not yet"):
            directory.claim()


def test_nobody_holds_a_directory_that_is_not_there(tmp_path: Path) -> None:
    assert read_lock(tmp_path / "missing") is None


def test_a_new_directory_is_private_and_its_parents_keep_their_rights(tmp_path: Path) -> None:
    parent = tmp_path / "parent"
    parent.mkdir(mode=0o750)
    DataDirectory(parent / "data").claim().release()
    assert (parent / "data").stat().st_mode & 0o777 == 0o700
    assert parent.stat().st_mode & 0o777 == 0o750


def test_a_directory_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataDirectoryUnusable, match="HEADWATER_DATA_DIR"):
        DataDirectory(tmp_path / "file" / "data").claim()
    assert read_lock(tmp_path / "file" / "data") is None
