"""What DatasetEvents say of the structure of a node: all that do so, in order, each with what was known by then. §7."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from headwater_catalog.facts import DATASET_EVENT
from headwater_catalog.projection.claims import Reading, Said, measure, structure
from headwater_catalog.projection.meanings import Meanings
from headwater_catalog.projection.tellers import Tale
from headwater_catalog.projection.told import Facets, Told

STRUCTURAL = ("lineage", "columnLineage")
"""Facets of a dataset that say where it comes from."""


def structural(e: Told) -> bool:
    """Whether a DatasetEvent speaks of its dataset's structure."""
    return any(facet in e.listings[0].facets for facet in STRUCTURAL)


def tales(
    singles: Mapping[int, Told],
    subjects: Mapping[int, Told],
    names: Collection[int],
    reading: Reading,
    meanings: Meanings,
) -> list[Tale]:
    """The tales of the DatasetEvents among `singles`; where one speaks of the structure, of all that do so of its node.

    subjects: every stored event that speaks of a structure in question; names: those whose structure is made anew
    although no event among `singles` speaks of it. Both by number.
    """
    events = {seq: e for seq, e in singles.items() if e.kind == DATASET_EVENT and e.listings}
    nodes = {_subject(e, reading) for e in events.values() if structural(e)}
    nodes |= {_subject(e, reading) for e in subjects.values() if e.listings[0].name in names}
    lists: dict[int, list[Told]] = defaultdict(list)
    for seq, e in subjects.items():
        node = _subject(e, reading)
        if node in nodes:
            lists[node].append(e)
            events[seq] = e
    claims = {seq: said for node, told in lists.items() for seq, said in _follow(node, told, reading, meanings)}
    found: list[Tale] = []
    for seq, e in events.items():
        said = claims.get(seq, Said())
        measure([e], said, reading, e.stamp, meanings)
        node = _subject(e, reading)
        found.append(Tale(-seq, [e], e.stamp, said, declares=seq in claims, structural=node))
    return found


def _subject(e: Told, reading: Reading) -> int:
    return reading.node(e.listings[0].name, e.stamp)


def _follow(node: int, events: list[Told], reading: Reading, meanings: Meanings) -> Iterator[tuple[int, Said]]:
    """Each structural event of a node, with the lineage facets known by then."""
    known: Facets = {}
    for e in sorted(events, key=lambda e: e.stamp):
        facets = e.listings[0].facets
        known = {**known, **{facet: facets[facet] for facet in STRUCTURAL if facet in facets}}
        claim, named = structure(known, e.stamp, reading, meanings)
        said = Said(named=named - {listing.name for listing in e.listings})
        if claim:
            said.claims[node] = claim
        yield e.seq, said
