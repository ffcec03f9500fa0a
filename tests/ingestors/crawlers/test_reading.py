"""Files of a source: plain ones, bounded; folders, links and pipes are refused; folders below are walked in order."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest
from crawled import Memory

from headwater_ingestors.crawlers import reading, yaml_files
from headwater_ingestors.crawlers.crawler import Unread
from headwater_ingestors.crawlers.reading import RefusedError, below, content
from headwater_ingestors.crawlers.registry import crawler
from headwater_ingestors.crawlers.sql import files


def refused(path: Path, most: int = 10) -> str:
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(RefusedError) as error:
        content(path, most)
    assert len(os.listdir("/proc/self/fd")) == before
    return error.value.code


def test_plain_files_are_read_up_to_their_bound(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"x" * 10)
    os.utime(file, (5, 5))
    assert content(file, 10) == (b"x" * 10, 5_000_000)
    assert refused(file, 9) == "too-large"


def test_of_a_file_that_is_too_large_nothing_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a"
    with file.open("wb") as sparse:
        sparse.truncate(2**40)
    assert refused(file, 2**40 - 1) == "too-large"


def test_json_of_too_many_values_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_VALUES", 5)
    assert reading.json_value(b"[{}, {}]") == [{}, {}]
    for raw, code in ((b"[{}, {}, {}]", "too-large"), (b"[1, 2, 3, 4, 5, 6]", "too-large"), (b"[", "not-json")):
        with pytest.raises(RefusedError) as error:
            reading.json_value(raw)
        assert error.value.code == code


def test_all_else_is_refused_and_nothing_stays_open(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    assert [refused(tmp_path / one) for one in ("link", "pipe", ".", "none")] == [
        *("no-file", "no-file", "no-file", "unreadable")
    ]


def test_folders_are_walked_in_order_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b/x", "a/x", "x", ".git/x", "node_modules/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = list(below(tmp_path, lambda name: name == "x", 10))
    assert found == [tmp_path / "x", tmp_path / "a/x", tmp_path / "b/x"]
    *_, last = below(tmp_path, lambda name: name == "x", 2)
    assert isinstance(last, Unread)
    assert last.code == "too-many-files"
    monkeypatch.setattr(reading, "MAX_FOLDERS", 1)
    *_, last = below(tmp_path, lambda name: name == "x", 10)
    assert isinstance(last, Unread)
    assert last.code == "too-many-folders"


def test_yaml_gives_plain_values() -> None:
    assert yaml_files.load(b"a: &x [1, 2]\nb: *x\n") == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"a: &a [*a]\n", "too-complex"),
        (b"\xff", "not-yaml"),
        (b"- " * 100 + b"x", "too-complex"),
        (b"a: &a x\n" + b"".join(b"k%d: *a\n" % n for n in range(1_001)), "too-complex"),
        (b"!!python/name:os.system", "not-yaml"),
    ],
)
def test_yaml_that_is_more_than_it_seems_is_refused(text: bytes, code: str) -> None:
    with pytest.raises(RefusedError) as error:
        yaml_files.load(text)
    assert error.value.code == code


NOTEBOOK = json.dumps(
    {
        "cells": [{"cell_type": "code", "source": "import pandas\npandas.read_csv('a.csv')"}],
        "metadata": {},
        "nbformat": 4,
    }
)
FORBIDDEN = [
    ("sql", "x.sql", "INSERT INTO t SELECT a FROM s;", {"dialect": "postgres"}),
    ("notebooks", "x.ipynb", NOTEBOOK, {}),
    ("dvc", "dvc.yaml", "stages:\n  one: {cmd: x, deps: [a.csv], outs: [b.csv]}\n", {}),
]


@pytest.mark.parametrize(("kind", "name", "said", "options"), FORBIDDEN)
def test_what_lies_in_a_folder_that_cannot_be_listed_is_not_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str, said: str, options: dict[str, str]
) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(said)
    memory, listing = Memory(), os.scandir
    memory.crawl(crawler(kind, str(tmp_path), options))

    def forbidden(path: str) -> object:
        if path == str(tmp_path / "b"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return listing(path)

    monkeypatch.setattr(os, "scandir", forbidden)
    events, report = memory.crawl(crawler(kind, str(tmp_path), options))
    assert (events, report.gone) == ([], 0)
    assert [(one.place, one.code) for one in report.listed if one.code == "unreadable"] == [
        (str(tmp_path / "b"), "unreadable")
    ]
    monkeypatch.undo()
    (tmp_path / "b" / name).unlink()
    assert memory.crawl(crawler(kind, str(tmp_path), options))[1].gone


def test_what_more_files_than_are_read_may_hold_is_not_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.sql", "b.sql"):
        (tmp_path / name).write_text("INSERT INTO t SELECT a FROM s;")
    memory = Memory()
    memory.crawl(crawler("sql", str(tmp_path), {"dialect": "postgres"}))
    monkeypatch.setattr(files, "MAX_FILES", 1)
    assert memory.crawl(crawler("sql", str(tmp_path), {"dialect": "postgres"}))[1].gone == 0
