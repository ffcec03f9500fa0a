"""Every section of SEMANTICS has its tests here, each named after the number of its rule."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import oracle
import pytest

SECTIONS = range(1, 15)
NAMED = re.compile(r"test_s(\d\d)_[a-z0-9]")
FILES = sorted(Path(__file__).parent.glob("test_s*.py"))


def named_in(path: Path) -> list[str]:
    """The names of the tests in a file."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    body = ast.parse(path.read_text(encoding="utf-8")).body
    return [node.name for node in body if isinstance(node, functions) and node.name.startswith("test_")]


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_has_tests(section: int) -> None:
    assert [name for path in FILES for name in named_in(path) if name.startswith(f"test_s{section:02d}_")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_tests_are_named_after_the_section_of_their_file(path: Path) -> None:
    sections = {found[1] for name in named_in(path) if (found := NAMED.match(name))}
    assert sections == {path.stem[6:8]}
    assert all(NAMED.match(name) for name in named_in(path))


@oracle.needs_oracle
def test_semantics_has_no_other_section() -> None:
    """The page lies beside the reference model, where that is at hand."""
    page = oracle.oracle_dir().parent / "SEMANTICS.md"
    if not page.is_file():
        pytest.skip("SEMANTICS.md is not beside the reference model")
    found = [int(number) for number in re.findall(r"^## §(\d+) ", page.read_text(encoding="utf-8"), re.MULTILINE)]
    assert found == list(SECTIONS)
