"""Folders that are crawled by their path are called the same wherever they lie, and two of one name are told apart."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from crawled import Memory

from headwater_ingestors.crawlers.checkouts import checkout
from headwater_ingestors.crawlers.registry import crawler
from headwater_ingestors.crawlers.snapshot import Report

SQL = {"dialect": "postgres"}


def written(folder: Path, remote: str = "") -> Path:
    """A folder `sql` with a script, in a repository with that remote."""
    (folder / "sql").mkdir(parents=True)
    (folder / "sql/a.sql").write_text("INSERT INTO t SELECT a FROM s;")
    if remote:
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
        subprocess.run(["git", "-C", str(folder), "remote", "add", "origin", remote], check=True)
    return folder / "sql"


def crawl(memory: Memory, folder: Path, **options: str) -> tuple[list[str], Report]:
    events, report = memory.crawl(crawler("sql", str(folder), SQL | options))
    return [event["job"]["name"] for event in events], report


@pytest.mark.parametrize(
    "remote",
    [
        *("https://bob:hunter2@git.example.com/data/shop.git", "git@git.example.com:data/shop.git"),
        *("ssh://git@git.example.com/data/shop", "https://git.example.com/data/shop/"),
    ],
)
def test_a_checkout_is_its_repository_however_that_was_reached(tmp_path: Path, remote: str) -> None:
    folder = written(tmp_path / "elsewhere", remote)
    at = checkout(str(folder), {})
    assert (at.source, at.name(folder / "a.sql")) == ("git.example.com/data/shop/sql", "shop/sql/a.sql")
    alone = checkout(str(folder / "a.sql"), {})
    assert (alone.source, alone.name(folder / "a.sql")) == ("git.example.com/data/shop/sql/a.sql", "shop/sql/a.sql")


def test_a_checkout_elsewhere_goes_on_and_takes_back(tmp_path: Path) -> None:
    memory, remote = Memory(), "https://git.example.com/data/shop.git"
    assert crawl(memory, written(tmp_path / "one", remote))[0] == ["shop/sql/a.sql"]
    other = written(tmp_path / "two", remote)
    assert crawl(memory, other)[0] == []
    (other / "a.sql").unlink()
    assert crawl(memory, other)[1].gone == 1


def test_a_name_is_the_source(tmp_path: Path) -> None:
    memory = Memory()
    assert crawl(memory, written(tmp_path / "one"), name="etl/nightly")[0] == ["etl/nightly/a.sql"]
    moved = written(tmp_path / "two")
    assert crawl(memory, moved, name="etl/nightly")[0] == []
    (moved / "a.sql").unlink()
    assert crawl(memory, moved, name="etl/nightly")[1].gone == 1


def test_two_folders_of_one_name_are_told(tmp_path: Path) -> None:
    memory = Memory()
    first, second = written(tmp_path / "r1"), written(tmp_path / "r2")
    assert crawl(memory, first)[1].notes == []
    [note] = crawl(memory, second)[1].notes
    assert note.place == str(second)
    assert f"sql/a.sql, was told last by another source, {first}." in note.sentence
    assert crawl(memory, second, name="r2")[1].notes == []
