"""Registers of facets: of each facet of a dataset, job or run the value with the greatest stamp. SEMANTICS §3."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import psycopg

from headwater_catalog.layers.base import DATASET, JOB, RUN
from headwater_catalog.projection.identity import FacetStamp
from headwater_catalog.projection.tellers import columns_of
from headwater_catalog.projection.told import Facets, Stamp, Told

Connection = psycopg.Connection[Any]
Slot = tuple[int, int, str, str]
"""owner kind, owner, place, facet."""
Resolve = Callable[[int, Stamp], int]
NO_STAMP = (-(2**63), uuid.UUID(int=0), -1)

# A register moves on only; whether the value deletes is known with the value.
PUT = """
insert into core.facet as f (owner_kind, owner, place, facet, s, h, idx, hash, deleted)
select t.*, coalesce((select v.deleted from core.value v where v.hash = t.hash), false)
from unnest(%b::smallint[], %b::int[], %b::text[], %b::text[], %b::bigint[], %b::uuid[], %b::int[], %b::bytea[])
  as t(owner_kind, owner, place, facet, s, h, idx, hash)
on conflict (owner_kind, owner, place, facet) do update
set s = excluded.s, h = excluded.h, idx = excluded.idx, hash = excluded.hash, deleted = excluded.deleted
where (excluded.s, excluded.h, excluded.idx) > (f.s, f.h, f.idx)
"""

CLEAR = "delete from core.facet where owner_kind = %b and owner = any(%b::int[])"


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


def fold(
    events: Iterable[Told], resolve: Resolve, owners: Collection[tuple[int, int]] | None = None
) -> dict[Slot, tuple[FacetStamp, bytes]]:
    """The registers that events make; only those of some owners (kind, id) where these are given."""
    found: dict[Slot, tuple[FacetStamp, bytes]] = {}
    for event in events:
        for slot, stamp, digest in _each(event, resolve):
            if (owners is None or slot[:2] in owners) and (slot not in found or stamp >= found[slot][0]):
                found[slot] = stamp, digest
    return found


def put(connection: Connection, registers: dict[Slot, tuple[FacetStamp, bytes]]) -> None:
    """Merge registers into those that are stored."""
    if registers:
        rows = [(*slot, *registers[slot][0], registers[slot][1]) for slot in sorted(registers)]
        connection.execute(PUT, columns_of(rows))


def clear(connection: Connection, owners: Collection[tuple[int, int]]) -> None:
    """Take away all registers of some owners (kind, id), to put them anew."""
    for kind in (DATASET, JOB, RUN):
        ids = sorted(owner for k, owner in owners if k == kind)
        if ids:
            connection.execute(CLEAR, (kind, ids))
