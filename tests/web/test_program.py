"""The command line starts at once: a verb loads what it needs itself."""

from __future__ import annotations

import os
import subprocess
import sys

from processes import PYTHONPATH

from headwater_web.cli.program import GROUPS, VERBS, build

ASKING = ("lineage", "search", "paths", "mappings", "changes", "glossary", "entries", "export")
HEAVY = {"alembic", "duckdb", "openlineage", "psycopg", "sqlalchemy", "sqlglot", "starlette", "strawberry", "uvicorn"}


def loaded(*code: str) -> set[str]:
    """The packages that a program of these lines has loaded at its end."""
    end = "print(*{name.partition('.')[0] for name in sys.modules})"
    program = "; ".join(("import sys", "from headwater_web.cli.program import build", *code, end))
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": PYTHONPATH},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_who_asks_a_server_waits_for_nothing_that_only_servers_need() -> None:
    assert not loaded(f"[build([verb]) for verb in {ASKING}]") & HEAVY


def test_no_verb_waits_for_what_only_conformance_needs() -> None:
    assert "openlineage" not in loaded("build([])")


def test_a_verb_is_there_alone_and_without_one_all_are() -> None:
    alone = build(["lineage", "--help"])
    assert [one.name for one in alone.registered_commands] == ["lineage"]
    every = build(["no such verb"])
    assert {one.name for one in (*every.registered_commands, *every.registered_groups)} == {*VERBS, *GROUPS}
