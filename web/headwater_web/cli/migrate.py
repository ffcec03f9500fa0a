"""headwater migrate: the tables of this version."""

from __future__ import annotations

from headwater_catalog.database import migrate as migrations
from headwater_catalog.database.engine import open_database
from headwater_catalog.projection.version import REBUILD_NEEDED, settle
from headwater_web.cli.verb import Use, local_verb


@local_verb
def migrate(use: Use) -> None:
    """Bring the database to this version's tables; safe to repeat, and to run from several places at once.

    Says so where the catalog must be rebuilt, since an older version derived it.
    """
    with open_database(use.settings.database_url or None, use.settings.directory) as (database, _):
        before = migrations.current(database.conninfo)
        migrations.upgrade(database.conninfo)
        after = migrations.current(database.conninfo)
        with database.connect("headwater migrate") as connection:
            needed = settle(connection)
        said = {"database": database.where, "before": before, "after": after, "rebuildNeeded": needed}
    changed = f"from {before or 'nothing'} to {after}" if before != after else f"already at {after}"
    more = f"\n{REBUILD_NEEDED}" if needed else ""
    use.show(said, lambda: f"{said['database']}: {changed}{more}")
