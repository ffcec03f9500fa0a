"""Files of this machine: no way out of the root, no devices, names of any bytes, files that change or go."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from crawled import Memory

from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.crawlers.crawler import Unread
from headwater_ingestors.crawlers.files.crawler import opened
from headwater_ingestors.crawlers.files.limits import MAX_DEPTH
from headwater_ingestors.crawlers.files.local import LocalStore
from headwater_ingestors.crawlers.files.stores import Entry, Unreadable, Vanished


def listed(store: LocalStore, most: int = 1_000) -> tuple[list[str], list[tuple[str, str]]]:
    found = list(store.entries(most))
    return [one.path for one in found if isinstance(one, Entry)], [
        (one.place, one.code) for one in found if isinstance(one, Unread)
    ]


def test_links_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/x.csv").write_text("a\n")
    root = tmp_path / "root"
    root.mkdir()
    (root / "own.csv").write_text("a\n")
    (root / "link.csv").symlink_to(tmp_path / "secret/x.csv")
    (root / "folder").symlink_to(tmp_path / "secret")
    (root / "loop").symlink_to(root)
    store = LocalStore(str(root))
    assert listed(store) == (["own.csv"], [])
    for path in ("link.csv", "folder/x.csv", "loop/own.csv"):
        with pytest.raises((Unreadable, Vanished)):
            store.read(path, 0, 10)


def test_a_folder_that_becomes_a_link_while_it_is_crawled_leads_nowhere(tmp_path: Path) -> None:
    root = tmp_path / "root"
    for folder in (root / "a", tmp_path / "out"):
        folder.mkdir(parents=True)
        (folder / "x.csv").write_text("a\n")
    store = LocalStore(str(root))
    assert store.read("a/x.csv", 0, 9) == b"a\n"
    (root / "a").rename(root / "b")
    (root / "a").symlink_to(tmp_path / "out")
    with pytest.raises((Unreadable, Vanished)):
        store.read("a/x.csv", 0, 9)


def test_devices_pipes_and_sockets_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket.csv")
        store = LocalStore(str(tmp_path))
        assert listed(store) == ([], [("pipe.csv", "no-file"), ("socket.csv", "no-file")])
        with pytest.raises(Unreadable):
            store.read("pipe.csv", 0, 10)
    with pytest.raises(InvalidRequest):
        LocalStore("/dev/zero")
    with pytest.raises(InvalidRequest):
        LocalStore(str(tmp_path / "nothing"))


def test_names_of_any_bytes_can_be_read(tmp_path: Path) -> None:
    names = [
        b"plain.csv",
        b"caf\xe9.csv",
        b"newline\n.csv",
        b'quo"te.csv',
        "snake \U0001f40d.csv".encode(),
        b"-rf.csv",
    ]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(name)
    store = LocalStore(str(tmp_path))
    found = {path: store.read(path, 0, 100) for path in listed(store)[0]}
    assert {os.fsencode(path): content for path, content in found.items()} == {name: name for name in names}
    assert store.name(os.fsdecode(b"caf\xe9.csv")) == f"{tmp_path}/caf\ufffd.csv"
    assert store.uri(os.fsdecode(b"caf\xe9.csv")).endswith("/caf%E9.csv")


def test_depth_and_number_are_bounded(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * (MAX_DEPTH + 2))
    deep.mkdir(parents=True)
    for number in range(20):
        (tmp_path / f"{number:02}.csv").touch()
    store = LocalStore(str(tmp_path))
    paths, unread = listed(store)
    assert len(paths) == 20
    assert [code for _, code in unread] == ["too-deep"]
    assert len(listed(store, 5)[0]) == 5


def test_a_file_that_goes(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n")
    store = LocalStore(str(tmp_path))
    [entry] = [one for one in store.entries(9) if isinstance(one, Entry)]
    (tmp_path / "x.csv").unlink()
    with pytest.raises(Vanished):
        store.read(entry.path, 0, 1)
    with pytest.raises(Vanished):
        store.look(entry.path)


def forbid(monkeypatch: pytest.MonkeyPatch, call: str, there: Path) -> None:
    """os.open or os.scandir refuses this file or folder, as it would anybody who has no right to it."""
    asked, wanted = getattr(os, call), there.stat().st_ino

    def forbidden(what: Any, *flags: int, dir_fd: int | None = None) -> object:
        status = os.fstat(what) if isinstance(what, int) else os.stat(what, dir_fd=dir_fd, follow_symlinks=False)
        if status.st_ino == wanted:
            raise PermissionError(errno.EACCES, "Permission denied", what)
        return asked(what, *flags, dir_fd=dir_fd) if flags else asked(what)

    monkeypatch.setattr(os, call, forbidden)


@pytest.mark.parametrize(("call", "place"), [("open", "b"), ("scandir", "b/"), ("open", "b/x.csv")])
def test_what_is_forbidden_is_told_costs_itself_and_is_not_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, place: str
) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.csv").write_text("id,name\n1,ann\n")
    memory = Memory()
    assert memory.crawl(opened(str(tmp_path), {}))[1].told == 2
    for folder in ("a", "b"):
        (tmp_path / folder / "x.csv").write_text("id,name,more\n1,ann,2\n")
    forbid(monkeypatch, call, tmp_path / place)
    events, report = memory.crawl(opened(str(tmp_path), {}))
    assert [event["dataset"]["name"] for event in events] == [f"{tmp_path}/a/x.csv"]
    assert report.gone == 0
    assert {(one.place, one.code) for one in report.listed} == {(place, "unreadable")}
    assert "Permission denied" in report.listed[0].sentence
    monkeypatch.undo()
    (tmp_path / "b/x.csv").unlink()
    assert memory.crawl(opened(str(tmp_path), {}))[1].gone == 1
