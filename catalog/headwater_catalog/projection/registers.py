"""Registers of facets: of each facet of a dataset, job or run the value with the greatest stamp. SEMANTICS §3, §14."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import psycopg

from headwater_catalog.codes import DATASET, JOB, RUN
from headwater_catalog.database.arrays import send, send_rows
from headwater_catalog.facets.crawled import placed
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
on conflict (owner_kind, owner, place, (case when length(facet) > 256 then md5(facet) else facet end)) do update
set s = excluded.s, h = excluded.h, idx = excluded.idx, hash = excluded.hash, deleted = excluded.deleted
where (excluded.s, excluded.h, excluded.idx) > (f.s, f.h, f.idx)
"""

# Which of some values say `"_deleted": true`.
DELETED = "select hash from core.value where deleted and hash = any(%s::bytea[])"
CLEAR = "delete from core.facet where owner_kind = %b and owner = any(%s::int[])"


def _each(event: Told, resolve: Resolve) -> Iterator[tuple[tuple[int, int, str], int, Facets]]:
    """(owner kind, owner, place), index of the listing, facets: those that an event brings."""
    stamp = event.stamp
    user: tuple[int, int] | None = None
    if event.run is not None:
        user = RUN, event.run
    elif event.job is not None:
        user = JOB, event.job
    for idx, listing in enumerate(event.listings):
        if listing.facets:
            node = resolve(listing.name, stamp)
            for place, facets in placed(event.type, listing.facets):
                yield (DATASET, node, place), idx, facets
        if user and listing.input_facets:
            yield (user[0], user[1], f"inputFacets:{listing.name}"), idx, listing.input_facets
        if user and listing.output_facets:
            yield (user[0], user[1], f"outputFacets:{listing.name}"), idx, listing.output_facets
    if event.job is not None and event.job_facets:
        yield (JOB, event.job, ""), 0, event.job_facets
    if event.run is not None and event.run_facets:
        yield (RUN, event.run, ""), 0, event.run_facets


def fold(events: Iterable[Told], resolve: Resolve, owners: Collection[tuple[int, int]] | None = None) -> Registers:
    """The registers that events make; only those of some owners (kind, id) where these are given."""
    found: Registers = {}
    for event in events:
        s, h = event.stamp
        for owner, idx, facets in _each(event, resolve):
            if owners is None or owner[:2] in owners:
                stamp = s, h, idx
                for facet, digest in facets.items():
                    slot = (*owner, facet)
                    known = found.get(slot)
                    if known is None or stamp >= known[0]:
                        found[slot] = stamp, digest
    return found


def put(connection: Connection, registers: Registers, deleted: Collection[bytes]) -> None:
    """Merge registers into those that are stored; `deleted`: hashes of values that delete."""
    if registers:
        rows = [(*slot, *stamp, digest, digest in deleted) for slot, (stamp, digest) in sorted(registers.items())]
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
