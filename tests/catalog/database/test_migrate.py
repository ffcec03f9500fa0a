"""Migrations: readiness, and two processes at once."""

from __future__ import annotations

import pytest

from headwater_catalog.database import migrate
from headwater_catalog.errors import NotMigrated


def test_a_migrated_database_is_ready(fresh_database: str) -> None:
    assert migrate.current(fresh_database) == migrate.head()
    migrate.check_ready(fresh_database)


def test_a_database_without_tables_says_what_to_run(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "head", lambda: "0001")
    with pytest.raises(NotMigrated, match="headwater migrate"):
        migrate.check_ready(empty_database)
