"""Taking back and restoring in a catalog of a test, and a rebuild that must change nothing."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from derivedrows import derived_rows
from projected import Catalog

from headwater_catalog.projection.rebuild import rebuild
from headwater_catalog.projection.retract import Retractor
from headwater_catalog.times import parse_time
from headwater_ingestors.openlineage.translate import translate

PUT = """
insert into core.retraction (target_kind, target, s, h, received, "on") values (%s, %s, %s, %s, %s, %s)
on conflict (target_kind, target) do update set "on" = excluded."on"
"""


def take_back(catalog: Catalog, targets: Sequence[tuple[str, str]], on: bool) -> None:
    """Take back targets as in core.retraction, or restore them."""
    received = parse_time("2025-12-01T00:00:00Z")
    for kind, target in targets:
        catalog.connection.execute(PUT, (kind, target, 1, uuid.UUID(int=1), received, on))
    Retractor(catalog.projector).retracted(catalog.connection, targets)
    catalog.connection.commit()


def assert_rebuilt(catalog: Catalog) -> None:
    """A rebuild changes no derived row."""
    live = derived_rows(catalog.connection)
    rebuild(catalog.connection, catalog.projector, translate, lambda done, total: None)
    catalog.connection.commit()
    assert derived_rows(catalog.connection) == live
