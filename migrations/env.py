"""How Alembic reaches the database: the URL that `headwater migrate` hands over, else HEADWATER_DATABASE_URL."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import text

from headwater_catalog.database.engine import Database
from headwater_catalog.layers import metadata

# Any number will do, as long as it stays: two processes that migrate at once take turns by it.
LOCK = 4_929_683_241_077
SCHEMAS = {table.schema for table in metadata.tables.values()}


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Only our own schemas are compared; what else lives in the database is not ours to drop."""
    return kind != "schema" or name in SCHEMAS


def run() -> None:
    """Run the migrations in one transaction, behind the lock."""
    url = context.config.attributes.get("url") or os.environ["HEADWATER_DATABASE_URL"]
    engine = Database.from_url(url).engine()
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            include_schemas=True,
            include_name=include_name,
            compare_server_default=True,
        )
        with context.begin_transaction():
            # Held until the commit, and taken before the current revision is read.
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            context.run_migrations()
    engine.dispose()


if context.is_offline_mode():
    raise SystemExit("Migrations run on a database; printing them as SQL (--sql) is not supported.")
run()
