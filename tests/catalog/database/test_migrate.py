"""Migrations: readiness, where they lie, several processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from processes import PYTHONPATH, ROOT

from headwater_catalog.database import migrate
from headwater_catalog.errors import DatabaseUnreachable, NotMigrated

REVISION = """
from alembic import op
revision = "{0}"
down_revision = {1}
def upgrade():
    op.execute("SELECT pg_sleep(0.2)")
    op.execute("CREATE TABLE made_by_{0} (a int)")
def downgrade():
    op.execute("DROP TABLE made_by_{0}")
"""


@pytest.fixture
def two_revisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Our env.py beside two revisions that would fail if they ran twice."""
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text((migrate.migrations_dir() / "env.py").read_text())
    (tmp_path / "versions" / "a.py").write_text(REVISION.format("one", None))
    (tmp_path / "versions" / "b.py").write_text(REVISION.format("two", '"one"'))
    monkeypatch.setattr(migrate, "migrations_dir", lambda: tmp_path)
    return tmp_path


def test_the_migrations_lie_at_the_root_of_the_work_tree() -> None:
    assert migrate.migrations_dir() == ROOT / "migrations"
    assert (migrate.migrations_dir() / "env.py").is_file()


def test_a_migrated_database_is_ready(fresh_database: str) -> None:
    assert migrate.current(fresh_database) == migrate.head()
    migrate.check_ready(fresh_database)


def test_up_and_down_and_what_readiness_says(empty_database: str, two_revisions: Path) -> None:
    with pytest.raises(NotMigrated, match=r"stands at revision none; this version needs two.*headwater migrate"):
        migrate.check_ready(empty_database)
    migrate.upgrade(empty_database)
    migrate.check_ready(empty_database)
    migrate.downgrade(empty_database, "one")
    with pytest.raises(NotMigrated, match="stands at revision one"):
        migrate.check_ready(empty_database)


def test_an_interrupted_upgrade_leaves_nothing_behind(empty_database: str, two_revisions: Path) -> None:
    (two_revisions / "versions" / "b.py").write_text(REVISION.format("two", '"one"').replace("CREATE TABLE", "OOPS"))
    with pytest.raises(Exception, match="OOPS"):
        migrate.upgrade(empty_database)
    assert migrate.current(empty_database) is None


def test_several_processes_migrate_at_once(empty_database: str, two_revisions: Path) -> None:
    program = (
        "import sys, pathlib; from headwater_catalog.database import migrate;"
        "migrate.migrations_dir = lambda: pathlib.Path(sys.argv[1]); migrate.upgrade(sys.argv[2])"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(two_revisions), empty_database],
            env={**os.environ, "PYTHONPATH": PYTHONPATH},
        )
        for _ in range(3)
    ]
    assert [process.wait(30) for process in running] == [0, 0, 0]
    assert migrate.current(empty_database) == "two"
    with psycopg.connect(empty_database) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def test_alembic_itself_works_at_the_root(empty_database: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env={**os.environ, "HEADWATER_DATABASE_URL": empty_database},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert migrate.current(empty_database) == migrate.head()


def test_a_database_that_cannot_be_reached(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable):
        migrate.upgrade(f"postgresql://u@/d?host={str(tmp_path).replace('/', '%2F')}")
