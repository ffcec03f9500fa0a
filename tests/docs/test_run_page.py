"""docs/run.md: its commands and its program do what is said of them, its tables are what the code does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import attr
import pytest
from catching import Catching, catching
from served import PROGRAM
from wrapped import Wrapping

from headwater_catalog.references import dataset
from headwater_ingestors.emit import command, git, recording, spool, spool_root
from headwater_ingestors.emit.facets import HeadwaterProcessRunFacet
from headwater_ingestors.emit.signals import FORWARDED

PAGE = (Path(__file__).parents[2] / "docs" / "run.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


@pytest.fixture
def catalog() -> Iterator[Catching]:
    with catching() as found:
        yield found


@pytest.fixture
def wrapping(catalog: Catching, tmp_path: Path) -> Wrapping:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "headwater").write_text(f'#!/bin/sh\nexec {PROGRAM[0]} -c "{PROGRAM[2]}" "$@"\n')
    (programs / "make").write_text("#!/bin/sh\nexit 0\n")
    for program in programs.iterdir():
        program.chmod(0o755)
    (tmp_path / "clean.sh").write_text("sort raw.csv >clean.csv\n")
    (tmp_path / "raw.csv").write_text("2\n1\n")
    return Wrapping(tmp_path, catalog.url, PATH=f"{programs}{os.pathsep}{os.environ['PATH']}")


def test_its_commands(wrapping: Wrapping, catalog: Catching) -> None:
    script = "set -e\n" + block("sh")
    subprocess.run(["bash", "-c", script], cwd=wrapping.folder, env=wrapping.environ, check=True)
    assert [event["job"]["name"] for event in catalog.events] == ["clean.sh"] * 2 + ["nightly"] * 2
    assert catalog.states == ["START", "COMPLETE"] * 2
    assert (wrapping.folder / "clean.csv").read_text() == "1\n2\n"


def test_its_program(wrapping: Wrapping, catalog: Catching) -> None:
    (wrapping.folder / "page.py").write_text(block("python"))
    subprocess.run([sys.executable, "page.py"], cwd=wrapping.folder, env=wrapping.environ, check=True)
    ends = [event for event in catalog.events if event["eventType"] == "COMPLETE"]
    assert [end["job"]["name"] for end in ends] == ["clean", "page.report"]
    rows = [[one["outputFacets"]["outputStatistics"]["rowCount"] for one in end["outputs"]] for end in ends]
    assert rows == [[1200, 3], [31]]


def test_its_table_of_datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = re.findall(r"^\| (`.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
    assert len(rows) >= 5
    for references, namespace, name in rows:
        for reference in re.findall(r"`([^`]+)`", references):
            found = dataset(reference)
            assert found[0] == namespace.strip("`")
            assert found[1] == name.strip("`") or (name == "the absolute path" and found[1].startswith("/"))


def test_its_table_of_members() -> None:
    told = {
        name
        for row in re.findall(r"^\| (`[^|]+) \| [^|]+ \|$", PAGE, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    }
    assert told == {field.name for field in attr.fields(HeadwaterProcessRunFacet) if field.name[0] != "_"}


def test_its_numbers() -> None:
    assert f"{command.PATIENCE} seconds more" in PAGE
    assert recording.PATIENCE == 2
    assert f"{spool.MOST_FILES:,} events\nand {spool.MOST_BYTES // 2**20} MiB" in PAGE
    assert f"{spool_root.MOST_TOTAL // 2**20} MiB; what one has not taken for {spool_root.MOST_DAYS} days" in PAGE
    assert f"(the last {spool.MOST_REFUSED}, {spool.MOST_REFUSED_BYTES // 2**20} MiB)" in PAGE
    assert f"git takes longer than {git.PATIENCE} s" in PAGE
    for number in FORWARDED:
        assert number.name in PAGE
