"""The state that events would make that the catalog has not taken in: derived in memory, nothing is written."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import psycopg

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.facts import Event, Interpreters, RunKey
from headwater_catalog.names import key_of
from headwater_catalog.projection.append import earliest
from headwater_catalog.projection.meanings import NameKey, names_in, needs_of
from headwater_catalog.projection.snapshot import KnownNames, Snapshot
from headwater_catalog.projection.told import Listing, Told, halves
from headwater_catalog.reading.rows import Rows

Connection = psycopg.Connection[Any]
LAST_ID: Final = 2**31 - 1
"""New names and runs have ids from here downwards: the catalog gives its own from 1 upwards."""
FIRST_SEQ: Final = 2**62
NEVER: Final = -(2**62)
"""A moment at which nothing was known."""

RUN_IDS = "select key, id from process.run where key = any(%b::uuid[])"
STORED = "select h from core.event where h = any(%b::uuid[])"


class _Names(KnownNames):
    """A lexicon that also gives ids to names that the catalog does not know; they hold for one proposal."""

    def __init__(self) -> None:
        super().__init__()
        self._next = LAST_ID

    def _number(self, connection: Connection, said: Mapping[NameKey, bool]) -> dict[NameKey, int]:
        found = super()._number(connection, said)
        new = [name for name in said if name not in found]
        rows = [(self._next - n, *name) for n, name in enumerate(new)]
        self._next -= len(new)
        return found | self._learn(rows)


class Proposal(Snapshot):
    """The state of the catalog with some events beside, or of these events alone; see Snapshot.

    Of the catalog's own, only names are known to events alone: what is retracted there is not here.
    """

    def __init__(
        self, connection: Connection, interpreters: Interpreters, facts: Sequence[Event], *, alone: bool
    ) -> None:
        super().__init__(connection, interpreters)
        self.names = _Names()
        self._facts, self._alone = earliest(facts), alone
        self._keys: dict[int, RunKey] = {}

    def rows(self, as_of: int | None = None, known_at: int | None = None) -> Rows:
        """The derived rows; see Snapshot."""
        rows = super().rows(as_of, NEVER if self._alone else known_at)
        moved = {name for rename in self.renames for name in (rename.old, rename.new)}
        rows.linked = set(self.identity.group) | moved
        return rows

    def _load(self, as_of: int | None, known_at: int | None) -> list[Told]:
        events = super()._load(as_of, known_at)
        fresh = self._fresh(known_at)
        self._learn(fresh)
        runs = self._run_ids([e.run for e in fresh if e.run])
        for number, e in enumerate(fresh):
            told = self._told(e, FIRST_SEQ + number, runs)
            self.ids[told.seq] = e.id
            events.append(told)
        self.names.load(self.connection, {e.job for e in events if e.job is not None})
        return sorted(events, key=lambda e: e.stamp)

    def _fresh(self, known_at: int | None) -> list[Event]:
        """The events that the catalog has not, and would not set aside."""
        if self._alone:
            return list(self._facts)
        hs = [halves(e.id)[0] for e in self._facts]
        stored = {h for (h,) in self.connection.execute(STORED, (hs,)).fetchall()}
        out = self._retracted(known_at)
        return [e for h, e in zip(hs, self._facts, strict=True) if h not in stored and not out & set(_targets(e))]

    def _learn(self, fresh: Sequence[Event]) -> None:
        meant = {}
        names: list[NameKey] = []
        for e in fresh:
            names += [(DATASET, *item.name) for item in e.items] + ([(JOB, *e.job)] if e.job else [])
            for need in needs_of(e.run_facets, e.job_facets, e.items, self.meanings.interpreters):
                if need not in meant and not self.meanings.knows(need):
                    meant[need] = self.meanings.interpret(need, e.values[need[1]].body)
                    names += names_in(meant[need])
        self.names.add(self.connection, names)
        for need, meaning in meant.items():
            self.meanings.remember(need, meaning, self.names.ids)

    def _run_ids(self, runs: Collection[RunKey]) -> dict[RunKey, int]:
        keys = {key_of("run", *run): run for run in runs}
        known: dict[uuid.UUID, int] = dict(self.connection.execute(RUN_IDS, (list(keys),)).fetchall())
        ids = {run: known.get(key, LAST_ID - n) for n, (key, run) in enumerate(keys.items())}
        self._keys.update({number: run for run, number in ids.items()})
        return ids

    def _told(self, e: Event, seq: int, runs: Mapping[RunKey, int]) -> Told:
        ids = self.names.ids
        listings = tuple(
            Listing(i.side, ids[DATASET, *i.name], i.facets, i.input_facets, i.output_facets) for i in e.items
        )
        run, job = runs[e.run] if e.run else None, ids[JOB, *e.job] if e.job else None
        h = halves(e.id)[0]
        return Told(
            *(seq, h, e.s, e.received, e.kind, e.type, run, job, listings, e.run_facets, e.job_facets, e.listed)
        )

    def _run_keys(self) -> dict[int, RunKey]:
        return super()._run_keys() | self._keys

    def _deleted(self) -> set[bytes]:
        return super()._deleted() | {v.hash for e in self._facts for v in e.values.values() if v.deleted}


def _targets(e: Event) -> Iterator[tuple[str, str]]:
    """What may be retracted so that an event counts no more; see core.retraction."""
    yield "entry", e.id.hex()
    yield "entry", e.id[:16].hex()
    if e.run:
        yield "run", key_of("run", *e.run).hex
