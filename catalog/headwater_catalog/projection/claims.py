"""What one teller's events claim about each target. SEMANTICS §7, and its tests and metrics, §10."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as member
from typing import NamedTuple

from headwater_catalog.facts import INPUT, Metrics, Tests, VersionSeen
from headwater_catalog.layers.process import BOUNDARY, CARTESIAN, COLUMN, EXPLICIT
from headwater_catalog.projection.meanings import (
    OWN_JOB,
    Bound,
    BoundDerivation,
    BoundEntries,
    BoundLifecycle,
    ColumnRow,
    Meanings,
)
from headwater_catalog.projection.told import Facets, Listing, Stamp, Told

QUIET_CHANGES = ("ALTER", "TRUNCATE", "RENAME")


class Claim(NamedTuple):
    """How a target came about: method, nodes that it came from, columns. Sorted, so that equal claims are equal."""

    method: int
    sources: tuple[int, ...]
    columns: tuple[ColumnRow, ...]


class Quality(NamedTuple):
    """The last quality facet of a kind for a name. stamp: (s, h, index)."""

    name: int
    facet: str
    node: int
    s: int
    hash: bytes
    tests: tuple[tuple[object, object, object], ...] | None


@dataclass(slots=True)
class Said:
    """What a teller said, with nodes. reads: node → dangling; named: raw names that none of its events lists."""

    reads: dict[int, bool] = member(default_factory=dict)
    writes: set[int] = member(default_factory=set)
    claims: dict[int, Claim] = member(default_factory=dict)
    explicit: bool = False
    change: dict[int, str] = member(default_factory=dict)
    named: set[int] = member(default_factory=set)
    versions: dict[int, str] = member(default_factory=dict)
    quality: list[Quality] = member(default_factory=list)


class Reading(NamedTuple):
    """How to read names: the node of a name now, and whether an id is that of a job."""

    node: Callable[[int, Stamp], int]
    is_job: Callable[[int], bool]
    spell: Callable[[int], tuple[str, str]]


def column_key(row: ColumnRow) -> tuple[tuple[bool, object], ...]:
    """A total order of column rows, None before all else."""
    return tuple((value is not None, value) for value in row)


def claim_of(method: int, sources: set[int], columns: set[ColumnRow]) -> Claim:
    """A claim in its one spelling."""
    return Claim(method, tuple(sorted(sources)), tuple(sorted(columns, key=column_key)))


class _Teller:
    """Reads the ends of one teller's lineage: names at one stamp, its own job, what it names."""

    def __init__(self, reading: Reading, at: Stamp, job: int | None) -> None:
        self.reading, self.at, self.job = reading, at, job
        self.named: set[int] = set()

    def end(self, name: int) -> int | None:
        """The node of an end; None for "the own job" where there is none."""
        if name == OWN_JOB:
            return self.job
        if self.reading.is_job(name):
            return name
        self.named.add(name)
        return self.reading.node(name, self.at)

    def unite(self, said: BoundDerivation, sources: set[int], columns: set[ColumnRow]) -> None:
        """Add what a derivation says. The own job is no source, only column detail."""
        nodes = {name: self.end(name) for name in said.sources}
        sources.update(n for n in nodes.values() if n is not None and n != self.job)
        for target, source, name, kind, subtype, masking in said.columns:
            node = nodes[source]
            if node is not None:
                columns.add((target, node, name, kind, subtype, masking))


def last_facets(events: Sequence[Told], facet: str) -> dict[int, Facets]:
    """Name → facets of its last output or subject that has the facet, by stamp; in the order of first mention."""
    found: dict[int, Facets] = {}
    for event in events:
        for listing in event.listings:
            if listing.side != INPUT and facet in listing.facets:
                found[listing.name] = listing.facets
    return found


def _live(events: Sequence[Told], facet: str, meanings: Meanings) -> Iterator[tuple[int, Bound]]:
    for name, facets in last_facets(events, facet).items():
        meaning = meanings.get("dataset/", facets, facet)
        if meaning is not None:
            yield name, meaning


def lifecycle_of(events: Sequence[Told], meanings: Meanings) -> list[tuple[int, BoundLifecycle]]:
    """The last lifecycle change of each name that these events write."""
    found = _live(events, "lifecycleStateChange", meanings)
    return [(name, change) for name, change in found if isinstance(change, BoundLifecycle)]


def derive(events: Sequence[Told], at: Stamp, job: int | None, reading: Reading, meanings: Meanings) -> Said:
    """What a run (all its events, sorted by stamp) or a declaration (one JobEvent) says."""
    teller = _Teller(reading, at, job)
    node_of = {listing.name: reading.node(listing.name, at) for event in events for listing in event.listings}
    ins = {node_of[o.name] for event in events for o in event.listings if o.side == INPUT}
    outs = {node_of[o.name] for event in events for o in event.listings if o.side != INPUT}
    entries, explicit = _entries(events, teller, meanings)
    said = Said(explicit=explicit)
    said.change = {node_of[name]: change.change for name, change in lifecycle_of(events, meanings)}
    by_column = _by_column(events, teller, node_of, meanings)
    fed: set[int] = set()
    for target in outs | set(entries):
        claim = _claim(target, entries if explicit else None, by_column, ins)
        if not _silent(said.change.get(target), claim, target):
            said.claims[target] = claim
            fed.update(claim.sources)
    said.writes = outs | {t for t in said.claims if not reading.is_job(t)}
    listed = ins | {s for s in fed if not reading.is_job(s)}
    said.reads = {node: node not in fed for node in listed}
    said.named = teller.named - node_of.keys()
    measure(events, said, reading, at, meanings)
    return said


def _entries(
    events: Sequence[Told], teller: _Teller, meanings: Meanings
) -> tuple[dict[int, tuple[set[int], set[ColumnRow]]], bool]:
    """The explicit entries of all events, united by target; and whether there is such a facet."""
    found: dict[int, tuple[set[int], set[ColumnRow]]] = {}
    explicit = False
    for event in events:
        facet = meanings.get("job/", event.job_facets, "lineage")
        if isinstance(facet, BoundEntries):
            explicit = True
            for name, derivation in facet.entries:
                target = teller.end(name)
                if target is not None:
                    teller.unite(derivation, *found.setdefault(target, (set(), set())))
    return found, explicit


def _by_column(
    events: Sequence[Told], teller: _Teller, node_of: dict[int, int], meanings: Meanings
) -> dict[int, tuple[set[int], set[ColumnRow]]]:
    found: dict[int, tuple[set[int], set[ColumnRow]]] = {}
    for name, derivation in _live(events, "columnLineage", meanings):
        if isinstance(derivation, BoundDerivation):
            teller.unite(derivation, *found.setdefault(node_of[name], (set(), set())))
    return found


def _claim(
    target: int,
    entries: dict[int, tuple[set[int], set[ColumnRow]]] | None,
    by_column: dict[int, tuple[set[int], set[ColumnRow]]],
    ins: set[int],
) -> Claim:
    if entries is not None:
        if target in entries:
            return claim_of(EXPLICIT, *entries[target])
        return Claim(BOUNDARY, (), ())
    if target in by_column and by_column[target][0]:
        return claim_of(COLUMN, *by_column[target])
    return claim_of(CARTESIAN, ins, set())


def _silent(change: str | None, claim: Claim, target: int) -> bool:
    """Whether a target's lifecycle change leaves nothing to claim."""
    if change == "DROP":
        return True
    return change in QUIET_CHANGES and not set(claim.sources) - {target}


def structure(facets: Facets, at: Stamp, reading: Reading, meanings: Meanings) -> tuple[Claim | None, set[int]]:
    """The claim of a dataset's own lineage facets, and the raw names that it names; None says "nothing", and closes."""
    teller = _Teller(reading, at, None)
    sources: set[int] = set()
    columns: set[ColumnRow] = set()
    explicit = meanings.get("dataset/", facets, "lineage")
    if isinstance(explicit, BoundDerivation) and explicit.speaks:
        teller.unite(explicit, sources, columns)
        return claim_of(EXPLICIT, sources, columns), teller.named
    by_column = meanings.get("dataset/", facets, "columnLineage")
    if isinstance(by_column, BoundDerivation):
        teller.unite(by_column, sources, columns)
    return (claim_of(COLUMN, sources, columns) if sources else None), teller.named


# Tests, metrics and explicit versions -------------------------------------------------------------------------------


def _measured(listing: Listing) -> Iterator[tuple[str, str, bytes]]:
    """(place, facet, hash) in the order in which they count within a listing."""
    for place, facets in (
        ("dataset/", listing.facets),
        ("input/", listing.input_facets),
        ("output/", listing.output_facets),
    ):
        for facet, digest in facets.items():
            yield place, facet, digest


def measure(events: Sequence[Told], said: Said, reading: Reading, at: Stamp, meanings: Meanings) -> None:
    """Add the last quality facets and explicit versions of each name to what was said."""
    last: dict[tuple[str, int], tuple[int, bytes, Bound | None]] = {}
    for event in events:
        for listing in event.listings:
            for place, facet, digest in _measured(listing):
                if place + facet in meanings.interpreters and facet in MEASURED:
                    meaning = meanings.get(place, {facet: digest}, facet)
                    last[facet, listing.name] = (event.s, digest, meaning)
                    if facet == "version" and listing.side != INPUT:
                        last["", listing.name] = (event.s, digest, meaning)
    for (facet, name), (s, digest, meaning) in sorted(last.items(), key=lambda i: reading.spell(i[0][1])):
        node = reading.node(name, at)
        if isinstance(meaning, Tests | Metrics):
            tests = meaning.tests if isinstance(meaning, Tests) else None
            said.quality.append(Quality(name, facet, node, s, digest, tests))
        elif facet == "" and isinstance(meaning, VersionSeen) and meaning.version:
            said.versions[node] = meaning.version


MEASURED = (
    "dataQualityAssertions",
    "dataQualityMetrics",
    "dataQuality",
    "inputStatistics",
    "outputStatistics",
    "version",
)
