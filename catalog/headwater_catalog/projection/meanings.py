"""What facets mean, with names as ids: interpreted once a value, remembered by hash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Protocol

from headwater_catalog.canonical import read_json
from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.facts import (
    Column,
    Derivation,
    Entries,
    Interpreters,
    Lifecycle,
    Links,
    Meaning,
    Name,
    ParentSaid,
    SameAs,
)
from headwater_catalog.projection.told import Facets, Told

NameKey = tuple[int, str, str]
"""(DATASET or JOB, namespace, name)."""
OWN_JOB = 0
"""Stands for the id of the event's own job."""
_KINDS = {"dataset": DATASET, "job": JOB}
_REMEMBERED = 20_000

ColumnRow = tuple[str | None, int, str | None, str, str | None, bool]
"""(target field, id of the source, source field, type, subtype, masking)."""


class BoundDerivation(NamedTuple):
    """A Derivation with ids. spelled: the claims that were made of it alone, which `claims` remembers here."""

    sources: tuple[int, ...]
    columns: tuple[ColumnRow, ...]
    speaks: bool
    spelled: dict[object, Any]


class BoundEntries(NamedTuple):
    """Explicit entries with ids: (target, derivation)."""

    entries: tuple[tuple[int, BoundDerivation], ...]


class BoundLinks(NamedTuple):
    """Symlinks with ids: (name, whether of type TABLE)."""

    others: tuple[tuple[int, bool], ...]


class BoundSame(NamedTuple):
    """Pairs put together and taken apart, with ids."""

    same: tuple[int, ...]
    different: tuple[int, ...]


class BoundLifecycle(NamedTuple):
    """A lifecycle change; previous None where it names none."""

    change: str
    previous: int | None


class BoundParent(NamedTuple):
    """A parent facet with the ids of the jobs that it names."""

    said: ParentSaid
    job: int | None
    root_job: int | None


Bound = BoundDerivation | BoundEntries | BoundLinks | BoundSame | BoundLifecycle | BoundParent | Meaning
Need = tuple[str, bytes]
"""("place/facet", hash of the value)."""


class Faceted(Protocol):
    """A dataset that an event lists, with its facets by hash."""

    @property
    def facets(self) -> Facets: ...
    @property
    def input_facets(self) -> Facets: ...
    @property
    def output_facets(self) -> Facets: ...


def needs_of(run: Facets, job: Facets, listings: Iterable[Faceted], interpreters: Interpreters) -> Iterator[Need]:
    """The interpretable facets of an event."""
    groups = [("run/", run), ("job/", job)]
    for listing in listings:
        groups += [("dataset/", listing.facets), ("input/", listing.input_facets), ("output/", listing.output_facets)]
    for place, facets in groups:
        for facet, digest in facets.items():
            if place + facet in interpreters:
                yield place + facet, digest


def names_in(meaning: Meaning | None) -> Iterator[NameKey]:
    """Every dataset and job that a meaning names."""
    match meaning:
        case Derivation():
            yield from _ends(s for s in meaning.sources)
        case Entries():
            for target, derivation in meaning.entries:
                yield from _ends((target, *derivation.sources))
        case Links():
            yield from ((DATASET, *name) for name, _ in meaning.others)
        case SameAs():
            yield from ((DATASET, *name) for name in (*meaning.same, *meaning.different))
        case Lifecycle() if meaning.previous:
            yield (DATASET, *meaning.previous)
        case ParentSaid():
            yield from ((JOB, *job) for job in (meaning.job, meaning.root_job) if job)


def _ends(ends: Iterable[tuple[str, str, str]]) -> Iterator[NameKey]:
    for kind, namespace, name in ends:
        if namespace:
            yield _KINDS[kind], namespace, name


class Meanings:
    """Bound meanings by place, facet and hash; a bounded memory. Not shared between threads."""

    def __init__(self, interpreters: Interpreters) -> None:
        self.interpreters = interpreters
        self._bound: dict[Need, Bound | None] = {}

    def missing(self, events: Iterable[Told]) -> set[Need]:
        """What of these events is not remembered."""
        known = self._bound
        told = (needs_of(e.run_facets, e.job_facets, e.listings, self.interpreters) for e in events)
        return {need for needs in told for need in needs if need not in known}

    def knows(self, need: Need) -> bool:
        """Whether the meaning is remembered."""
        return need in self._bound

    def interpret(self, need: Need, body: bytes | str) -> Meaning | None:
        """The meaning of a value, not yet bound."""
        return self.interpreters[need[0]](read_json(body.encode() if isinstance(body, str) else body))

    def remember(self, need: Need, meaning: Meaning | None, ids: dict[NameKey, int]) -> None:
        """Bind a meaning to ids of names, and keep it."""
        self._bound[need] = _bind(meaning, ids)

    def trim(self) -> None:
        """Forget the oldest half where too much is remembered; only between batches."""
        if len(self._bound) > _REMEMBERED:
            for need in list(self._bound)[: _REMEMBERED // 2]:
                del self._bound[need]

    def forget(self) -> None:
        """Forget all: ids of a transaction that was rolled back mean nothing."""
        self._bound.clear()

    def get(self, place: str, facets: dict[str, bytes], facet: str) -> Bound | None:
        """The meaning of a facet of an event; None where it is absent or says nothing."""
        digest = facets.get(facet)
        return None if digest is None else self._bound[place + facet, digest]


def jobs_in(event: Told, meanings: Meanings) -> Iterator[int]:
    """Nodes among which are all the jobs that an event names beside its own: above its run, in explicit lineage."""
    for facet in ("parent", "parentRun"):
        said = meanings.get("run/", event.run_facets, facet)
        if isinstance(said, BoundParent):
            yield from (job for job in (said.job, said.root_job) if job is not None)
    explicit = meanings.get("job/", event.job_facets, "lineage")
    if isinstance(explicit, BoundEntries):
        for target, derivation in explicit.entries:
            yield from (end for end in (target, *derivation.sources) if end != OWN_JOB)


def _bind(meaning: Meaning | None, ids: dict[NameKey, int]) -> Bound | None:  # noqa: PLR0911 - one return a kind
    match meaning:
        case Derivation():
            return _bind_derivation(meaning, ids)
        case Entries():
            return BoundEntries(tuple((_id(t, ids), _bind_derivation(d, ids)) for t, d in meaning.entries))
        case Links():
            return BoundLinks(tuple((ids[DATASET, *name], table) for name, table in meaning.others))
        case SameAs():
            return BoundSame(*(tuple(ids[DATASET, *n] for n in names) for names in meaning))
        case Lifecycle():
            return BoundLifecycle(meaning.change, ids[DATASET, *meaning.previous] if meaning.previous else None)
        case ParentSaid():
            return BoundParent(meaning, _job(meaning.job, ids), _job(meaning.root_job, ids))
        case _:
            return meaning


def _job(job: Name | None, ids: dict[NameKey, int]) -> int | None:
    return ids[JOB, *job] if job else None


def _id(end: tuple[str, str, str], ids: dict[NameKey, int]) -> int:
    kind, namespace, name = end
    return ids[_KINDS[kind], namespace, name] if namespace else OWN_JOB


def _bind_derivation(said: Derivation, ids: dict[NameKey, int]) -> BoundDerivation:
    def row(c: Column) -> ColumnRow:
        return c.target, _id(c.source, ids), c.field, c.type, c.subtype, c.masking

    return BoundDerivation(tuple(_id(s, ids) for s in said.sources), tuple(map(row, said.columns)), said.speaks, {})
