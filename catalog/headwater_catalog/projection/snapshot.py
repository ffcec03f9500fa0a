"""The state at another moment: derived in memory from the events that count then. SEMANTICS §12.

Exact and unhurried: it reads every event that counts (about 50 µs each). It uses the functions of a batch, whole.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
import psycopg

from headwater_catalog.codes import DATASET, DECLARED
from headwater_catalog.facts import DATASET_EVENT, INPUT, JOB_EVENT, Interpreters, Name, ParentSaid, RunKey, SchemaSeen
from headwater_catalog.names import key_of
from headwater_catalog.naming.rules import Meant
from headwater_catalog.projection import loading, registers
from headwater_catalog.projection.append import BODIES
from headwater_catalog.projection.claims import Claim, Reading, Said, derive, lifecycle_of, measure, structure
from headwater_catalog.projection.identity import Identity, LinkFact, Rename
from headwater_catalog.projection.identity_facts import identity_facts
from headwater_catalog.projection.lexicon import KIND_WORDS, Lexicon
from headwater_catalog.projection.meanings import BoundEntries, Meanings, NameKey, names_in
from headwater_catalog.projection.runs import RunPicture, picture
from headwater_catalog.projection.schemas import Seen, versions_of
from headwater_catalog.projection.structures import STRUCTURAL
from headwater_catalog.projection.tellers import Lane, Tale, write_rows
from headwater_catalog.projection.timelines import Telling, spans_of
from headwater_catalog.projection.told import COLUMNS, LAST, Facets, Stamp, Told, decode
from headwater_catalog.reading.rows import (
    ClaimRow,
    DatasetRow,
    DeclarationRow,
    FacetRow,
    LifecycleRow,
    QualityRow,
    Rows,
    RunRow,
    SchemaRow,
    SpanRow,
    WriteRow,
)
from headwater_catalog.subjects import target_of
from headwater_catalog.times import micros_of

Connection = psycopg.Connection[Any]

# The events that were known at a moment.
EVENTS = f"""
select {", ".join("e." + column for column in COLUMNS.split(", "))}, e.h2, r.key from core.event e
left join process.run r on r.id = e.run
where %(known_at)s::bigint is null or e.received <= %(known_at)s
"""  # noqa: S608 - constants

# What is retracted now; and what was, as far as was known at a moment: the edits themselves, since a register keeps
# only the last word.
RETRACTED = """select target_kind, target from core.retraction where "on" """
RETRACTED_THEN = """
select parts from (
  select distinct on (f.node) f.node, s.parts, f.value ->> 'on' = 'true' as "on"
  from domain.fact f join domain.subject s on s.key = f.node
  where f.property = 'retracted' and not f.retracted and f.received <= %s
  order by f.node, f.s desc, f.h desc) last
where "on"
"""
FIND = "select id, kind, ns, name from core.name where key = any(%b::uuid[])"
RUN_KEYS = "select id, run_id, ns, name from process.run where id = any(%b::int[])"
DELETED = "select hash from core.value where deleted"


class KnownNames(Lexicon):
    """A lexicon that only reads: every name that an event of the log means has its id already."""

    def _number(self, connection: Connection, said: Mapping[NameKey, bool]) -> dict[NameKey, int]:
        keys = [key_of(KIND_WORDS[kind], ns, name) for kind, ns, name in said]
        return self._learn(connection.execute(FIND, (keys,)).fetchall())

    def _alias(self, connection: Connection, targets: Mapping[Name, tuple[int, Meant]]) -> dict[Name, int]:
        return {}


class Snapshot:
    """The state of some events. `rows` makes it; what it learns of names is kept in `names`."""

    def __init__(self, connection: Connection, interpreters: Interpreters) -> None:
        self.connection = connection
        self.names = KnownNames()
        self.meanings = Meanings(interpreters)
        self.runs: dict[int, list[Told]] = defaultdict(list)
        self.pictures: dict[int, RunPicture] = {}
        self.claims: dict[bytes, tuple[int, Claim]] = {}

    def rows(self, as_of: int | None = None, known_at: int | None = None) -> Rows:
        """The derived rows as of a moment, as known at a moment (microseconds); None: no filter."""
        events, rows = self._load(as_of, known_at), Rows()
        for e in events:
            if e.run is not None:
                self.runs[e.run].append(e)
        for run, told in self.runs.items():
            self.pictures[run] = picture(told, self.meanings)
        rows.lifecycle = list(self._lifecycle(events))
        self._identify(events, rows)
        tales = self._tales(events)
        self._tellers(tales, rows)
        self._exist(events, tales, rows)
        self._histories(events, rows)
        rows.event_ids = [self.ids[e.seq] for e in events]
        rows.singles = {-e.seq: self.ids[e.seq] for e in events if e.run is None}
        rows.names = dict(self.names.spelled())
        rows.retracted, rows.withheld = self._gone_nodes(), self.edges
        return rows

    def _gone_nodes(self) -> set[uuid.UUID]:
        """The keys of nodes that were taken back, under any name that means them in the end."""
        if not self.gone:
            return set()
        named = {number: key_of(KIND_WORDS[kind], ns, name) for number, (kind, ns, name) in self.names.spelled()}
        moved = {number: self.identity.node(number, LAST) for number, key in named.items() if key in self.gone}
        return (self.gone - {named[number] for number in moved}) | {named[node] for node in moved.values()}

    def _load(self, as_of: int | None, known_at: int | None) -> list[Told]:
        found = self.connection.execute(EVENTS.encode(), {"known_at": known_at}).fetchall()
        events, self.ids = [], {}
        out = self._retracted(known_at)
        for *row, h2, run in found:
            e = decode(tuple(row))
            whole = (e.h.bytes + h2.bytes).hex()
            if out & {("entry", whole), ("entry", e.h.hex), ("run", run.hex if run else "")}:
                continue
            if as_of is None or micros_of(e.s) <= as_of:
                events.append(e)
                self.ids[e.seq] = e.h.bytes + h2.bytes
        self._recall(events)
        return sorted(events, key=lambda e: e.stamp)

    def _retracted(self, known_at: int | None) -> set[tuple[str, str]]:
        """What was taken back as far as was known; see core.retraction."""
        if known_at is None:
            out = set(self.connection.execute(RETRACTED).fetchall())
        else:
            rows = self.connection.execute(RETRACTED_THEN, (known_at,)).fetchall()
            out = {target_of(tuple(parts)) for (parts,) in rows}
        self.edges = {target for kind, target in out if kind == "edge"}
        self.gone = {uuid.UUID(hex=target) for kind, target in out if kind in ("dataset", "job", "term")}
        return out

    def _recall(self, events: Sequence[Told]) -> None:
        missing = self.meanings.missing(events)
        hashes = list({digest for _, digest in missing})
        bodies = dict(self.connection.execute(BODIES, (hashes,)).fetchall())
        meant = {need: self.meanings.interpret(need, bodies[need[1]]) for need in missing}
        self.names.add(self.connection, [name for meaning in meant.values() for name in names_in(meaning)])
        for need, meaning in meant.items():
            self.meanings.remember(need, meaning, self.names.ids)
        ids = {listing.name for e in events for listing in e.listings} | {e.job for e in events if e.job is not None}
        self.names.load(self.connection, ids)

    # Identity

    def _lifecycle(self, events: Sequence[Told]) -> Iterator[LifecycleRow]:
        self.renames: list[Rename] = []
        tellers = [(run, self.runs[run], seen.at) for run, seen in self.pictures.items() if seen.confirmed]
        tellers += [(-e.seq, [e], e.stamp) for e in events if e.kind == DATASET_EVENT and not e.future]
        for teller, told, at in tellers:
            for name, said in lifecycle_of(told, self.meanings):
                if said.change:
                    yield LifecycleRow(name, at, said.change, name, said.previous, teller)
                if said.change == "RENAME" and said.previous is not None and said.previous != name:
                    self.renames.append(Rename(at, said.previous, name))

    def _identify(self, events: Sequence[Told], rows: Rows) -> None:
        links = [
            LinkFact(listing.name, (*e.stamp, idx), verb, tuple(others))
            for e in events
            for idx, listing in enumerate(e.listings)
            for verb, others in identity_facts(e, listing, self.meanings)
        ]
        self.identity = Identity(self.renames, links, self.names.spell)
        self.own = {self.identity.resolve(listing.name, e.stamp) for e in events for listing in e.listings}
        self.identity.settle(self.own.__contains__)
        self.reading = Reading(self.identity.node, self.names.is_job, self.names.spell)
        rows.lifecycle = [row._replace(node=self.identity.node(row.name, row.stamp)) for row in rows.lifecycle]

    # Tellers

    def _tales(self, events: Sequence[Told]) -> list[Tale]:
        tales = [
            Tale(
                run,
                self.runs[run],
                seen.at,
                derive(self.runs[run], seen.at, seen.job, self.reading, self.meanings),
                seen,
                seen.job,
            )
            for run, seen in self.pictures.items()
        ]
        known: dict[int, Facets] = defaultdict(dict)
        for e in events:
            if e.kind == JOB_EVENT:
                tales.append(self._declaration(e))
            elif e.kind == DATASET_EVENT and e.listings:
                tales.append(self._structure(e, known))
        return tales

    def _declaration(self, e: Told) -> Tale:
        explicit = isinstance(self.meanings.get("job/", e.job_facets, "lineage"), BoundEntries)
        job = e.job or 0
        if not e.future and (e.listed or explicit):
            said = derive([e], e.stamp, job, self.reading, self.meanings)
            return Tale(-e.seq, [e], e.stamp, said, job=job, declares=True)
        said = Said()
        measure([e], said, self.reading, e.stamp, self.meanings)
        return Tale(-e.seq, [e], e.stamp, said, job=job)

    def _structure(self, e: Told, known: dict[int, Facets]) -> Tale:
        node, facets, said = self.identity.node(e.listings[0].name, e.stamp), e.listings[0].facets, Said()
        mine = {facet: facets[facet] for facet in STRUCTURAL if facet in facets}
        speaks = bool(mine) and not e.future
        if speaks:
            known[node] = {**known[node], **mine}
            claim, said.named = structure(known[node], e.stamp, self.reading, self.meanings)
            if claim:
                said.claims[node] = claim
        measure([e], said, self.reading, e.stamp, self.meanings)
        return Tale(-e.seq, [e], e.stamp, said, declares=speaks, structural=node)

    def _claim(self, claim: Claim) -> int:
        return self.claims.setdefault(claim.key, (len(self.claims) + 1, claim))[0]

    def _tellers(self, tales: Sequence[Tale], rows: Rows) -> None:
        for tale in tales:
            rows.writes += [WriteRow(*row[:4], (row[4], row[5]), *row[6:]) for row in write_rows(tale, self._claim)]
            rows.quality += [
                QualityRow(q.node, q.name, tale.teller, q.facet, q.s, q.hash, q.tests) for q in tale.said.quality
            ]
        self._loading(tales, rows)
        rows.claims = {n: ClaimRow(c.method, c.sources, c.columns) for n, c in self.claims.values()}
        keys = self._run_keys()
        rows.runs = [_run_row(t, t.run, keys[t.teller]) for t in tales if t.run]
        rows.declarations = [
            DeclarationRow(t.teller, t.job, t.at, *_reads(t.said), t.said.explicit)
            for t in tales
            if t.declares and t.structural is None
        ]
        rows.spans = list(self._spans(rows))

    def _run_keys(self) -> dict[int, RunKey]:
        found = self.connection.execute(RUN_KEYS, (list(self.runs),)).fetchall()
        return {number: (run_id, ns, name) for number, run_id, ns, name in found}

    def _loading(self, tales: Sequence[Tale], rows: Rows) -> None:
        speaking = [tale for tale in tales if loading.speaks(tale)]
        aliases = loading.spelled(self.connection, speaking)
        for tale in speaking:
            rows.marks += loading.marks_of(tale, self.meanings)
            rows.files += loading.files_of(tale, self.meanings, self.names.spell, aliases)

    def _spans(self, rows: Rows) -> Iterator[SpanRow]:
        lanes: dict[Lane, list[Telling]] = defaultdict(list)
        declared: dict[int, set[Lane]] = defaultdict(set)
        for w in rows.writes:
            if w.status == DECLARED or (w.claim is not None and w.status != 4):
                claim = rows.claims[w.claim] if w.claim is not None else None
                kind = (claim.method == 4, bool(claim.sources)) if claim else (False, False)
                lanes[w.job, w.target].append(Telling(w.stamp, w.status, w.claim, w.teller, *kind))
                if w.status == DECLARED and w.job:
                    declared[w.job].add((w.job, w.target))
        for d in rows.declarations:
            for lane in declared[d.job]:
                if all(t.teller != d.teller for t in lanes[lane]):
                    lanes[lane].append(Telling(d.stamp, DECLARED, None, d.teller))
        drops: dict[int, list[Stamp]] = defaultdict(list)
        for row in rows.lifecycle:
            if row.change == "DROP":
                drops[row.node].append(row.stamp)
        for (job, target), tellings in lanes.items():
            for s in spans_of(tellings, drops[target]):
                yield SpanRow(job, target, s.status, s.start, s.end, s.claim, s.first, s.last, s.last_s, s.n)

    # Names and their histories

    def _exist(self, events: Sequence[Told], tales: Sequence[Tale], rows: Rows) -> None:
        resolve, existing = self.identity.resolve, self.own | self.identity.group.keys()
        for tale in tales:
            names = {listing.name for e in tale.events for listing in e.listings} | tale.said.named
            existing |= {resolve(name, tale.at) for name in names}
        self.names.load(self.connection, existing)
        representative = self.identity.representative
        rows.datasets = [DatasetRow(name, representative(name), name in self.own) for name in existing]
        rows.own_jobs = {e.job for e in events if e.job is not None}

    def _deleted(self) -> set[bytes]:
        return {digest for (digest,) in self.connection.execute(DELETED).fetchall()}

    def _histories(self, events: Sequence[Told], rows: Rows) -> None:
        deleted = self._deleted()
        rows.facets = [
            FacetRow(*slot, stamp, digest, digest in deleted)
            for slot, (stamp, digest) in registers.fold(events, self.identity.resolve).items()
            if slot[0] == DATASET or digest not in deleted
        ]
        seen: dict[int, list[Seen]] = defaultdict(list)
        bodies: dict[Any, bytes] = {}
        for e in events:
            for idx, listing in enumerate(e.listings):
                schema = self.meanings.get("dataset/", listing.facets, "schema")
                if isinstance(schema, SchemaSeen):
                    bodies[schema.key] = schema.fields
                    node = self.identity.node(listing.name, e.stamp)
                    seen[node].append(Seen((*e.stamp, idx), listing.side != INPUT, schema.key))
        for node, ones in seen.items():
            rows.schemas += [
                SchemaRow(node, v.stamp, bodies[v.schema].decode(), v.schema) for v in versions_of(ones)[0]
            ]


def _reads(said: Said) -> tuple[list[int], list[int], list[int]]:
    return sorted(said.reads), sorted(n for n, alone in said.reads.items() if alone), sorted(said.writes)


def _run_row(tale: Tale, seen: RunPicture, key: tuple[str, str, str]) -> RunRow:
    parent = root = parent_job = None
    if seen.parent:
        said: ParentSaid = seen.parent.said
        parent, root = _relative(said.run, said.job), _relative(said.root_run, said.root_job)
        parent_job = seen.parent.job
    ended = micros_of(seen.ended[0]) if seen.ended else None
    return RunRow(
        *(tale.teller, key, seen.job, seen.jobs, seen.state, seen.started, ended, seen.at, seen.last, seen.confirmed),
        *(parent, root, parent_job, seen.parent_stamp, *_reads(tale.said), tale.said.explicit),
        (seen.nominal.start, seen.nominal.end) if seen.nominal else (None, None),
        len(tale.events),
    )


def _relative(run: tuple[str, str, str] | None, job: tuple[str, str] | None) -> dict[str, Any] | None:
    return orjson.loads(orjson.dumps({"run": run, "job": job})) if run or job else None
