"""The printed schema is the one that is served."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from headwater_graphql.schema import PRINTED, printed


def test_the_printed_schema_is_up_to_date() -> None:
    assert PRINTED.read_text() == printed(), "python -m headwater_graphql.schema writes it anew"


def test_the_library_is_not_shadowed_by_our_folder() -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", "import graphql; print(graphql.GraphQLSchema.__module__)"]
    for folder in (root, root / "tests", root / "web"):
        told = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
        assert told.strip() == "graphql.type.schema"
    assert not (root / "graphql" / "__init__.py").exists()
    assert not (root / "tests" / "graphql" / "__init__.py").exists()
