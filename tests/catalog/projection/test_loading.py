"""Rows of watermarks and landing files: live, rebuilt and dated they are the same, whatever was taken back."""

from __future__ import annotations

import random
import uuid
from typing import Any

import loaders
import oracle
import pytest
from projected import Catalog

from headwater_catalog.names import key_of, path_below, path_within
from headwater_catalog.projection.rebuild import rebuild
from headwater_catalog.projection.retract import Retractor
from headwater_catalog.projection.snapshot import Snapshot
from headwater_ingestors.openlineage.facets import INTERPRETERS
from headwater_ingestors.openlineage.translate import translate

# Rows as names, since a rebuild gives other numbers to events.
MARKS = """
select j.ns, j.name, n.ns, n.name, w.s, w.h, r.key, w.value, w.type, w.field from process.watermark w
join core.name j on j.id = w.job join core.name n on n.id = w.name join process.run r on r.id = w.run
"""
FILES = """
select coalesce(r.key, e.h), n.ns, n.name, f.side, f.file, f.version, f.path, f.s, f.h, f.job, f.state, f.at, f.body
from process.landing_file f join core.name n on n.id = f.name
left join process.run r on r.id = f.teller left join core.event e on e.seq = -f.teller
"""
PUT = """
insert into core.retraction (target_kind, target, s, h, received, "on") values (%s, %s, 1, %s, 1, true)
"""


def rows(catalog: Catalog) -> tuple[list[Any], list[Any]]:
    """Both tables."""
    marks, files = (catalog.connection.execute(one.encode()).fetchall() for one in (MARKS, FILES))
    catalog.connection.rollback()
    return sorted(map(str, marks)), sorted(map(str, files))


@oracle.needs_oracle
@pytest.mark.parametrize("seed", range(8))
def test_rows_are_those_of_a_rebuild_and_of_a_moment(catalog: Catalog, seed: int) -> None:
    entries, rng = loaders.history(seed, 60), random.Random(seed)
    rng.shuffle(entries)
    events, _ = oracle.model.select(entries)
    catalog.ingest(entries, rng.choice([1, 5, 100]))
    assert all(rows(catalog))
    targets = [("entry", e.id) for e in rng.sample(events, 8)]
    targets += [("run", key_of("run", *e.run).hex) for e in rng.sample([e for e in events if e.run], 3)]
    for kind, target in set(targets):
        catalog.connection.execute(PUT, (kind, target, uuid.UUID(int=1)))
    Retractor(catalog.projector).retracted(catalog.connection, list(set(targets)))
    catalog.connection.commit()
    live = rows(catalog)
    then = Snapshot(catalog.connection, INTERPRETERS).rows()
    assert (len(then.marks), len(then.files)) == (len(live[0]), len(live[1]))
    rebuild(catalog.connection, catalog.projector, translate, lambda done, total: None)
    catalog.connection.commit()
    assert rows(catalog) == live


@pytest.mark.parametrize(
    ("path", "dataset", "below"),
    [
        ("x.csv", ("file", "landing/orders"), "x.csv"),
        ("landing/orders/x.csv", ("file", "landing/orders"), "x.csv"),
        ("/srv/landing/a/x.csv", ("file", "/srv/landing"), "a/x.csv"),
        ("file:///srv/landing/x.csv", ("file", "/srv/landing"), "x.csv"),
        ("s3a://Lake/orders/x.csv", ("s3://lake", "orders"), "x.csv"),
        ("s3://other/orders/x.csv", ("s3://lake", "orders"), "s3://other/orders/x.csv"),
        ("orders2/x.csv", ("s3://lake", "orders"), "orders2/x.csv"),
        ("x.csv", ("s3://lake", "/"), "x.csv"),
        ("/", ("file", "landing"), "/"),
    ],
)
def test_a_path_is_that_below_the_dataset(path: str, dataset: tuple[str, str], below: str) -> None:
    assert path_below(path, *dataset) == below


@pytest.mark.parametrize(
    ("path", "spelled", "meant", "below"),
    [
        ("x.csv", ("s3://lake", "orders/dt=1"), ("s3://lake", "orders"), "dt=1/x.csv"),
        ("orders/dt=1/a/x.csv", ("s3://lake", "orders/dt=1"), ("s3://lake", "orders"), "dt=1/a/x.csv"),
        ("s3a://lake/orders/dt=1/x.csv", ("s3://lake", "orders/dt=1"), ("s3://lake", "orders"), "dt=1/x.csv"),
        ("s3://other/x.csv", ("s3://lake", "orders/dt=1"), ("s3://lake", "orders"), "s3://other/x.csv"),
        ("x.csv", ("s3://lake", "orders/dt=1"), ("hive://meta:9083", "orders"), "s3://lake/orders/dt=1/x.csv"),
        ("x.csv", ("file", "/srv/landing/1"), ("file", "/srv/landing"), "1/x.csv"),
        ("x.csv", ("s3://lake", "/"), ("s3://lake", "orders"), "x.csv"),
    ],
)
def test_a_path_is_that_below_the_dataset_that_its_folder_means(
    path: str, spelled: tuple[str, str], meant: tuple[str, str], below: str
) -> None:
    assert path_within(path, spelled, meant) == below
