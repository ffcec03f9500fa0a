"""The explorer's page of scheduled crawls, with one that works, one that is down and one that reads a part."""

from __future__ import annotations

import re
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

SHOP = """
CREATE TABLE customers (id INTEGER PRIMARY KEY);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customers (id),
  amount REAL DEFAULT 0 CHECK (amount >= 0));
CREATE VIEW gains AS SELECT amount * 1.2 AS gross FROM orders;
"""
WIDE = 501
"""Columns: one more than the page asks for at once."""


def test_what_became_of_each_is_shown(
    served: Callable[..., AbstractContextManager[str]], tmp_path: Path, script: Callable[..., Any]
) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as connection:
        connection.executescript(SHOP)
        connection.execute(f"CREATE TABLE wide ({', '.join(f'c{n} TEXT' for n in range(WIDE))})")
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "broken.sql").write_text("INSERT INTO a SELECT FROM WHERE (")
    (tmp_path / "crawls.toml").write_text(SCHEDULE.format(folder=tmp_path))
    with served("--crawls", str(tmp_path / "crawls.toml"), data=tmp_path) as address:
        found = script("walk-crawls.mjs", address)
    remedy = "check that it runs there"
    for said in ("4 told, 0 unchanged, 0 gone", "done", "failed", "source_unreachable", remedy, "partly", "broken.sql"):
        assert said in found["wide"].lower(), said
    assert len(found["next"]) == 3
    assert all(re.fullmatch(r"in (\d+ minutes|1 hour)", said) for said in found["next"]), found["next"]
    assert found["due"]["times"] == 0, "no time that is over is shown as one to come"
    assert [said.split("\n")[0] for said in found["due"]["said"]] == ["due now"] * 3
    assert found["objected"] == [], "accessibility"
    assert found["out"] == [], "nothing is out of reach on a telephone"
    assert (found["policy"], found["faults"]) == ([], [])
    number, customer, amount = found["table"]["columns"]
    assert "primary key" in number
    assert "refers to main.customers#id" in customer
    assert "NOT NULL" in customer
    assert "default 0" in amount
    assert "amount >= 0" in found["table"]["checks"][0]
    assert "shop.db" in found["table"]["program"]
    assert found["columns"] == [WIDE - 1, WIDE]
    assert "only declared" in found["view"]["mapping"]
    assert "AS gross" in found["view"]["definition"]
