"""A rebuild gives the same state, and parks what cannot be projected instead of giving up."""

from __future__ import annotations

import zlib

import oracle
from projected import Catalog

from headwater_catalog.projection.rebuild import rebuild
from headwater_ingestors.openlineage.translate import translate

pytestmark = oracle.needs_oracle
STATES = "select state, count(*) from core.entry group by 1 order by 1"


def make_anew(catalog: Catalog) -> list[tuple[int, int]]:
    progress: list[tuple[int, int]] = []
    rebuild(catalog.connection, catalog.projector, translate, lambda done, total: progress.append((done, total)))
    catalog.connection.commit()
    return progress


def test_an_entry_that_cannot_be_projected_is_parked_and_tried_again(catalog: Catalog) -> None:
    catalog.ingest(oracle.generate.history(5, 40))
    before = catalog.document()
    seq, body = catalog.connection.execute("select seq, body from core.entry order by seq limit 1").fetchone() or ()
    catalog.connection.execute("update core.entry set body = %s where seq = %s", (zlib.compress(b"{"), seq))
    progress = make_anew(catalog)
    assert progress[-1][0] == progress[-1][1]
    assert dict(catalog.connection.execute(STATES).fetchall())["parked"] == 1
    assert catalog.document() != before
    catalog.connection.execute("update core.entry set body = %s where seq = %s", (body, seq))
    make_anew(catalog)
    assert "parked" not in dict(catalog.connection.execute(STATES).fetchall())
    assert catalog.document() == before
