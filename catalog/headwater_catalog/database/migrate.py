"""Migrations: where they lie, how far a database is, and bringing it to the newest revision.

Alembic is loaded only where something is to be migrated: a server that finds its tables starts without it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

import headwater_catalog
from headwater_catalog.database.engine import Database
from headwater_catalog.errors import NotMigrated

if TYPE_CHECKING:
    from alembic.config import Config

_REVISION = re.compile(r"""^(down_revision|revision)\b.*= ["'](\w+)["']""", re.MULTILINE)


def migrations_dir() -> Path:
    """Where the migrations lie: inside the wheel, or at the root of the work tree."""
    package = Path(headwater_catalog.__file__).parent
    packed = package / "migrations"
    return packed if packed.is_dir() else package.parents[1] / "migrations"


def head() -> str | None:
    """The newest revision of this version of the program, the one that no other follows; None while there is none."""
    found = [
        _REVISION.findall(path.read_text(encoding="utf-8")) for path in (migrations_dir() / "versions").glob("*.py")
    ]
    said = [pair for pairs in found for pair in pairs]
    followed = {revision for kind, revision in said if kind == "down_revision"}
    return next((revision for kind, revision in said if kind == "revision" and revision not in followed), None)


def current(url: str) -> str | None:
    """The revision the database stands at; None before the first. Raises DatabaseUnreachable."""
    with Database.from_url(url).connect("headwater migrate", autocommit=True) as connection:
        connection.execute("RESET search_path")  # Alembic's table stands where the server's own path leads
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except psycopg.errors.UndefinedTable:
            return None
    return None if row is None else str(row[0])


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to `revision`; safe to run from several processes at once (env.py takes a lock).

    Raises DatabaseUnreachable or DatabaseTooOld.
    """
    from alembic import command

    Database.from_url(url).check()
    command.upgrade(config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database back to `revision` ("base": no tables); what later revisions stored is lost."""
    from alembic import command

    Database.from_url(url).check()
    command.downgrade(config(url), revision)


def check_ready(url: str) -> None:
    """Raise NotMigrated unless the database stands exactly at this version's revision."""
    stands, needs = current(url), head()
    if stands != needs:
        raise NotMigrated(stands, needs)


def config(url: str) -> Config:
    """What Alembic's own commands want, without a file; the URL goes as an attribute, where `%` needs no escape."""
    from alembic.config import Config

    made = Config(attributes={"url": url})
    made.set_main_option("script_location", str(migrations_dir()).replace("%", "%%"))
    return made
