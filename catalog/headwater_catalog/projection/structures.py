"""What events without a run say: JobEvents of their job; DatasetEvents of a node's structure, in order. §7, §8."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import psycopg

from headwater_catalog.codes import EXPLICIT
from headwater_catalog.database.arrays import send
from headwater_catalog.facts import DATASET_EVENT
from headwater_catalog.projection.append import Appender
from headwater_catalog.projection.claims import Reading, Said, derive, measure, structure
from headwater_catalog.projection.meanings import BoundDerivation, BoundEntries, Meanings
from headwater_catalog.projection.tellers import Tale
from headwater_catalog.projection.told import COLUMNS, Facets, Told, decode

STRUCTURAL = ("lineage", "columnLineage")
"""Facets of a dataset that say where it comes from."""

Connection = psycopg.Connection[Any]

# The last that was said of the structure of names that mean themselves and were never dropped: its stamp; the method of
# the claim that stands, and the event that made it last.
LAST = f"""
select a.name, t.s, t.h, c.method, {", ".join("e." + column for column in COLUMNS.split(", "))}
from unnest(%s::int[]) as a(name) join process.timeline t on t.job = 0 and t.target = a.name
left join process.span p on p.job = 0 and p.target = a.name and p.status = 2 and p.to_s is null
left join process.claim c on c.id = p.claim left join core.event e on e.seq = -p.last
where not exists (select from process.lifecycle l where l.node = a.name and l.change = 'DROP')
"""  # noqa: S608 - constants


def declaration(teller: int, e: Told, reading: Reading, meanings: Meanings) -> Tale:
    """What a JobEvent says; it declares what its job reads and writes where it lists that."""
    job = e.job or 0
    explicit = isinstance(meanings.get("job/", e.job_facets, "lineage"), BoundEntries)
    if not e.future and (e.listed or explicit):
        return Tale(teller, [e], e.stamp, derive([e], e.stamp, job, reading, meanings), job=job, declares=True)
    said = Said()
    measure([e], said, reading, e.stamp, meanings)
    return Tale(teller, [e], e.stamp, said, job=job)


def structural(e: Told) -> bool:
    """Whether a DatasetEvent speaks of its dataset's structure."""
    return any(facet in e.listings[0].facets for facet in STRUCTURAL)


def bases(
    connection: Connection, spoken: Mapping[int, Sequence[Told]], appender: Appender
) -> dict[int, tuple[Told, ...]]:
    """Name → the one stored event, or none, from which new structural events of that name can go on.

    spoken: those events by name, of names without kin. A name is left out where all that was ever said of its structure
    must be read: something came late, or what stands was not said by one event alone.
    """
    rows = send(connection, LAST, sorted(spoken)).fetchall() if spoken else []
    found: dict[int, tuple[Told, ...]] = {}
    for name, s, h, method, *row in rows:
        last = () if row[0] is None else (decode(tuple(row)),)
        appender.recall(connection, last)
        in_order = all(e.stamp > (s, h) for e in spoken[name])
        if in_order and all(_says_all(e, method, spoken[name], appender.meanings) for e in last):
            found[name] = last
    return found


def _says_all(last: Told, method: int, spoken: Sequence[Told], meanings: Meanings) -> bool:
    """Whether no earlier event can matter to new ones.

    Where column lineage stands, no lineage facet before it speaks. Where a lineage facet stands, the column lineage
    below it comes to light only if that facet is taken away.
    """
    facets = last.listings[0].facets
    if method != EXPLICIT or "columnLineage" in facets:
        return all(facet in facets for facet in (STRUCTURAL if method == EXPLICIT else STRUCTURAL[1:]))
    return "lineage" in facets and all(_speaks(e, meanings) for e in spoken if "lineage" in e.listings[0].facets)


def _speaks(e: Told, meanings: Meanings) -> bool:
    said = meanings.get("dataset/", e.listings[0].facets, "lineage")
    return isinstance(said, BoundDerivation) and said.speaks


def tales(
    singles: Mapping[int, Told],
    subjects: Mapping[int, Told],
    names: Collection[int],
    reading: Reading,
    meanings: Meanings,
    *,
    before: Mapping[int, Sequence[Told]],
) -> list[Tale]:
    """The tales of the DatasetEvents among `singles`; where one speaks of the structure, of all that do so of its node.

    subjects: every stored event that speaks of a structure in question; names: those whose structure is made anew
    although no event among `singles` speaks of it. Both by number. before: see `bases`.
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
    known = {node: _facets(e) for node, last in before.items() for e in last}
    claims = {
        seq: said
        for node, told in lists.items()
        for seq, said in _follow(node, known.get(node, {}), told, reading, meanings)
    }
    found: list[Tale] = []
    for seq, e in events.items():
        said = claims.get(seq, Said())
        measure([e], said, reading, e.stamp, meanings)
        node = _subject(e, reading)
        found.append(Tale(-seq, [e], e.stamp, said, declares=seq in claims, structural=node))
    return found


def _subject(e: Told, reading: Reading) -> int:
    return reading.node(e.listings[0].name, e.stamp)


def _facets(e: Told) -> Facets:
    facets = e.listings[0].facets
    return {facet: facets[facet] for facet in STRUCTURAL if facet in facets}


def _follow(
    node: int, known: Facets, events: list[Told], reading: Reading, meanings: Meanings
) -> Iterator[tuple[int, Said]]:
    """Each structural event of a node, with the lineage facets known by then; `known`: those known before."""
    for e in sorted(events, key=lambda e: e.stamp):
        known = {**known, **_facets(e)}
        claim, named = structure(known, e.stamp, reading, meanings)
        said = Said(named=named - {listing.name for listing in e.listings})
        if claim:
            said.claims[node] = claim
        yield e.seq, said
