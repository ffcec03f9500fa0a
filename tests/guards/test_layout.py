"""The layout of the repository: folders that are no packages, and a library called graphql that nothing hides."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSES = ("catalog", "graphql", "ingestors", "web")


@pytest.mark.parametrize("folder", [".", "tests", "web"])
def test_graphql_is_the_library_wherever_one_stands(folder: str) -> None:
    """Not the import alone: without the library, `import graphql` finds our folder as an empty namespace."""
    done = subprocess.run(
        [sys.executable, "-c", "import graphql; print(graphql.GraphQLSchema.__module__)"],
        cwd=ROOT / folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("graphql.type.schema", "")


@pytest.mark.parametrize("house", HOUSES)
def test_the_top_folders_are_no_packages(house: str) -> None:
    assert (ROOT / house / f"headwater_{house}" / "__init__.py").is_file()
    assert not (ROOT / house / "__init__.py").exists()


def test_no_package_lies_under_tests() -> None:
    """tests/graphql/__init__.py would hide the library; equal file names need none, thanks to importlib mode."""
    assert list((ROOT / "tests").rglob("__init__.py")) == []
