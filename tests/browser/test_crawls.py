"""The explorer's page of scheduled crawls, with one that works, one that is down and one that reads a part."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

SCHEDULE = """
crawls = [
  {{ name = "shop", kind = "database", source = "sqlite:///{folder}/shop.db", every = "1h" }},
  {{ name = "down", kind = "postgres", source = "postgresql://reader@127.0.0.1:1/shop", every = "1h", retries = 0 }},
  {{ name = "part", kind = "sql", source = "{folder}/sql", options = {{ dialect = "postgres" }}, every = "1h" }},
]
"""


def test_what_became_of_each_is_shown(
    served: Callable[..., AbstractContextManager[str]], tmp_path: Path, script: Callable[..., Any]
) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "broken.sql").write_text("INSERT INTO a SELECT FROM WHERE (")
    (tmp_path / "crawls.toml").write_text(SCHEDULE.format(folder=tmp_path))
    with served("--crawls", str(tmp_path / "crawls.toml"), data=tmp_path) as address:
        found = script("walk-crawls.mjs", address)
    for said in ("1 told, 0 unchanged, 0 gone", "done", "failed", "source_unreachable", "partly", "broken.sql"):
        assert said in found["wide"].lower(), said
    assert found["objected"] == [], "accessibility"
    assert (found["policy"], found["faults"]) == ([], [])
