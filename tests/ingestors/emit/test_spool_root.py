"""The directory of all spools: bounded as a whole, and trusted only where it is ours."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from headwater_ingestors.emit import spool_root as module
from headwater_ingestors.emit.courier import Courier
from headwater_ingestors.emit.spool import Spool


def kept(root: Path, of: str, days: float = 0) -> Spool:
    """A spool with an event and a refused one, where nothing has happened for some days."""
    spool = Spool(root, of)
    spool.put({"of": of})
    spool.refuse({"of": of, "text": "x" * 1_000})
    with spool.alone():
        pass
    os.utime(spool.folder, (time.time() - days * 86_400,) * 2)
    return spool


def test_what_no_catalog_took_for_long_goes_and_is_told(tmp_path: Path) -> None:
    mistyped, other, own = kept(tmp_path, "a", 31), kept(tmp_path, "b", 29), kept(tmp_path, "c", 40)
    said: list[str] = []
    courier = Courier(lambda _: None, own, "The catalog", said.append)
    courier.send({"n": 1})
    courier.close(10)
    assert not mistyped.folder.exists()
    assert len(other.files()) == 1
    assert own.folder.exists()
    assert said == ["2 events that other catalogs had not taken for long were dropped."]


def test_all_spools_together_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spools = [kept(tmp_path, name, days) for name, days in (("a", 1), ("b", 3), ("c", 2))]
    size = sum(file.lstat().st_size for file in spools[0].folder.rglob("*"))
    monkeypatch.setattr(module, "MOST_TOTAL", 2 * size + 500)
    assert Spool(tmp_path, "d").sweep() == 2
    assert [spool.folder.exists() for spool in spools] == [True, False, True]


def test_what_is_no_spool_stays(tmp_path: Path) -> None:
    spool = kept(tmp_path, "a", 31)
    (spool.folder / "notes.txt").write_text("mine")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "x.json").write_text("{}")
    os.utime(tmp_path / "letters", (0, 0))
    os.utime(spool.folder, (0, 0))
    Spool(tmp_path, "b").sweep()
    assert (spool.folder / "notes.txt").exists()
    assert (tmp_path / "letters" / "x.json").exists()


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o702])
def test_a_directory_where_others_write_is_not_used(tmp_path: Path, mode: int) -> None:
    root = tmp_path / "spool"
    root.mkdir()
    root.chmod(mode)
    with pytest.raises(PermissionError, match="of your own"):
        Spool(root, "a").put({"n": 1})
    assert list(root.rglob("*.json")) == []


def test_a_shared_directory_that_keeps_its_users_apart_is_used(tmp_path: Path) -> None:
    root = tmp_path / "spool"
    root.mkdir()
    root.chmod(0o1777)
    assert Spool(root, "a").put({"n": 1}) == 0


def test_a_spool_that_others_may_open_is_neither_written_nor_sent(tmp_path: Path) -> None:
    spool = kept(tmp_path, "a")
    spool.folder.chmod(0o755)
    with pytest.raises(PermissionError):
        spool.put({"n": 1})
    with spool.alone() as alone:
        assert not alone


def test_a_spool_of_another_owner_is_neither_written_nor_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = kept(tmp_path, "a", 31)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    monkeypatch.setattr(module, "check_root", lambda _: None)
    with pytest.raises(PermissionError):
        spool.put({"n": 1})
    with spool.alone() as alone:
        assert not alone
    assert spool.sweep() == 0


def test_a_link_is_no_spool(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", "a")
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "spool").mkdir(mode=0o700)
    spool.folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError):
        spool.put({"n": 1})
    assert list((tmp_path / "elsewhere").iterdir()) == []
