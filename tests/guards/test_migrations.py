"""The migrations against the tables: no difference, one head, and every revision goes up, down and up again."""

from __future__ import annotations

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory

from headwater_catalog.database import migrate

# Everything that a revision may make, by name, and the columns of what has any.
MADE = """
SELECT 'schema', nspname::text, '' FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'
UNION ALL
SELECT c.relkind::text, n.nspname || '.' || c.relname, coalesce(pg_get_indexdef(c.oid), '') || coalesce((
    SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod) || attnotnull, ',' ORDER BY attnum)
    FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped), '')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^(pg_|information_schema$)' AND c.relname !~ '^alembic_version'
UNION ALL
SELECT 'constraint', n.nspname || '.' || conname, pg_get_constraintdef(c.oid)
FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
WHERE n.nspname !~ '^(pg_|information_schema$)' AND conname !~ '^alembic_version'
UNION ALL
SELECT 'function', n.nspname || '.' || proname, pg_get_functiondef(p.oid)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^(pg_|information_schema$)' AND prokind IN ('f', 'p')
UNION ALL
SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT 'type', n.nspname || '.' || typname, typtype::text
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname !~ '^(pg_|information_schema$)' AND typtype IN ('d', 'e')
"""


def made(url: str) -> set[tuple[str, ...]]:
    with psycopg.connect(url) as connection:
        return set(connection.execute(MADE).fetchall())


@pytest.fixture(scope="module")
def revisions() -> list[str]:
    """All revisions, oldest first."""
    found = [script.revision for script in ScriptDirectory(str(migrate.migrations_dir())).walk_revisions()]
    if not found:
        pytest.skip("there is no revision yet")
    return found[::-1]


def test_there_is_one_head() -> None:
    assert [migrate.head()] == ScriptDirectory(str(migrate.migrations_dir())).get_heads()


def test_the_migrated_tables_are_those_of_the_layers(fresh_database: str, revisions: list[str]) -> None:
    command.check(migrate.config(fresh_database))


def test_every_revision_goes_up_down_and_up_again(empty_database: str, revisions: list[str]) -> None:
    for revision in revisions:
        before = made(empty_database)
        migrate.upgrade(empty_database, revision)
        after = made(empty_database)
        migrate.downgrade(empty_database, "-1")
        assert made(empty_database) == before, f"downgrade of {revision}"
        migrate.upgrade(empty_database, revision)
        assert made(empty_database) == after, f"second upgrade to {revision}"
