"""What one teller's events claim about each target. SEMANTICS §7, and its tests and metrics, §10."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as member
from typing import NamedTuple

import orjson

from headwater_catalog.codes import BOUNDARY, CARTESIAN, COLUMN, EXPLICIT
from headwater_catalog.facts import INPUT, Metrics, Tests, VersionSeen
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
MEASURED = frozenset(
    (
        "dataQualityAssertions", "dataQualityMetrics", "dataQuality", "inputStatistics", "outputStatistics", "version",
        "headwater_profile",
    )
)  # fmt: skip
_SPELLED = 16  # claims that are remembered of one derivation: one, unless its names were renamed or linked


class Claim(NamedTuple):
    """How a target came about: method, nodes that it came from, columns. Sorted, so that equal claims are equal.

    key: 16 bytes of its hash; it stands for the claim wherever one is looked up, as hashing all columns is dear.
    """

    method: int
    sources: tuple[int, ...]
    columns: tuple[ColumnRow, ...]
    key: bytes


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
    content = method, tuple(sorted(sources)), tuple(sorted(columns, key=column_key))
    return Claim(*content, hashlib.sha256(orjson.dumps(content)).digest()[:16])


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

    def claim(self, method: int, told: Sequence[BoundDerivation]) -> Claim:
        """The claim of what some derivations say together.

        Runs of one job say the same again and again: the claim of a single derivation is remembered beside it, by all
        that it depends on.
        """
        ends = [tuple(map(self.end, said.sources)) for said in told]
        asked = method, self.job, ends[0]
        remembered = told[0].spelled if len(told) == 1 else {}
        if asked not in remembered:
            sources: set[int] = set()
            columns: set[ColumnRow] = set()
            for said, nodes in zip(told, ends, strict=True):
                self._unite(said, nodes, sources, columns)
            if len(remembered) > _SPELLED:
                remembered.clear()
            remembered[asked] = claim_of(method, sources, columns)
        claim: Claim = remembered[asked]
        return claim

    def _unite(
        self, said: BoundDerivation, ends: Sequence[int | None], sources: set[int], columns: set[ColumnRow]
    ) -> None:
        """Add what a derivation says. The own job is no source, only column detail."""
        nodes = dict(zip(said.sources, ends, strict=True))
        sources.update(n for n in ends if n is not None and n != self.job)
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
        claim = _claim(target, entries if explicit else None, by_column.get(target), ins)
        if not _silent(said.change.get(target), claim, target):
            said.claims[target] = claim
            fed.update(claim.sources)
    said.writes = outs | {t for t in said.claims if not reading.is_job(t)}
    listed = ins | {s for s in fed if not reading.is_job(s)}
    said.reads = {node: node not in fed for node in listed}
    said.named = teller.named - node_of.keys()
    measure(events, said, reading, at, meanings)
    return said


def _entries(events: Sequence[Told], teller: _Teller, meanings: Meanings) -> tuple[dict[int, Claim], bool]:
    """The explicit entries of all events, united by target; and whether there is such a facet."""
    found: dict[int, list[BoundDerivation]] = {}
    explicit = False
    for event in events:
        facet = meanings.get("job/", event.job_facets, "lineage")
        if isinstance(facet, BoundEntries):
            explicit = True
            for name, derivation in facet.entries:
                target = teller.end(name)
                if target is not None:
                    found.setdefault(target, []).append(derivation)
    return {target: teller.claim(EXPLICIT, told) for target, told in found.items()}, explicit


def _by_column(
    events: Sequence[Told], teller: _Teller, node_of: dict[int, int], meanings: Meanings
) -> dict[int, Claim]:
    found: dict[int, list[BoundDerivation]] = {}
    for name, derivation in _live(events, "columnLineage", meanings):
        if isinstance(derivation, BoundDerivation):
            found.setdefault(node_of[name], []).append(derivation)
    return {target: teller.claim(COLUMN, told) for target, told in found.items()}


def _claim(target: int, entries: dict[int, Claim] | None, by_column: Claim | None, ins: set[int]) -> Claim:
    if entries is not None:
        return entries[target] if target in entries else claim_of(BOUNDARY, set(), set())
    return by_column if by_column and by_column.sources else claim_of(CARTESIAN, ins, set())


def _silent(change: str | None, claim: Claim, target: int) -> bool:
    """Whether a target's lifecycle change leaves nothing to claim."""
    if change == "DROP":
        return True
    return change in QUIET_CHANGES and not set(claim.sources) - {target}


def structure(facets: Facets, at: Stamp, reading: Reading, meanings: Meanings) -> tuple[Claim | None, set[int]]:
    """The claim of a dataset's own lineage facets, and the raw names that it names; None says "nothing", and closes."""
    teller = _Teller(reading, at, None)
    explicit = meanings.get("dataset/", facets, "lineage")
    if isinstance(explicit, BoundDerivation) and explicit.speaks:
        return teller.claim(EXPLICIT, [explicit]), teller.named
    by_column = meanings.get("dataset/", facets, "columnLineage")
    claim = teller.claim(COLUMN, [by_column]) if isinstance(by_column, BoundDerivation) else None
    return (claim if claim and claim.sources else None), teller.named


# Tests, metrics and explicit versions -------------------------------------------------------------------------------


def _measured(listing: Listing) -> Iterator[tuple[str, str, bytes]]:
    """(place, facet, hash) of measurements, in the order in which they count within a listing."""
    for place, facets in (
        ("dataset/", listing.facets),
        ("input/", listing.input_facets),
        ("output/", listing.output_facets),
    ):
        for facet, digest in facets.items():
            if facet in MEASURED:
                yield place, facet, digest


def measure(events: Sequence[Told], said: Said, reading: Reading, at: Stamp, meanings: Meanings) -> None:
    """Add the last quality facets and explicit versions of each name to what was said."""
    last: dict[tuple[str, int], tuple[int, bytes, Bound | None]] = {}
    for event in events:
        for listing in event.listings:
            for place, facet, digest in _measured(listing):
                if place + facet in meanings.interpreters:
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
