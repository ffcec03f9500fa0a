"""Registers of facets: of each facet of a dataset, job or run the value with the greatest stamp. SEMANTICS §3."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import psycopg

from headwater_catalog.database.arrays import send, send_rows
from headwater_catalog.layers.base import DATASET, JOB, RUN
from headwater_catalog.projection.identity import FacetStamp
from headwater_catalog.projection.told import Facets, Stamp, Told

Connection = psycopg.Connection[Any]
Slot = tuple[int, int, str, str]
"""owner kind, owner, place, facet."""
Resolve = Callable[[int, Stamp], int]
Registers = dict[Slot, tuple[FacetStamp, bytes]]

# A register moves on only.
PUT = """
insert into core.facet as f (owner_kind, owner, place, facet, s, h, idx, hash, deleted)
select * from unnest(%s::smallint[], %s::int[], %s::text[], %s::text[], %s::bigint[], %s::uuid[], %s::int[],
  %s::bytea[], %s::boolean[])
on conflict (owner_kind, owner, place, facet) do update
set s = excluded.s, h = excluded.h, idx = excluded.idx, hash = excluded.hash, deleted = excluded.deleted
where (excluded.s, excluded.h, excluded.idx) > (f.s, f.h, f.idx)
"""

# Which of some values say `"_deleted": true`.
DELETED = "select hash from core.value where deleted and hash = any(%s::bytea[])"
CLEAR = "delete from core.facet where owner_kind = %b and owner = any(%s::int[])"


def _each(event: Told, resolve: Resolve) -> Iterator[tuple[Slot, FacetStamp, bytes]]:
    stamp = event.stamp
    user = (RUN, event.run) if event.run is not None else (JOB, event.job) if event.job is not None else None
    groups: list[tuple[int, int, str, int, Facets]] = []
    for idx, listing in enumerate(event.listings):
        groups.append((DATASET, resolve(listing.name, stamp), "", idx, listing.facets))
        if user and user[1] is not None:
            groups.append((user[0], user[1], f"inputFacets:{listing.name}", idx, listing.input_facets))
            groups.append((user[0], user[1], f"outputFacets:{listing.name}", idx, listing.output_facets))
    if event.job is not None:
        groups.append((JOB, event.job, "", 0, event.job_facets))
    if event.run is not None:
        groups.append((RUN, event.run, "", 0, event.run_facets))
    for kind, owner, place, idx, facets in groups:
        for facet, digest in facets.items():
            yield (kind, owner, place, facet), (*stamp, idx), digest


def fold(events: Iterable[Told], resolve: Resolve, owners: Collection[tuple[int, int]] | None = None) -> Registers:
    """The registers that events make; only those of some owners (kind, id) where these are given."""
    found: Registers = {}
    for event in events:
        for slot, stamp, digest in _each(event, resolve):
            if (owners is None or slot[:2] in owners) and (slot not in found or stamp >= found[slot][0]):
                found[slot] = stamp, digest
    return found


def put(connection: Connection, registers: Registers, deleted: Collection[bytes]) -> None:
    """Merge registers into those that are stored; `deleted`: hashes of values that delete."""
    if registers:
        rows = [(*slot, *registers[slot][0], d := registers[slot][1], d in deleted) for slot in sorted(registers)]
        send_rows(connection, PUT, rows)


def deleted_among(connection: Connection, registers: Registers) -> set[bytes]:
    """Which values of registers made from stored events delete."""
    hashes = sorted({digest for _, digest in registers.values()})
    return {digest for (digest,) in send(connection, DELETED, hashes).fetchall()}


def clear(connection: Connection, owners: Collection[tuple[int, int]]) -> None:
    """Take away all registers of some owners (kind, id), to put them anew."""
    for kind in (DATASET, JOB, RUN):
        ids = sorted(owner for k, owner in owners if k == kind)
        if ids:
            connection.execute(CLEAR, (kind, ids))
