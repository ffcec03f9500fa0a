"""An event as the catalog stores it: names as ids, facets as hashes; its wire form in core.event."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import orjson

from headwater_catalog.facts import INPUT, TERMINAL, Event
from headwater_catalog.times import rank_of

Stamp = tuple[int, uuid.UUID]
"""(s, h): rank, time and phase packed, then the first half of the event id. SEMANTICS §3."""

LAST: Stamp = (2**63 - 1, uuid.UUID(int=2**128 - 1))
"""After every stamp: what a name means in the end."""

Facets = dict[str, bytes]


class Listing(NamedTuple):
    """A dataset that an event lists: its side, the id of its canonical name, its facets by hash."""

    side: int
    name: int
    facets: Facets
    input_facets: Facets
    output_facets: Facets


class Told(NamedTuple):
    """A stored event. seq: its number; run and job: ids; teller of its claims if it is no run: -seq."""

    seq: int
    h: uuid.UUID
    s: int
    received: int
    kind: int
    type: int
    run: int | None
    job: int | None
    listings: tuple[Listing, ...]
    run_facets: Facets
    job_facets: Facets
    listed: bool

    @property
    def stamp(self) -> Stamp:
        """Its stamp; the index of a listing completes the stamp of a facet."""
        return self.s, self.h

    @property
    def future(self) -> bool:
        """Whether it came from more than a day in the future: rank 0."""
        return rank_of(self.s) == 0

    @property
    def terminal(self) -> bool:
        """COMPLETE, ABORT or FAIL."""
        return self.type in TERMINAL


@lru_cache(maxsize=4096)  # every step of a batch asks for them, and to make a UUID takes longer than to find it
def halves(event_id: bytes) -> tuple[uuid.UUID, uuid.UUID]:
    """The 32 bytes of an event id as two UUIDs."""
    return uuid.UUID(bytes=event_id[:16]), uuid.UUID(bytes=event_id[16:])


def encode(event: Event, names: dict[tuple[str, str], int]) -> tuple[bytes, bytes]:
    """(said, hashes) of an event, its dataset names given as ids."""
    hashes: dict[bytes, int] = {}

    def indexed(facets: Facets) -> dict[str, int]:
        return {facet: hashes.setdefault(digest, len(hashes)) for facet, digest in facets.items()}

    items = [
        [i.side, names[i.name], indexed(i.facets), indexed(i.input_facets), indexed(i.output_facets)]
        for i in event.items
    ]
    said = [items, indexed(event.run_facets), indexed(event.job_facets), event.listed]
    return orjson.dumps(said), b"".join(hashes)


Row = tuple[int, uuid.UUID, int, int, int, int, int | None, int | None, bytes, bytes]
COLUMNS = "seq, h, s, received, kind, type, run, job, said, hashes"
"""The columns of core.event from which `decode` makes a Told."""


def decode(row: Row) -> Told:
    """The stored event of a row of COLUMNS."""
    seq, h, s, received, kind, type_, run, job, said, packed = row
    hashes = [packed[n : n + 32] for n in range(0, len(packed), 32)]
    items, run_facets, job_facets, listed = orjson.loads(said)

    def named(indexes: dict[str, int]) -> Facets:
        return {facet: hashes[n] for facet, n in indexes.items()}

    listings = tuple(Listing(side, name, named(f), named(i), named(o)) for side, name, f, i, o in items)
    return Told(seq, h, s, received, kind, type_, run, job, listings, named(run_facets), named(job_facets), listed)


def dataset_facets(event: Told) -> Iterator[tuple[int, Listing]]:
    """(index, listing) of each dataset of the event; a later index is the greater stamp."""
    return enumerate(event.listings)


def written(listing: Listing) -> bool:
    """Whether the event speaks of the dataset as an output or as its subject."""
    return listing.side != INPUT
