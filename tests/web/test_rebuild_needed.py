"""A catalog that an older version derived: every way to look at it says that it must be rebuilt, and how."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg
import pytest
from running import running
from samples import raw

from headwater_catalog.database import migrate
from headwater_catalog.database.engine import Database
from headwater_catalog.projection import version
from headwater_catalog.projection.version import REBUILD_NEEDED
from headwater_web.composition import rebuild, translators
from headwater_web.serving import serve
from headwater_web.settings import Settings

Run = Callable[..., tuple[int, str, str]]
ENTRY = "insert into core.entry (hash, received, kind, h) values ('x', 1, 'openlineage', gen_random_uuid())"


@pytest.fixture
def old(fresh_database: str) -> Database:
    """A catalog with an event, as if the version before had derived it."""
    database = Database.from_url(fresh_database)
    with running(database, translators().here) as address:
        assert httpx.post(address + "/api/v1/lineage", content=raw(1), trust_env=False).status_code == 201
    with database.connect() as connection:
        connection.execute("update core.projection set version = version - 1")
    return database


def test_commands_say_so_until_it_is_rebuilt(
    run: Run, old: Database, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADWATER_DATABASE_URL", fresh_database)
    code, out, _ = run("doctor", "--json")
    assert (code, json.loads(out)["checks"]["projection"]) == (1, REBUILD_NEEDED)
    assert REBUILD_NEEDED in run("migrate")[1]
    assert json.loads(run("migrate", "--json")[1])["rebuildNeeded"] is True
    assert run("rebuild")[0] == 0
    code, out, _ = run("doctor", "--json")
    assert (code, set(json.loads(out)["checks"].values())) == (0, {"ok"})
    assert REBUILD_NEEDED not in run("migrate")[1]


def test_a_server_is_ready_and_warns(run: Run, old: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(old, translators().here) as address:
        answer = httpx.get(address + "/health/ready", trust_env=False)
        assert (answer.status_code, answer.json()["warnings"]) == (200, {"projection": REBUILD_NEEDED})
        monkeypatch.setenv("HEADWATER_URL", address)
        assert REBUILD_NEEDED in run("doctor")[1]
    with old.connect() as connection:
        rebuild(connection, lambda *_: None)
    with running(old, translators().here) as address:
        assert httpx.get(address + "/health/ready", trust_env=False).json()["warnings"] == {}


def test_the_start_of_a_server_is_logged_with_it(
    old: Database, fresh_database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(database_url=fresh_database, data_dir=str(tmp_path), port=0)
    with caplog.at_level(logging.WARNING):
        serve(settings, lambda found: found.stop())
    assert REBUILD_NEEDED in [one.getMessage() for one in caplog.records]


def test_a_catalog_of_before_the_version_was_kept_needs_it_and_a_fresh_one_does_not(
    empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate.upgrade(empty_database, "0007")
    with psycopg.connect(empty_database) as connection:
        connection.execute(ENTRY)
    migrate.upgrade(empty_database)
    with psycopg.connect(empty_database) as connection:
        assert version.settle(connection)
        connection.execute("delete from core.entry")
        monkeypatch.setattr(version, "VERSION", 7)
        assert not version.settle(connection), "nothing was derived yet"
        connection.execute(ENTRY)
        assert not version.rebuild_needed(connection)
