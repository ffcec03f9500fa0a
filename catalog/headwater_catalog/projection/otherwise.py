"""What of the derived rows was otherwise at a moment than in the tables of now. SEMANTICS §12, docs/decisions/0015.

As of t, whoever had said all by then said it as the tables have it. Otherwise was only what runs said that were under
way at t, and what anybody said of names that mean something else since. That is derived here, from the events of then.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from headwater_catalog.codes import DATASET, DECLARED, RUN
from headwater_catalog.database.arrays import send
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facts import DATASET_EVENT, INPUT, Interpreters, SchemaSeen
from headwater_catalog.projection import registers, then
from headwater_catalog.projection.claims import Reading
from headwater_catalog.projection.derivation import KIN, NAMING
from headwater_catalog.projection.identity import Identity, LinkFact, Rename
from headwater_catalog.projection.kinship import CLOSURE, STORED, TAKEN_BACK
from headwater_catalog.projection.meanings import BoundDerivation, BoundEntries
from headwater_catalog.projection.runs import picture
from headwater_catalog.projection.schemas import Seen, versions_of
from headwater_catalog.projection.snapshot import Snapshot
from headwater_catalog.projection.structures import STRUCTURAL, structural
from headwater_catalog.projection.tellers import Lane, Tale
from headwater_catalog.projection.timelines import Telling, spans_of
from headwater_catalog.projection.told import LAST, Stamp, Told, decode
from headwater_catalog.reading.rows import DatasetRow, FacetRow, Rows, SchemaRow, SpanRow
from headwater_catalog.times import RANKED

Connection = psycopg.Connection[Any]


@dataclass(slots=True)
class Otherwise:
    """What was otherwise. tellers: who said something else then, or nothing; rows: what they said, and what follows.

    names: datasets that meant something else, all their rows are here; existing: other names that existed by then,
    though nothing listed them; lanes: timelines that are here; schemas: nodes whose schema versions are here; taken:
    nodes among `names` that were taken back.
    """

    rows: Rows = field(default_factory=Rows)
    tellers: set[int] = field(default_factory=set)
    names: set[int] = field(default_factory=set)
    existing: set[int] = field(default_factory=set)
    lanes: set[Lane] = field(default_factory=set)
    schemas: set[int] = field(default_factory=set)
    taken: set[int] = field(default_factory=set)


class Difference(Snapshot):
    """Derives what was otherwise as of a moment (microseconds). Raises InvalidRequest where that is too much."""

    def __init__(self, connection: Connection, interpreters: Interpreters, as_of: int, most: int) -> None:
        super().__init__(connection, interpreters)
        self.bounds = then.bounds(as_of)
        self._most = most
        self._told: dict[int, Told] = {}
        self._tellers_known: set[int] = set()
        self._wanted: set[int] = set()
        self._stored: dict[int, int] = {}
        self.ids = {}
        self.found = Otherwise()

    def otherwise(self) -> Otherwise:
        """The steps, in order."""
        found, rows = self.found, self.found.rows
        self._add_runs(row[0] for row in self._ask(then.UNDER_WAY) + self._ask(then.AHEAD))
        self._wanted |= {row[0] for row in self._ask(then.UNSETTLED)}
        while self._meet():
            pass
        events = self._events()
        rows.lifecycle = [row._replace(node=self.identity.node(row.name, row.stamp)) for row in rows.lifecycle]
        self.reading = Reading(self.identity.node, self.names.is_job, self.names.spell)
        tales = self._tales(events)
        self._tellers(tales, rows)
        self._exist(events, tales, rows)
        self._histories(events, rows)
        found.tellers = self._tellers_known
        rows.names = dict(self.names.spelled())
        taken = {row[0] for row in send(self.connection, TAKEN_BACK, sorted(found.names)).fetchall()}
        found.taken = {self.identity.node(name, LAST) for name in taken}
        return found

    def _ask(self, statement: str, **more: object) -> list[tuple[Any, ...]]:
        asked = {**self.bounds, "limit": self._most + 1, **more}
        return self.connection.execute(statement.encode(), asked).fetchall()

    # Who is looked at

    def _add_runs(self, runs: Iterable[int]) -> None:
        new = sorted(set(runs) - self._tellers_known)
        self._tellers_known.update(new)
        if new:
            self._add_events(self._ask(then.OF_RUNS, ids=new))

    def _add_events(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Keep events; of runs among them all events of then."""
        runs = set()
        for *row, h2 in rows:
            e = decode(tuple(row))
            self._told[e.seq] = e
            self.ids[e.seq] = e.h.bytes + h2.bytes
            if e.run is None:
                self._tellers_known.add(-e.seq)
            else:
                runs.add(e.run)
        if len(self._told) > self._most:
            raise InvalidRequest(
                "moment_too_large",
                f"More than {self._most:,} events tell what was otherwise then, too many to derive it at once.",
                "Ask for another moment; history: ALL and since are answered at any size.",
            )
        self._add_runs(runs)

    def _events(self) -> list[Told]:
        return sorted(self._told.values(), key=lambda e: e.stamp)

    def _meet(self) -> bool:
        """Know the names that are spoken of as they were, and take in who speaks of others; whether there were more."""
        events = self._events()
        self._recall(events)
        self.runs = defaultdict(list)
        for e in events:
            if e.run is not None:
                self.runs[e.run].append(e)
        self.pictures = {run: picture(told, self.meanings) for run, told in self.runs.items()}
        self.found.rows.lifecycle = list(self._lifecycle(events))
        renamed = {name for rename in self.renames for name in (rename.old, rename.new)}
        spoken = self._wanted | renamed | {name for e in events for name in self._named(e)}
        closure = {row[0] for row in send(self.connection, CLOSURE, sorted(spoken)).fetchall()} | renamed
        self._know(closure)
        before = len(self._told), len(self._tellers_known)
        fresh = self._meaning_else(closure) - self.found.names
        self.found.names |= fresh
        if fresh:
            self._add_events(self._ask(then.LISTING, ids=sorted(fresh)))
            naming = {row[0] for row in send(self.connection, NAMING, sorted(fresh)).fetchall()}
            self._add_runs(teller for teller in naming if teller > 0)
            self._add_singles(-teller for teller in naming if teller < 0)
        subjects = {e.listings[0].name for e in self._told.values() if e.kind == DATASET_EVENT and structural(e)}
        if subjects:
            self._add_events(self._ask(then.SUBJECTS, ids=sorted(subjects)))
        return bool(fresh) or before != (len(self._told), len(self._tellers_known))

    def _add_singles(self, numbers: Iterable[int]) -> None:
        listed = sorted(numbers)
        self._tellers_known.update(-number for number in listed)
        if listed:
            self._add_events(self._ask(then.BY_NUMBER, ids=listed))

    def _named(self, e: Told) -> Iterator[int]:
        """The datasets and jobs that an event lists or names."""
        explicit = self.meanings.get("job/", e.job_facets, "lineage")
        if isinstance(explicit, BoundEntries):
            for target, derivation in explicit.entries:
                yield from (target, *derivation.sources)
        for listing in e.listings:
            yield listing.name
            for facet in STRUCTURAL:
                said = self.meanings.get("dataset/", listing.facets, facet)
                if isinstance(said, BoundDerivation):
                    yield from said.sources

    # What names meant

    def _know(self, names: set[int]) -> None:
        """The identity of then of a closure of names."""
        self.names.load(self.connection, names)
        found = self._ask(then.RENAMES, ids=sorted(names))
        self._renamed_now = {(old, new) for _, _, old, new, _ in found}
        for s, h, old, new, teller in found:
            if teller not in self._tellers_known and self._counts(s):
                self.renames.append(Rename((s, h), old, new))
        renamed = {rename.old for rename in self.renames}
        plain = names - renamed
        given = {"ids": sorted(names), "renamed": sorted(renamed), "plain": sorted(plain)}
        links = [
            LinkFact(name, (s, h, idx), verb, tuple((other, table) for other, table in others))
            for name, s, h, idx, verb, others in self._ask(then.LINKS, **given)
        ]
        self.identity = Identity(self.renames, links, self.names.spell)
        self.own = {row[0] for row in self._ask(then.LISTED, **given)}
        self.own |= {self.identity.resolve(name, (s, h)) for name, s, h in self._ask(then.MOMENTS, **given)}
        self.names.load(self.connection, self.identity.group.keys() | self.own)
        self.identity.settle(self.own.__contains__)
        self._stored = {name: node for name, node, _ in send(self.connection, STORED, sorted(names)).fetchall()}

    def _counts(self, s: int) -> bool:
        return s <= self.bounds["until"] and (s >= RANKED or s <= self.bounds["future"])

    def _meaning_else(self, names: set[int]) -> set[int]:
        """Of these names those that are another's, and all the kin of those that were ever renamed."""
        moved = {name for name in names if self.identity.representative(name) != self._stored.get(name, name)}
        pairs = self._renamed_now | {(rename.old, rename.new) for rename in self.renames}
        near: dict[int, set[int]] = defaultdict(set)
        for name, other in [*send(self.connection, KIN, sorted(names)).fetchall(), *pairs]:
            near[name].add(other)
            near[other].add(name)
        frontier = {name for pair in pairs for name in pair} | moved
        found = set(frontier)
        while frontier:
            frontier = {other for name in frontier for other in near[name]} - found
            found |= frontier
        return found

    # What is said

    def _tellers(self, tales: Sequence[Tale], rows: Rows) -> None:
        """As of every state; claims that are stored have their numbers, others have some below zero."""
        claims = {claim.key: claim for tale in tales for claim in tale.said.claims.values()}
        stored = {
            key.bytes: n
            for key, n in self.connection.execute(then.CLAIMS, ([uuid.UUID(bytes=key) for key in claims],)).fetchall()
        }
        new = {key: -n for n, key in enumerate((key for key in claims if key not in stored), 1)}
        self.claims = {key: (stored.get(key) or new[key], claim) for key, claim in claims.items()}
        super()._tellers(tales, rows)
        rows.claims = {n: claim for n, claim in rows.claims.items() if n < 0}

    def _spans(self, rows: Rows) -> Iterator[SpanRow]:
        """The timelines in which the tables show too much, or too little; unconfirmed claims are not looked at."""
        told = [w for w in rows.writes if w.status < 3 and (w.claim is not None or w.status == DECLARED)]
        drops: dict[int, list[Stamp]] = defaultdict(list)
        for row in rows.lifecycle:
            if row.change == "DROP":
                drops[row.node].append(row.stamp)
        tellers = sorted(self._tellers_known)
        targets = {row[0] for row in self._ask(then.DROPPED, tellers=tellers)} | drops.keys()
        jobs = {row[0] for row in self._ask(then.DECLARING, tellers=tellers)} | {d.job for d in rows.declarations}
        lanes = {(w.job, w.target) for w in told} | set(self._ask(then.SHOWN, tellers=tellers))
        if targets or jobs:
            lanes |= set(self._ask(then.LANES_OF, targets=sorted(targets), jobs=sorted(jobs)))
        self.found.lanes = lanes
        tellings = self._tellings(lanes, rows, tellers)
        for node, s, h in self._ask(then.DROPS, targets=sorted({target for _, target in lanes}), tellers=tellers):
            drops[node].append((s, h))
        for (job, target), ones in tellings.items():
            for s in spans_of(ones, drops[target]):
                yield SpanRow(job, target, s.status, s.start, s.end, s.claim, s.first, s.last, s.last_s, s.n)

    def _tellings(self, lanes: Collection[Lane], rows: Rows, tellers: list[int]) -> dict[Lane, list[Telling]]:
        found: dict[Lane, list[Telling]] = defaultdict(list)
        asked = {"jobs": [job for job, _ in lanes], "targets": [target for _, target in lanes], "tellers": tellers}
        for job, target, s, h, *row in self._ask(then.TELLINGS, **asked) if lanes else ():
            found[job, target].append(Telling((s, h), *row))
        kinds = {n: (claim.method == 4, bool(claim.sources)) for n, claim in self.claims.values()}
        for w in rows.writes:
            if w.status < 3 and (w.claim is not None or w.status == DECLARED):
                kind = kinds[w.claim] if w.claim is not None else (False, False)
                found[w.job, w.target].append(Telling(w.stamp, w.status, w.claim, w.teller, *kind))
        declared: dict[int, list[Lane]] = defaultdict(list)
        for lane, ones in found.items():
            if lane[0] and any(t.status == DECLARED for t in ones):
                declared[lane[0]].append(lane)
        said = [(d.job, *d.stamp, d.teller) for d in rows.declarations]
        said += self._ask(then.DECLARATIONS, jobs=sorted(declared), tellers=tellers) if declared else []
        for job, s, h, teller in said:
            for lane in declared[job]:
                if all(t.teller != teller for t in found[lane]):
                    found[lane].append(Telling((s, h), DECLARED, None, teller))
        return found

    # Names and their histories

    def _exist(self, events: Sequence[Told], tales: Sequence[Tale], rows: Rows) -> None:
        resolve, existing = self.identity.resolve, self.own | self.identity.group.keys()
        for tale in tales:
            names = {listing.name for e in tale.events for listing in e.listings} | tale.said.named
            existing |= {resolve(name, tale.at) for name in names}
        changed, representative = self.found.names, self.identity.representative
        rows.datasets = [DatasetRow(n, representative(n), n in self.own) for n in existing & changed]
        self.found.existing = existing - changed

    def _histories(self, events: Sequence[Told], rows: Rows) -> None:
        """Registers of runs that said something else, and of datasets that meant something else; schema versions."""
        changed = self.found.names
        owners = {(RUN, teller) for teller in self._tellers_known if teller > 0} | {(DATASET, n) for n in changed}
        made = registers.fold(events, self.identity.resolve, owners)
        deleted = registers.deleted_among(self.connection, made)
        rows.facets = [FacetRow(*slot, *value) for slot, value in made.items() if value[1] not in deleted]
        seen: dict[int, list[Seen]] = defaultdict(list)
        nodes = {self.identity.representative(n) for n in changed} | {self._stored.get(n, n) for n in changed}
        for e in events:
            for idx, listing in enumerate(e.listings):
                schema = self.meanings.get("dataset/", listing.facets, "schema")
                node = self.identity.node(listing.name, e.stamp)
                if isinstance(schema, SchemaSeen) and node in nodes:
                    seen[node].append(Seen((*e.stamp, idx), listing.side != INPUT, schema.key))
        plain = {row[0] for row in self._ask(then.READ_ONLY)} - nodes
        for node, s, h, idx, side, key in self._ask(then.SEEN, ids=sorted(plain)) if plain else ():
            seen[node].append(Seen((s, h, idx), side != INPUT, key))
        self.found.schemas = nodes | plain
        rows.schemas = [
            SchemaRow(node, v.stamp, "", v.schema) for node, ones in seen.items() for v in versions_of(ones)[0]
        ]
