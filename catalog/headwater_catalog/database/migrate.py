"""Migrations: where they lie, how far a database is, and bringing it to the newest revision."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

import headwater_catalog
from headwater_catalog.database.engine import Database
from headwater_catalog.errors import NotMigrated


def migrations_dir() -> Path:
    """Where the migrations lie: inside the wheel, or at the root of the work tree."""
    package = Path(headwater_catalog.__file__).parent
    packed = package / "migrations"
    return packed if packed.is_dir() else package.parents[1] / "migrations"


def head() -> str | None:
    """The newest revision of this version of the program; None while there is none."""
    return ScriptDirectory(str(migrations_dir())).get_current_head()


def current(url: str) -> str | None:
    """The revision the database stands at; None before the first. Raises DatabaseUnreachable."""
    engine = Database.from_url(url).engine()
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to `revision`; safe to run from several processes at once (env.py takes a lock).

    Raises DatabaseUnreachable or DatabaseTooOld.
    """
    Database.from_url(url).check()
    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database back to `revision` ("base": no tables); what later revisions stored is lost."""
    Database.from_url(url).check()
    command.downgrade(config(url), revision)


def check_ready(url: str) -> None:
    """Raise NotMigrated unless the database stands exactly at this version's revision."""
    stands, needs = current(url), head()
    if stands != needs:
        raise NotMigrated(stands, needs)


def config(url: str) -> Config:
    """What Alembic's own commands want, without a file; the URL goes as an attribute, where `%` needs no escape."""
    made = Config(attributes={"url": url})
    made.set_main_option("script_location", str(migrations_dir()).replace("%", "%%"))
    return made
